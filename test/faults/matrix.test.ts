import { describe, expect, test } from 'vitest';
import { tell } from './cell.ts';
import { type Fault, faults, otherAddress } from './faults.ts';
import { changing, type Operation, operations } from './operations.ts';
import { soak } from './soak.ts';

/** What takes much of the machine meets a few of the operations, and all of them only in the long run (`npm run test:soak`). */
function some(all: readonly Operation[], few: boolean | undefined): readonly Operation[] {
  return few && !soak ? all.filter(({ name }) => ['list', 'assign', 'move', 'release'].includes(name)) : all;
}

/** What waits is waited for together; what takes much of the machine has it for itself. */
function each(all: readonly Fault[]) {
  return (name: string, tests: (fault: Fault) => void) => {
    describe.concurrent.each(all.filter(({ heavy }) => !heavy))(name, tests);
    describe.sequential.each(all.filter(({ heavy }) => heavy))(name, tests);
  };
}

/** Of each path, how often it was asked for. */
function most(wire: readonly string[]): number {
  return Math.max(...wire.map((line) => wire.filter((other) => other === line).length));
}

each(faults)('$name, met by every request', ({ respond, reading, tries, timeout, heavy }) => {
  test.each(some(operations, heavy))('$name', async (operation) => {
    const outcome = await tell(operation, { on: 'all', applies: false, respond }, timeout);
    expect(outcome.code).toBe(reading);
    expect(outcome.changes).toEqual([]);
    expect(most(outcome.wire)).toBe(tries);
  });
});

each(faults)('$name, met by the change, which is not carried out', (fault) => {
  test.each(some(changing, fault.heavy))('$name', async (operation) => {
    const outcome = await tell(operation, { on: 'change', applies: false, respond: fault.respond }, fault.timeout);
    expect(outcome.code).toBe(operation.creates && !fault.refusal ? 9 : fault.changing);
    expect(outcome.changes).toHaveLength(fault.changes ?? 1);
    expect(outcome.state).toBe('as before');
  });
});

const lost = faults.filter(({ refusal }) => !refusal);

each([...lost, otherAddress])('$name, met by the change, which is carried out', ({ respond, timeout }) => {
  test.each(changing)('$name', async (operation) => {
    const outcome = await tell(operation, { on: 'change', applies: true, respond }, timeout);
    expect(outcome).toMatchObject({ code: 0, state: 'as wished' });
    expect(outcome.changes).toHaveLength(1);
  });
});

each(lost)('$name, met by the change, which is carried out, and by all that follows', (fault) => {
  test.each(some(changing, true))('$name', async (operation) => {
    const outcome = await tell(operation, { on: 'after', applies: true, respond: fault.respond }, fault.timeout);
    expect(outcome).toMatchObject({ code: 9, state: 'as wished' });
    expect(outcome.changes).toHaveLength(1);
    expect(outcome.err).toMatch(/upc ip (show|list|float list)/);
  });
});

describe.concurrent('an answer about another address', () => {
  test('is no answer to show', async () => {
    const show = operations.find(({ name }) => name === 'show');
    if (!show) throw new Error('no such operation');
    const outcome = await tell(show, { on: 'all', applies: false, respond: otherAddress.respond });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('asked about 192.0.2.60, told about 203.0.113.77');
  });

  test.each(changing)('is no answer to $name, which was not carried out', async (operation) => {
    const outcome = await tell(operation, { on: 'change', applies: false, respond: otherAddress.respond });
    expect(outcome.code).toBe(operation.creates ? 9 : 1);
    expect(outcome.changes).toHaveLength(1);
  });
});
