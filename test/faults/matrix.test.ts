import { describe, expect, test } from 'vitest';
import { runWithFault } from './cell.ts';
import { type Fault, faults, oldState, otherAddress } from './faults.ts';
import { changingOperations, type Operation, operations } from './operations.ts';
import { isSoakTest } from './soak.ts';

/**
 * Returns the operations to test. With `few`, the short test run uses only four of them, to save time and memory. The
 * long run (`npm run test:soak`) always uses all.
 */
function selectOperations(all: readonly Operation[], few: boolean | undefined): readonly Operation[] {
  return few && !isSoakTest ? all.filter(({ name }) => ['list', 'assign', 'move', 'release'].includes(name)) : all;
}

/** Runs the tests of heavy faults one by one. Tests of other faults mostly wait, so they run at the same time. */
function describeFaults(all: readonly Fault[]) {
  const getFaultKind = ({ heavy, timeout }: Fault) => (heavy ? 'heavy' : timeout === undefined ? 'quick' : 'waiting');
  const of = (expected: string) => all.filter((fault) => getFaultKind(fault) === expected);
  return (name: string, tests: (fault: Fault, it: Pick<typeof test, 'each'>) => void) => {
    describe.concurrent.each(of('quick'))(name, (fault) => tests(fault, test));
    describe.each(of('waiting'))(name, (fault) => tests(fault, test.concurrent));
    describe.sequential.each(of('heavy'))(name, (fault) => tests(fault, test));
  };
}

/** Returns how often the most frequent request was sent. */
function countMostRepeats(wire: readonly string[]): number {
  return Math.max(...wire.map((line) => wire.filter((other) => other === line).length));
}

describeFaults(faults)('$name, at every request', ({ respond, reading, tries, timeout, heavy }, it) => {
  it.each(selectOperations(operations, heavy))('$name', async (operation) => {
    const outcome = await runWithFault(operation, { on: 'all', applies: false, respond }, timeout);
    expect(outcome.code).toBe(reading);
    expect(outcome.changes).toEqual([]);
    expect(countMostRepeats(outcome.wire)).toBe(tries);
  });
});

/**
 * Returns whether the fault proves that the change was not carried out. For a create, a 429 (exit code 7) proves
 * nothing: the object may exist already.
 */
const isRejectionCertain = ({ rejects }: Fault, { creates }: Operation) =>
  rejects !== undefined && !(creates && rejects === 7);
const countExpectedSends = ({ changes }: Fault, { creates }: Operation) => (creates ? 1 : (changes ?? 1));

describeFaults([...faults, oldState])('$name, at the change, which is not carried out', (fault, it) => {
  it.each(selectOperations(changingOperations, fault.heavy))('$name', async (operation) => {
    const outcome = await runWithFault(
      operation,
      { on: 'change', applies: false, respond: fault.respond },
      fault.timeout,
    );
    expect(outcome.code).toBe(isRejectionCertain(fault, operation) ? fault.rejects : 9);
    expect(outcome.changes).toHaveLength(countExpectedSends(fault, operation));
    expect(outcome.state).toBe('as before');
  });
});

const rateLimits = faults.filter(({ rejects }) => rejects === 7);
const lost = faults.filter(({ rejects }) => rejects === undefined);
/**
 * One fault of each kind, because faults of the same kind have the same effect on later requests. The long run uses all
 * faults.
 */
const kinds = [
  ...lost.filter(({ name }) => isSoakTest || /^(reset|short|408|500|502 as|HTML|empty)/.test(name)),
  oldState,
];

describeFaults([...lost, ...rateLimits, oldState, otherAddress])(
  '$name, at the change, which is carried out',
  (fault, it) => {
    it.each(changingOperations)('$name', async (operation) => {
      const outcome = await runWithFault(
        operation,
        { on: 'change', applies: true, respond: fault.respond },
        fault.timeout,
      );
      expect(outcome).toMatchObject({ code: 0, state: 'as requested' });
      expect(outcome.changes).toHaveLength(countExpectedSends(fault, operation));
    });
  },
);

describeFaults(lost)('$name, at the change, which is carried out, and at all later requests', (fault, it) => {
  it.each(selectOperations(changingOperations, true))('$name', async (operation) => {
    const outcome = await runWithFault(
      operation,
      { on: 'after', applies: true, respond: fault.respond },
      fault.timeout,
    );
    expect(outcome).toMatchObject({ code: 9, state: 'as requested' });
    expect(outcome.changes).toHaveLength(countExpectedSends(fault, operation));
  });
});

describeFaults([...kinds, otherAddress])(
  '$name, at the change, which is carried out later',
  ({ respond, timeout, heavy }, it) => {
    it.each(selectOperations(changingOperations, heavy))('$name, during the checks', async (operation) => {
      const outcome = await runWithFault(operation, { on: 'change', applies: { afterReads: 2 }, respond }, timeout);
      expect(outcome).toMatchObject({ code: 0, state: 'as requested' });
    });

    it.each(selectOperations(changingOperations, heavy))('$name, after the last check', async (operation) => {
      const faulty = { on: 'change', applies: { afterReads: Number.POSITIVE_INFINITY }, respond } as const;
      const outcome = await runWithFault(operation, faulty, timeout);
      expect(outcome).toMatchObject({ code: 9, state: 'as requested' });
    });
  },
);

const relayOriginalResponse: Fault['respond'] = ({ response, original }) =>
  void response.writeHead(original.status, { 'content-type': original.type }).end(original.body);

describeFaults([{ name: 'a good response', respond: relayOriginalResponse, tries: 1, reading: 0 }, ...kinds])(
  '$name, while reads lag behind the change (T-17)',
  ({ respond, timeout, heavy }, it) => {
    const conditional: Operation = {
      name: 'conditional move',
      line: 'ip float move 192.0.2.50 --from web-1 --to web-2',
      done: changingOperations.find(({ name }) => name === 'move')?.done ?? (() => false),
    };
    it.each([...selectOperations(changingOperations, heavy), conditional])('$name', async (operation) => {
      const outcome = await runWithFault(operation, { on: 'change', applies: true, respond, lag: 2 }, timeout);
      expect(outcome).toMatchObject({ code: 0, state: 'as requested' });
    });
  },
);

describe.concurrent('a 429 for a change that was carried out', () => {
  const respond = faults.find(({ name }) => name === '429')?.respond ?? relayOriginalResponse;

  test.each(changingOperations)('$name: is successful, whatever the response to the repetition', async (operation) => {
    const outcome = await runWithFault(operation, { on: 'change', applies: true, respond, times: 1 });
    expect(outcome).toMatchObject({ code: 0, state: 'as requested' });
    expect(outcome.changes).toHaveLength(operation.creates ? 1 : 2);
  });
});

describe.concurrent('a response that describes another address', () => {
  test('is an error of show', async () => {
    const show = operations.find(({ name }) => name === 'show');
    if (!show) throw new Error('no such operation');
    const outcome = await runWithFault(show, { on: 'all', applies: false, respond: otherAddress.respond });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('it describes 203.0.113.77, and the request was for 192.0.2.60');
  });

  test.each(changingOperations)('leaves the outcome of $name unknown, which was not carried out', async (operation) => {
    const outcome = await runWithFault(operation, { on: 'change', applies: false, respond: otherAddress.respond });
    expect(outcome.code).toBe(9);
    expect(outcome.changes).toHaveLength(1);
  });
});
