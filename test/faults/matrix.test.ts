import { describe, expect, test } from 'vitest';
import { tell } from './cell.ts';
import { type Fault, faults, oldState, otherAddress } from './faults.ts';
import { changing, type Operation, operations } from './operations.ts';
import { soak } from './soak.ts';

/** What takes much of the machine meets a few of the operations, and all of them only in the long run (`npm run test:soak`). */
function some(all: readonly Operation[], few: boolean | undefined): readonly Operation[] {
  return few && !soak ? all.filter(({ name }) => ['list', 'assign', 'move', 'release'].includes(name)) : all;
}

/** What waits is waited for together, and what takes much of the machine has it for itself. */
function each(all: readonly Fault[]) {
  const kind = ({ heavy, timeout }: Fault) => (heavy ? 'heavy' : timeout === undefined ? 'quick' : 'waiting');
  const of = (wanted: string) => all.filter((fault) => kind(fault) === wanted);
  return (name: string, tests: (fault: Fault, it: Pick<typeof test, 'each'>) => void) => {
    describe.concurrent.each(of('quick'))(name, (fault) => tests(fault, test));
    describe.each(of('waiting'))(name, (fault) => tests(fault, test.concurrent));
    describe.sequential.each(of('heavy'))(name, (fault) => tests(fault, test));
  };
}

/** Of each path, how often it was asked for. */
function most(wire: readonly string[]): number {
  return Math.max(...wire.map((line) => wire.filter((other) => other === line).length));
}

each(faults)('$name, met by every request', ({ respond, reading, tries, timeout, heavy }, it) => {
  it.each(some(operations, heavy))('$name', async (operation) => {
    const outcome = await tell(operation, { on: 'all', applies: false, respond }, timeout);
    expect(outcome.code).toBe(reading);
    expect(outcome.changes).toEqual([]);
    expect(most(outcome.wire)).toBe(tries);
  });
});

/** A 429 rejects, but nothing in it says that no address was created. */
const isCertain = ({ rejects }: Fault, { creates }: Operation) => rejects !== undefined && !(creates && rejects === 7);
const timesSent = ({ changes }: Fault, { creates }: Operation) => (creates ? 1 : (changes ?? 1));

each([...faults, oldState])('$name, met by the change, which is not carried out', (fault, it) => {
  it.each(some(changing, fault.heavy))('$name', async (operation) => {
    const outcome = await tell(operation, { on: 'change', applies: false, respond: fault.respond }, fault.timeout);
    expect(outcome.code).toBe(isCertain(fault, operation) ? fault.rejects : 9);
    expect(outcome.changes).toHaveLength(timesSent(fault, operation));
    expect(outcome.state).toBe('as before');
  });
});

const rateLimits = faults.filter(({ rejects }) => rejects === 7);
const lost = faults.filter(({ rejects }) => rejects === undefined);
/** Of each kind one, and all only in the long run: it makes no difference to what happens afterwards. */
const kinds = [...lost.filter(({ name }) => soak || /^(reset|short|408|500|502 as|HTML|empty)/.test(name)), oldState];

each([...lost, ...rateLimits, oldState, otherAddress])(
  '$name, met by the change, which is carried out',
  (fault, it) => {
    it.each(changing)('$name', async (operation) => {
      const outcome = await tell(operation, { on: 'change', applies: true, respond: fault.respond }, fault.timeout);
      expect(outcome).toMatchObject({ code: 0, state: 'as wished' });
      expect(outcome.changes).toHaveLength(timesSent(fault, operation));
    });
  },
);

each(lost)('$name, met by the change, which is carried out, and by all that follows', (fault, it) => {
  it.each(some(changing, true))('$name', async (operation) => {
    const outcome = await tell(operation, { on: 'after', applies: true, respond: fault.respond }, fault.timeout);
    expect(outcome).toMatchObject({ code: 9, state: 'as wished' });
    expect(outcome.changes).toHaveLength(timesSent(fault, operation));
  });
});

each([...kinds, otherAddress])(
  '$name, met by the change, which is carried out later',
  ({ respond, timeout, heavy }, it) => {
    it.each(some(changing, heavy))('$name, while it is checked', async (operation) => {
      const outcome = await tell(operation, { on: 'change', applies: { afterLooks: 2 }, respond }, timeout);
      expect(outcome).toMatchObject({ code: 0, state: 'as wished' });
    });

    it.each(some(changing, heavy))('$name, when nobody checks any more', async (operation) => {
      const faulty = { on: 'change', applies: { afterLooks: Number.POSITIVE_INFINITY }, respond } as const;
      const outcome = await tell(operation, faulty, timeout);
      expect(outcome).toMatchObject({ code: 9, state: 'as wished' });
    });
  },
);

const relay: Fault['respond'] = ({ response, answer }) =>
  void response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);

each([{ name: 'a good response', respond: relay, tries: 1, reading: 0 }, ...kinds])(
  '$name, while reads lag behind the change (T-17)',
  ({ respond, timeout, heavy }, it) => {
    const conditional: Operation = {
      name: 'conditional move',
      line: 'ip float move 192.0.2.50 --from web-1 --to web-2',
      done: changing.find(({ name }) => name === 'move')?.done ?? (() => false),
    };
    it.each([...some(changing, heavy), conditional])('$name', async (operation) => {
      const outcome = await tell(operation, { on: 'change', applies: true, respond, lag: 2 }, timeout);
      expect(outcome).toMatchObject({ code: 0, state: 'as wished' });
    });
  },
);

describe.concurrent('a 429 that hides that the change was carried out', () => {
  const respond = faults.find(({ name }) => name === '429')?.respond ?? relay;

  test.each(changing)('$name: is done, whatever a repetition is answered', async (operation) => {
    const outcome = await tell(operation, { on: 'change', applies: true, respond, times: 1 });
    expect(outcome).toMatchObject({ code: 0, state: 'as wished' });
    expect(outcome.changes).toHaveLength(operation.creates ? 1 : 2);
  });
});

describe.concurrent('an answer about another address', () => {
  test('is no answer to show', async () => {
    const show = operations.find(({ name }) => name === 'show');
    if (!show) throw new Error('no such operation');
    const outcome = await tell(show, { on: 'all', applies: false, respond: otherAddress.respond });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('it describes 203.0.113.77, and the request was for 192.0.2.60');
  });

  test.each(changing)('is no answer to $name, which was not carried out', async (operation) => {
    const outcome = await tell(operation, { on: 'change', applies: false, respond: otherAddress.respond });
    expect(outcome.code).toBe(9);
    expect(outcome.changes).toHaveLength(1);
  });
});
