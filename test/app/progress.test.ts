import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import { runWithProgress } from '../../src/app/progress.ts';
import { systemClock } from '../../src/core/clock.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import { neverInterrupted } from '../fixture.ts';

/**
 * Creates a context that records its stderr. `waits` contains each wait of its clock. A wait ends only when the test
 * calls the wait's `over()`.
 */
function createRecordingContext(env: Record<string, string> = {}, isTTY = true) {
  const stderr: PassThrough & { isTTY?: boolean; columns?: number } = new PassThrough();
  Object.assign(stderr, {
    isTTY,
    columns: 40,
    cursorTo: (x: number) => cursorTo(stderr, x),
    moveCursor: (x: number, y: number) => moveCursor(stderr, x, y),
    clearLine: (direction: -1 | 0 | 1) => clearLine(stderr, direction),
  });
  let shown = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const waits: { ms: number; over: () => void }[] = [];
  const clock = {
    ...systemClock,
    now: () => 0,
    elapsed: () => 0,
    random: () => 0,
    sleep: (ms: number) => new Promise<void>((over) => void waits.push({ ms, over })),
  };
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  const context = createContext({ env, ...streams, platform: 'linux', interrupt: neverInterrupted, clock }, () => ({
    headers: true,
    timeout: 60,
    color: 'never',
  }));
  return { context, shown: () => shown, waits };
}

const HIDDEN = '\u001b[?25l';
const VISIBLE = '\u001b[?25h';

it('shows a count after 300 ms, then removes it and shows the cursor again', async () => {
  const { context, shown, waits } = createRecordingContext();
  const result = await runWithProgress(context, 'Releasing', 40, async (tick) => {
    expect(waits.map(({ ms }) => ms)).toEqual([300]);
    expect(shown()).toBe('');
    waits[0]?.over();
    await expect.poll(shown).toContain('Releasing 0/40');
    for (let i = 0; i < 12; i++) tick();
    await expect.poll(shown).toContain('Releasing 12/40');
    return 'done';
  });
  expect(result).toBe('done');
  expect(shown().lastIndexOf(VISIBLE)).toBeGreaterThan(shown().lastIndexOf(HIDDEN));
  expect(shown().lastIndexOf('\u001b[0K')).toBeGreaterThan(shown().lastIndexOf('Releasing'));
});

it('shows the cursor again after an interrupt (T-7)', async () => {
  const { context, shown, waits } = createRecordingContext();
  const work = runWithProgress(context, 'Releasing', 40, async () => {
    waits[0]?.over();
    await expect.poll(shown).toContain(HIDDEN);
    throw new InterruptedError();
  });
  await expect(work).rejects.toBeInstanceOf(InterruptedError);
  expect(shown().lastIndexOf(VISIBLE)).toBeGreaterThan(shown().lastIndexOf(HIDDEN));
});

it('cuts a long text to the terminal', async () => {
  const { context, shown, waits } = createRecordingContext();
  await runWithProgress(context, 'x'.repeat(100), undefined, async () => {
    waits[0]?.over();
    await expect.poll(shown).toContain(`${'x'.repeat(36)}…`);
  });
});

it('shows nothing for shorter work, also if the wait ends afterwards', async () => {
  const { context, shown, waits } = createRecordingContext();
  await runWithProgress(context, 'Loading', undefined, async () => {});
  waits[0]?.over();
  await new Promise(setImmediate);
  expect(shown()).toBe('');
});

it.each([
  ['in a pipe', {}, false],
  ['at a dumb terminal', { TERM: 'dumb' }, true],
  ['in a CI job', { CI: 'true' }, true],
])('shows nothing %s', async (_where, env, isTTY) => {
  const { context, shown, waits } = createRecordingContext(env, isTTY);
  await runWithProgress(context, 'Loading', 3, async (tick) => tick());
  expect(waits).toHaveLength(0);
  expect(shown()).toBe('');
});
