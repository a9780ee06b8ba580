import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';
import { isPosix } from '../installed.ts';
import { assertNoSecrets } from '../secrets.ts';
import { runAtTerminal } from './pty.ts';

let b: TestSandbox;
const password = 'typed-CANARY-passw0rd';
beforeAll(async () => {
  b = await startTestSandbox();
  await b.edit((state) => ({ ...state, accounts: state.accounts.map((one) => ({ ...one, password })) }));
});
afterAll(() => b.close());

/** Runs the program at a terminal, and then prints the settings of this terminal. */
function startLogin(line: string, env: Record<string, string> = {}) {
  const HOME = createTemporaryFolder();
  const script = `stty -a > "$HOME/before"; node bin/upc.js ${line}; echo "code=$?"; stty -a > "$HOME/after"; echo over`;
  const run = runAtTerminal(script, { HOME, UPCLOUD_DEBUG_API_BASE_URL: b.origin, ...env });
  const readTerminalSettings = (when: string) => readFileSync(join(HOME, when), 'utf8');
  return {
    ...run,
    config: () => JSON.parse(readFileSync(join(HOME, '.config', 'upcloud-ip', 'config.json'), 'utf8')),
    written: () => readdirSync(HOME).filter((name) => name !== 'before' && name !== 'after'),
    isRestored: () => readTerminalSettings('after') === readTerminalSettings('before') && isCursorShown(run.screen()),
  };
}

function isCursorShown(screen: string): boolean {
  return screen.lastIndexOf('\u001b[?25h') >= screen.lastIndexOf('\u001b[?25l');
}

describe.runIf(isPosix).each(['xterm-256color', 'dumb'])('login at a terminal (%s)', (TERM) => {
  test('asks for the password and does not show it', async () => {
    const t = startLogin('login --username sandbox', { TERM });
    await t.sees('Password');
    t.type(`${password}\r`);
    await t.sees(/over\r?\n$/);
    expect(t.screen()).toContain('code=0');
    assertNoSecrets({ screen: t.screen() }, [password]);
    expect(t.config().profiles.default.credentials).toEqual({ username: 'sandbox', password });
    expect(t.isRestored()).toBe(true);
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s at the password: exit code 130, terminal restored, nothing stored', async (_key, key) => {
    const t = startLogin('login --username sandbox', { TERM });
    await t.sees('Password');
    t.type(password.slice(0, 12));
    t.type(key);
    await t.sees(/over\r?\n$/);
    expect(t.screen()).toContain('code=130');
    assertNoSecrets({ screen: t.screen() }, [password.slice(0, 12)]);
    expect([t.written(), t.isRestored()]).toEqual([[], true]);
  });
});

describe.runIf(isPosix)('login at a terminal', () => {
  test('without options it asks how to sign in, then for a token', async () => {
    const t = startLogin('login');
    await t.sees('How do you sign in to UpCloud');
    t.type('\r');
    // The text before the question also contains "API token", so match the question mark at the start of the question,
    // too.
    await t.sees(/\? \S*API token/);
    t.type('ucat_sandbox\r');
    await t.sees(/over\r?\n$/);
    expect(t.screen()).toContain('code=0');
    assertNoSecrets({ screen: t.screen() }, ['ucat_sandbox']);
    expect(t.config().profiles.default.user).toBe('sandbox');
  });

  test('questions go to stderr, and stdout has only the result', async () => {
    const t = startLogin('login --with-token --json > "$HOME/after.json"; cat "$HOME/after.json"');
    await t.sees('API token');
    t.type('ucat_sandbox\r');
    await t.sees('"username": "sandbox"');
    await t.sees(/over\r?\n$/);
    assertNoSecrets({ screen: t.screen() }, ['ucat_sandbox']);
  });
});
