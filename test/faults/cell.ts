import { expect } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { bench, type RunOptions, upc } from '../fixture.ts';
import { type Faulty, faultServer } from './fault-server.ts';
import type { Operation } from './operations.ts';
import { virtualDeadline } from './virtual-deadline.ts';

/** Waits between attempts are not waited for. */
export const instantClock: Clock = { ...systemClock, random: () => 0.5, sleep: async () => {} };

/** Seconds that a command has where its fault is no silence. */
const NO_SILENCE = 30;

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Requests on the wire, as `METHOD path`. */
  readonly wire: readonly string[];
  readonly changes: readonly string[];
  /** Whether the sandbox holds what was wished; undefined where it is neither as before nor as wished. */
  readonly state: 'as before' | 'as wished' | 'neither';
}

/** Runs one operation against one fault, and checks what holds whatever comes of it. */
export async function tell(
  operation: Operation,
  faulty: Faulty,
  timeout = NO_SILENCE,
  options: RunOptions = {},
): Promise<Told> {
  const b = await bench();
  const silence = timeout < NO_SILENCE ? virtualDeadline() : undefined;
  const server = await faultServer(b.origin, silence ? { ...faulty, respond: silence.after(faulty.respond) } : faulty);
  try {
    const before = JSON.stringify(await b.state());
    const started = performance.now();
    const { code, out, err } = await upc(`${operation.line} --json --debug --timeout ${timeout}`, {
      env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin },
      clock: silence?.clock ?? instantClock,
      ...options,
    });
    if (silence) expect(silence.clock.elapsed()).toBeLessThan(timeout * 1_000 + 250);
    // Generous, for a busy machine.
    expect(performance.now() - started).toBeLessThan(60_000);
    await server.finish();
    const after = await b.state();
    const state = JSON.stringify(after) === before ? 'as before' : operation.done?.(after) ? 'as wished' : 'neither';
    const changes = server.wire.filter((line) => !line.startsWith('GET'));
    const outcome = { code, out, err, wire: [...server.wire], changes, state } as const;
    assertHonest(outcome, operation);
    return outcome;
  } finally {
    await server.close();
    await b.close();
  }
}

/**
 * What the program claims is what the server holds at last, and what it shows is fit to be shown. 0: the requested state is there.
 * 9: whatever is there, the message says how to check and whether repeating is safe. Everything else: nothing was changed, now or later.
 */
function assertHonest({ code, out, err, state }: Told, { done, creates }: Operation): void {
  expect(state).not.toBe('neither');
  if (code === 0) expect(state).toBe(done ? 'as wished' : 'as before');
  else if (code !== 9) expect(state).toBe('as before');
  if (code === 9) {
    expect(errorOf(err)).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringMatching(
        /is unknown\. (When last checked \(\d{4}-\d\d-\d\dT[\d:]{8}Z\), |The checks .* failed)/,
      ),
      hint: expect.stringMatching(/^Check: upc ip (show|list|float list)/),
      exit_code: 9,
    });
    expect(errorOf(err).hint.includes('Repeating the command is safe.')).toBe(!creates);
  }
  if (out !== '') expect(typeof JSON.parse(out)).toBe('object');
  expect(code === 0).toBe(out !== '');
  expect(`${out}${err}`).not.toMatch(/\bundefined\b|\[object |^\s+at /m);
}

/** The error that stderr ends with, with --json. */
export function errorOf(err: string): { code: string; message: string; hint: string; exit_code: number } {
  return JSON.parse(err.split('\n').findLast((line) => line.startsWith('{')) ?? '{}').error;
}
