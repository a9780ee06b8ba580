import { expect } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { type RunOptions, startTestSandbox, upc } from '../fixture.ts';
import { type FaultSettings, startFaultServer } from './fault-server.ts';
import type { Operation } from './operations.ts';
import { createVirtualDeadline } from './virtual-deadline.ts';

/** A clock that skips the waits between attempts. */
export const instantClock: Clock = { ...systemClock, random: () => 0.5, sleep: async () => {} };

/** The time limit for faults in which a response arrives, in seconds. No run reaches this limit. */
const LONG_TIMEOUT = 30;

export interface RunOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** All requests received, as `METHOD path`. */
  readonly wire: readonly string[];
  readonly changes: readonly string[];
  /** Whether the state of the sandbox after the run is the same as before, the requested state, or neither. */
  readonly state: 'as before' | 'as requested' | 'neither';
}

/** Runs an operation against a fault, and asserts what must be true for every outcome. */
export async function runWithFault(
  operation: Operation,
  faulty: FaultSettings,
  timeout = LONG_TIMEOUT,
  options: RunOptions = {},
): Promise<RunOutcome> {
  const b = await startTestSandbox();
  const silence = timeout < LONG_TIMEOUT ? createVirtualDeadline() : undefined;
  const server = await startFaultServer(
    b.origin,
    silence ? { ...faulty, respond: silence.after(faulty.respond) } : faulty,
  );
  try {
    const before = JSON.stringify(await b.state());
    const started = performance.now();
    const { code, out, err } = await upc(`${operation.line} --json --debug --timeout ${timeout}`, {
      env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin },
      clock: silence?.clock ?? instantClock,
      ...options,
    });
    if (silence) expect(silence.clock.elapsed()).toBeLessThan(timeout * 1_000 + 250);
    // The limit is generous, for busy machines.
    expect(performance.now() - started).toBeLessThan(60_000);
    await server.finish();
    const after = await b.state();
    const state = JSON.stringify(after) === before ? 'as before' : operation.done?.(after) ? 'as requested' : 'neither';
    const changes = server.wire.filter((line) => !line.startsWith('GET'));
    const outcome = { code, out, err, wire: [...server.wire], changes, state } as const;
    assertReportMatchesState(outcome, operation);
    return outcome;
  } finally {
    await server.close();
    await b.close();
  }
}

/**
 * Asserts that the report of the program matches the final state of the sandbox. Exit code 0 means that the state is as
 * requested. With exit code 9, any state is possible, and the message says how to check it and whether repeating is
 * safe. With any other exit code, nothing was changed, and nothing will be changed later.
 */
function assertReportMatchesState({ code, out, err, state }: RunOutcome, { done, creates }: Operation): void {
  expect(state).not.toBe('neither');
  if (code === 0) expect(state).toBe(done ? 'as requested' : 'as before');
  else if (code !== 9) expect(state).toBe('as before');
  if (code === 9) {
    expect(parseReportedError(err)).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringMatching(
        /is unknown\. (When last checked \(\d{4}-\d\d-\d\dT[\d:]{8}Z\), |The checks .* failed)/,
      ),
      hint: expect.stringMatching(/^Check: upc ip (show|list|float list)/),
      exit_code: 9,
    });
    expect(parseReportedError(err).hint.includes('Repeating the command is safe.')).toBe(!creates);
  }
  if (out !== '') expect(typeof JSON.parse(out)).toBe('object');
  expect(code === 0).toBe(out !== '');
  expect(`${out}${err}`).not.toMatch(/\bundefined\b|\[object |^\s+at /m);
}

/** Returns the JSON error at the end of stderr (the program ran with --json). */
export function parseReportedError(err: string): { code: string; message: string; hint: string; exit_code: number } {
  return JSON.parse(err.split('\n').findLast((line) => line.startsWith('{')) ?? '{}').error;
}
