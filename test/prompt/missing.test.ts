import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';
import { startTerminal, type Terminal } from '../terminal.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

const PROGRAM_PATH = resolve('bin/upc.js');
const at = (line: string, env: Record<string, string> = {}): Terminal =>
  startTerminal(process.execPath, [PROGRAM_PATH, ...line.split(' ')], {
    env: { ...b.env, HOME: '/nonexistent', ...env },
  });
const HIDDEN = '\u001b[?25l';
const VISIBLE = '\u001b[?25h';
const expectCursorShown = (screen: Terminal) =>
  expect(screen.raw().lastIndexOf(VISIBLE)).toBeGreaterThanOrEqual(screen.raw().lastIndexOf(HIDDEN));

describe('at a terminal', () => {
  it("asks for a missing address with a list of the account's addresses", async () => {
    const screen = at('ip show');
    await screen.shows('Which address?');
    expect(screen.screen()).not.toContain('idle');
    await screen.shows('192.0.2.10                        web-1, www.example.com');
    screen.type('\u001b[B\r');
    await screen.shows(/Address +192\.0\.2\.10/);
    expect(await screen.ended).toBe(0);
    expectCursorShown(screen);
  });

  it('shows how many choices are above and below a long list, and typing finds one', async () => {
    const screen = at('ip show');
    await screen.shows('11 more below; type to search');
    screen.type('\u001b[B'.repeat(6));
    await screen.shows('1 more above, 10 more below; type to search');
    screen.type('203.');
    await screen.shows(/> 203\.0\.113\.10 .*[\s\S]*7 more above, 4 more below/);
    screen.type('\u001b[B'.repeat(14));
    await screen.shows(/11 more above; type to search/);
    screen.type('\u0003');
    expect(await screen.ended).toBe(130);
    const many = at('ip release');
    await many.shows(/4 more below\s+↑↓ navigate, space select, a all, i invert, ⏎ submit/);
    many.type('\r');
    await many.shows('Select at least one with the space bar.');
    many.type('\u0003');
    expect(await many.ended).toBe(130);
  });

  it('a short list has no such line, and the C locale shows the keys in ASCII', async () => {
    const screen = at('ip float detach', { LC_ALL: 'C' });
    await screen.shows('up/down navigate, enter select');
    expect(screen.screen()).not.toContain('more below');
    expect(screen.raw()).toMatch(/^[\x00-\x7f]*$/);
    screen.type('\u0003');
    expect(await screen.ended).toBe(130);
    const long = at('ip show', { LC_ALL: 'C' });
    await long.shows('11 more below');
    expect(long.raw()).toMatch(/^[\x00-\x7f]*$/);
    long.type('\u0003');
    expect(await long.ended).toBe(130);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s ends with 130 and a visible cursor', async (_name, key) => {
    const screen = at('ip show');
    await screen.shows('Which address?');
    screen.type(key);
    expect(await screen.ended).toBe(130);
    await screen.shows('Interrupted.');
    expectCursorShown(screen);
  });

  it('a dumb terminal shows numbers instead of a cursor, and no control sequence', async () => {
    const screen = at('ip show', { TERM: 'dumb' });
    await screen.shows('Which address? (number)');
    screen.type('99\r');
    await screen.shows('Type a number from 1 to 21.');
    screen.type('2\r');
    await screen.shows(/Address +192\.0\.2\.10/);
    expect(await screen.ended).toBe(0);
    expect(screen.raw()).not.toContain('\u001b');
  });

  it('a list with lines wider than the window stays readable when the window changes', async () => {
    const screen = at('ip show');
    await screen.shows('Which address?');
    screen.resize(40, 12);
    screen.type('\u001b[B');
    await screen.shows(/> 192\.0\.2\.10/);
    screen.type('\r');
    expect(await screen.ended).toBe(0);
    await screen.shows(/Address +192\.0\.2\.10/);
  });

  it('an empty list is reported instead of asked about', async () => {
    const empty = await startTestSandbox('empty');
    const screen = at('ip show', empty.env);
    expect(await screen.ended).toBe(2);
    await screen.shows('There is no address to choose for `upc ip show`.');
    await empty.close();
  });

  it('a CI job gets no questions, even with a terminal', async () => {
    const screen = at('ip show', { CI: 'true' });
    expect(await screen.ended).toBe(2);
    await screen.shows("Missing required argument 'address'.");
  });

  it('--help prints help, also if an argument is missing', async () => {
    const screen = at('ip show --help');
    expect(await screen.ended).toBe(0);
    await screen.shows('Usage: upc ip show');
  });
});

it('without a terminal, a missing address is wrong usage, and no question or request follows', async () => {
  expect(await b.cli('ip show')).toMatchObject({
    code: 2,
    out: '',
    err: "Error: Missing required argument 'address'.\nSee `upc ip show --help`.\n",
    requests: [],
  });
});

/** Runs the built program as part of a shell pipeline. */
const runInBash = (line: string) =>
  new Promise<{ code: unknown; out: string; err: string }>((done) => {
    const env = {
      ...b.env,
      HOME: '/nonexistent',
      PATH: process.env.PATH ?? '',
      UPC: `${process.execPath} ${PROGRAM_PATH}`,
    };
    execFile('bash', ['-o', 'pipefail', '-c', line], { env }, (error, out, err) =>
      done({ code: error?.code ?? 0, out, err }),
    );
  });

it('`| head -1` ends quietly', async () => {
  expect(await runInBash('$UPC ip list | head -1')).toMatchObject({ code: 0, err: '' });
});

it('`< /dev/null` is not a terminal', async () => {
  expect(await runInBash('$UPC ip show < /dev/null')).toMatchObject({ code: 2, out: '' });
  expect(await runInBash('$UPC ip list -q < /dev/null')).toMatchObject({ code: 0, err: '' });
});
