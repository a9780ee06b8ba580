import { expect, test } from 'vitest';
import type { GuardConfig, GuardEvent } from '../../src/domain/guard/model.ts';
import { createAddressState } from '../../src/domain/guard/placement.ts';
import type { ProbeResult } from '../../src/guard/probe.ts';
import { runGuardRounds } from '../../src/guard/watch.ts';
import { fastClock } from './guard-fixture.ts';

const IP = '192.0.2.50';
const config: GuardConfig = {
  titles: { primary: 'web-1', standby: 'web-2' },
  failures: 1,
  successes: 1,
  failBack: false,
  locateEveryMs: 60_000,
  cooldownMs: 0,
};
const goodResult: ProbeResult = { healthy: true, detail: 'HTTP 200', isLate: false };
const lateResult: ProbeResult = { healthy: false, detail: 'no response within 5 s', isLate: true };

/**
 * Runs one round of the guard, in which the checks have these results. Returns the moves, the events, and the number of
 * results that were not needed.
 */
async function runOneRound(results: readonly ProbeResult[]) {
  const left = [...results];
  const moves: string[] = [];
  const events: GuardEvent[] = [];
  const locate = async () =>
    ({ kind: 'seen', at: fastClock.elapsed(), location: moves.length > 0 ? 'standby' : 'primary' }) as const;
  await runGuardRounds(
    {
      check: async () => left.shift() ?? goodResult,
      addresses: new Map([
        [
          IP,
          {
            locate,
            async move(to) {
              moves.push(to);
              return { kind: 'moved', at: fastClock.elapsed(), to };
            },
          },
        ],
      ]),
      report: (event) => void events.push(event),
    },
    [createAddressState(config, IP, 'primary', 0)],
    { config, intervalMs: 1_000, clock: fastClock, stopping: new AbortController().signal, isOver: () => true },
  );
  return { moves, events: events.map(({ event }) => event), left: left.length };
}

test('T-21 a check that ends late is repeated before anything is decided', async () => {
  expect(await runOneRound([lateResult, lateResult, goodResult])).toEqual({
    moves: [],
    events: ['check-repeated', 'check-repeated', 'healthy'],
    left: 0,
  });
});

test('a machine that is always late still fails over', async () => {
  const { moves, events } = await runOneRound(Array<ProbeResult>(9).fill(lateResult));
  expect(moves).toEqual(['standby']);
  expect(events.filter((event) => event === 'check-repeated')).toHaveLength(3);
});
