import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, type TestSandbox, upc } from '../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

/** Creates an empty home folder, and the environment of its user. */
function createUser(more: Record<string, string> = {}) {
  const home = createTemporaryFolder();
  const env = { HOME: home, PATH: process.env.PATH ?? '', UPC_CONFIG_DIR: join(home, 'upc'), ...more };
  return { home, env, config: () => readFileSync(join(home, 'upc', 'config.json'), 'utf8') };
}

/**
 * Replaces the API URL in the profile with that of the sandbox, because `profile set` stores the URL of UpCloud's API.
 */
function pointToSandbox({ home, config }: ReturnType<typeof createUser>): void {
  const changed = config().replace(/"origin": ?"[^"]*"/, `"origin": "${b.origin}"`);
  writeFileSync(join(home, 'upc', 'config.json'), changed);
}

describe('upc profile set token-command', () => {
  test('the token is what the command prints, run when one is needed, and never stored', async () => {
    const account = createUser();
    const runs = join(account.home, 'runs');
    const command = `echo run >> '${runs}'; printf 'ucat_%s\\n' sandbox`;
    const set = await upc(['profile', 'set', 'token-command', command, '--json'], { env: account.env });
    expect(set.code).toBe(0);
    expect(JSON.parse(set.out)).toMatchObject({ name: 'default', in_use: true, signed_in: 'token-command' });
    pointToSandbox(account);
    for (const _ of [1, 2]) {
      expect(await upc('ip list -q', { env: account.env })).toMatchObject({ code: 0, err: '' });
    }
    expect(readFileSync(runs, 'utf8')).toBe('run\nrun\n');
    for (const file of readdirSync(account.home, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    ))
      expect(readFileSync(join(file.parentPath, file.name), 'utf8'), file.name).not.toContain('ucat_sandbox');
    const who = JSON.parse((await upc('whoami --json', { env: account.env })).out);
    expect(who.credentials).toBe("token command of profile 'default'");
    expect((await upc('profile list', { env: account.env })).out).toContain('token-command');
  });

  test.each([
    ['exit 3', 'failed (exit status 3)'],
    ['true', 'printed nothing'],
    ['kill -9 $$', 'failed (it was ended by SIGKILL)'],
    ["head -c 200000 /dev/zero | tr '\\0' a", 'failed (it printed more than 64 KiB)'],
    ['nonsense-of-a-program', 'failed (exit status 127)'],
    ['exec sleep 60', 'failed (it did not end within 10 s)'],
  ])('a command that fails is exit 4, and says how: %s', async (command, failure) => {
    const { env } = createUser();
    await upc(['profile', 'set', 'token-command', command], { env });
    const { code, out, err } = await upc('ip list --json', { env });
    const error = JSON.parse(err.split('\n').findLast((line) => line.startsWith('{')) ?? '{}').error;
    expect({ code, out, error: error.code }).toEqual({ code: 4, out: '', error: 'TOKEN_COMMAND_FAILED' });
    expect(error.message).toBe(`The token command of profile 'default' ${failure}.`);
  });

  test('a command that reads its input finds the end of it', async () => {
    const account = createUser();
    await upc(['profile', 'set', 'token-command', 'cat; echo ucat_sandbox'], { env: account.env });
    pointToSandbox(account);
    expect(await upc('whoami -q', { env: account.env })).toMatchObject({ code: 0, out: 'sandbox\n' });
  });

  test('its stderr is shown, made safe; its stdout never is', async () => {
    const { env } = createUser();
    await upc(
      ['profile', 'set', 'token-command', "printf 'unlock the \\033[31mvault\\n' >&2; echo secret-part; exit 1"],
      { env },
    );
    const { err } = await upc('ip list', { env });
    expect(err).toContain('unlock the');
    expect(err).not.toMatch(/\u001b|secret-part/);
  });

  test('it replaces what was stored, and a login replaces it', async () => {
    const account = createUser({ UPCLOUD_DEBUG_API_BASE_URL: b.origin });
    await upc('login --with-token', { env: account.env, stdin: 'ucat_sandbox' });
    await upc(['profile', 'set', 'token-command', 'echo ucat_sandbox'], { env: account.env });
    expect(JSON.parse(account.config()).profiles.default).toMatchObject({ token_command: 'echo ucat_sandbox' });
    expect(account.config()).not.toContain('credentials');
    await upc('login --with-token', { env: account.env, stdin: 'ucat_sandbox' });
    expect(JSON.parse(account.config()).profiles.default.token_command).toBeUndefined();
    await upc(['profile', 'set', 'token-command', 'echo x'], { env: account.env });
    expect(await upc('profile set token-command ""', { env: account.env })).toMatchObject({ code: 0 });
    expect(await upc('ip list', { env: account.env })).toMatchObject({ code: 4 });
  });
});

describe.skipIf(process.platform !== 'linux')('upc login --from-upctl reads the keyring', () => {
  /** Creates a user with this script as `secret-tool`, the program that reads the keyring. */
  function createUserWithKeyring(script: string) {
    const account = createUser({ UPCLOUD_DEBUG_API_BASE_URL: b.origin });
    mkdirSync(join(account.home, 'bin'));
    const tool = join(account.home, 'bin', 'secret-tool');
    writeFileSync(tool, `#!/bin/sh\n${script}\n`);
    chmodSync(tool, 0o755);
    return { ...account, env: { ...account.env, PATH: `${join(account.home, 'bin')}:${process.env.PATH}` } };
  }
  const asked = '[ "$*" = "lookup service UpCloud username " ] || exit 9';

  test.each([
    ['plain', 'printf ucat_sandbox'],
    ['as upctl encodes it', `printf 'go-keyring-base64:%s' ${Buffer.from('ucat_sandbox').toString('base64')}`],
  ])('the token, %s', async (_how, print) => {
    const { env } = createUserWithKeyring(`${asked}\n${print}`);
    expect(await upc('login --from-upctl -q', { env })).toMatchObject({ code: 0, out: 'sandbox\n' });
    expect(await upc('whoami -q', { env })).toMatchObject({ code: 0, out: 'sandbox\n' });
  });

  test('one without a token, or locked, is exit 3', async () => {
    const { env } = createUserWithKeyring('exit 1');
    expect(await upc('login --from-upctl', { env })).toMatchObject({ code: 3, out: '' });
  });

  test('without secret-tool it says what to install', async () => {
    const { env } = createUser({ PATH: '/nonexistent', UPCLOUD_DEBUG_API_BASE_URL: b.origin });
    const { code, err } = await upc('login --from-upctl', { env });
    expect(code).toBe(3);
    expect(err).toContain('Install secret-tool (Debian package: libsecret-tools)');
  });
});
