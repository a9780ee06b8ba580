import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import { readUpctlCredentials } from '../../src/config/upctl.ts';
import { startApiServer } from '../api-server.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { neverInterrupted, type RunOptions, startTestSandbox, type TestSandbox, upc } from '../fixture.ts';
import { isPosix } from '../installed.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

/** Creates an empty home folder. `cli` runs the program with this home, without credentials in the environment. */
function createHome() {
  const folder = createTemporaryFolder();
  const file = join(folder, '.config', 'upcloud-ip', 'config.json');
  const cli = (line: string | readonly string[], options: RunOptions = {}) =>
    b.cli(line, { ...options, env: { HOME: folder, UPCLOUD_TOKEN: undefined, ...options.env } });
  return {
    folder,
    file,
    cli,
    login: (profile = 'default', token = 'ucat_sandbox') =>
      cli(`login --profile ${profile} --with-token`, { stdin: `${token}\n` }),
    content: () => JSON.parse(readFileSync(file, 'utf8')),
    rights: (path: string) => (statSync(path).mode & 0o777).toString(8),
  };
}

describe('login', () => {
  test('checks a token from stdin with the API, stores it and says who is signed in', async () => {
    const { cli, content } = createHome();
    const r = await cli('login --with-token', { stdin: 'ucat_sandbox\n' });
    expect(r).toMatchObject({ code: 0, err: '' });
    expect(r.out).toBe(`Signed in as  sandbox\nProfile       default, now in use\nAPI           ${b.origin}\n`);
    expect(r.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /1.3/account']);
    expect(content()).toEqual({
      version: 1,
      current: 'default',
      profiles: { default: { origin: b.origin, user: 'sandbox', credentials: { token: 'ucat_sandbox' } } },
    });
    expect((await cli('ip list -q')).code).toBe(0);
  });

  test('takes a user name, and the password from stdin, less one line break', async () => {
    const { cli, content } = createHome();
    const r = await cli('login --username other --password-stdin --json', { stdin: 'other\r\n' });
    expect([r.code, JSON.parse(r.out)]).toEqual([
      0,
      { profile: 'default', username: 'other', api_url: b.origin, in_use: true },
    ]);
    expect(content().profiles.default.credentials).toEqual({ username: 'other', password: 'other' });
  });

  test('takes a token with the byte order mark that PowerShell may put before it', async () => {
    const { cli, content } = createHome();
    expect(await cli('login --with-token', { stdin: '\ufeffucat_sandbox\r\n' })).toMatchObject({ code: 0, err: '' });
    expect(content().profiles.default.credentials).toEqual({ token: 'ucat_sandbox' });
  });

  test('stores nothing that the API rejects', async () => {
    const { login, folder } = createHome();
    expect(await login('default', 'ucat_wrong_token')).toMatchObject({
      code: 4,
      out: '',
      err: 'Error: UpCloud rejected these credentials.\nThe credentials came from this login: sign in again with other credentials. Nothing was stored.\n',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['login', '', 'Error: Cannot ask for the credentials: there is no terminal.\n'],
    ['login --username x', '', 'Error: Cannot ask for the password: there is no terminal.\n'],
    ['login --with-token', '', 'Error: The API token is empty.\n'],
    ['login --with-token', '\n', 'Error: The API token is empty.\n'],
    ['login --username x --password-stdin', '', 'Error: The password is empty.\n'],
    ['login --password-stdin', 'x', 'Error: --password-stdin needs --username.\n'],
    ['login --username a:b --password-stdin', 'x', 'Error: A username must not be empty or contain a colon.\n'],
    ['logout --all --profile work', '', 'Error: --all and --profile cannot be combined.\n'],
    ['login --with-token --from-upctl', 'x', 'Error: --with-token and --from-upctl cannot be combined.\n'],
    ['login --sandbox --with-token', 'x', 'Error: The sandbox needs no sign-in.\n'],
    ["login --with-token --profile 'a.b'", 'x', "Error: 'a.b' is not a valid profile name.\n"],
    ['login --with-token --profile constructor', 'x', "Error: 'constructor' is not a valid profile name.\n"],
  ])('%s with %j on stdin is rejected, and nothing is sent or stored', async (line, stdin, message) => {
    const { cli, folder } = createHome();
    const r = await cli(line, { stdin });
    expect([r.code, r.out, r.requests, readdirSync(folder)]).toEqual([2, '', [], []]);
    expect(r.err).toContain(message);
  });

  test('an input too long for a token is rejected', async () => {
    const { cli, folder } = createHome();
    const r = await cli('login --with-token', { stdin: 'x'.repeat(70_000) });
    expect([r.code, r.requests, readdirSync(folder)]).toEqual([2, [], []]);
    expect(r.err).toBe('Error: The input on stdin is too long for a token or a password.\n');
  });

  test('takes over what upctl has: a token before a user name', async () => {
    const { cli, folder, content } = createHome();
    mkdirSync(join(folder, '.config'));
    const upctl = join(folder, '.config', 'upctl.yaml');
    expect(await cli('login --from-upctl')).toMatchObject({ code: 3, requests: [] });
    writeFileSync(upctl, 'username: other\npassword: "other"\n');
    expect(await cli('login --from-upctl -q')).toMatchObject({ code: 0, out: 'other\n' });
    expect(content().profiles.default.credentials).toEqual({ username: 'other', password: 'other' });
    writeFileSync(upctl, 'token: ucat_sandbox\nusername: other\npassword: other\n');
    expect(await cli('login --from-upctl -q')).toMatchObject({ code: 0, out: 'sandbox\n' });
    writeFileSync(upctl, 'token: [hidden-secret\n');
    const r = await cli('login --from-upctl --debug');
    expect([r.code, r.err.includes('hidden-secret')]).toEqual([3, false]);
  });

  test('a token command with quotes works in the shell of each system', async () => {
    const { cli, login } = createHome();
    await login();
    const command = `"${process.execPath}" -p "'ucat_' + 'sandbox'"`;
    expect((await cli(['profile', 'set', 'token-command', command])).code).toBe(0);
    expect(await cli('whoami -q')).toMatchObject({ code: 0, out: 'sandbox\n', err: '' });
  });

  test.runIf(process.platform === 'linux')('finds what upctl has on macOS and on Windows', async () => {
    const folder = createTemporaryFolder();
    const mac = join(folder, 'Library', 'Application Support');
    mkdirSync(mac, { recursive: true });
    writeFileSync(join(mac, 'upctl.yaml'), 'token: ucat_mac_token\n');
    expect(await readUpctlCredentials({ HOME: folder }, 'darwin')).toEqual({ token: 'ucat_mac_token' });
    await expect(readUpctlCredentials({ HOME: folder }, 'linux')).rejects.toThrow(
      `${folder}/.config/upctl.yaml does not exist`,
    );
    const env = { APPDATA: 'C:\\Roaming', LOCALAPPDATA: 'C:\\Local' };
    await expect(readUpctlCredentials(env, 'win32')).rejects.toThrow('C:\\Local\\upctl.yaml does not exist');
  });

  test.each(['logout', 'profile remove work'])('after `%s` no command goes on with another account', async (line) => {
    const { cli, login } = createHome();
    await login();
    await login('work', 'ucat_other');
    expect((await cli(line)).code).toBe(0);
    expect(await cli('ip list')).toMatchObject({
      code: 4,
      err:
        "Error: There is no profile 'work'.\n" +
        'Profiles: default. Sign in with `upc login --profile work`, or use another profile: `upc profile use <name>`.\n',
      requests: [],
    });
    expect((await cli('profile use default')).code).toBe(0);
    expect((await cli('whoami -q')).out).toBe('sandbox\n');
    expect((await cli('logout --all')).code).toBe(0);
    expect((await cli('ip list')).err).toMatch(/^Error: Not signed in\./);
  });

  test('does not give up credentials for another place', async () => {
    const { cli, login, content } = createHome();
    await login();
    const other = 'https://api.example.com';
    const r = await cli(`login --with-token --api-url ${other}`, { stdin: 'ucat_other' });
    expect([r.code, r.out, r.requests]).toEqual([2, '', []]);
    expect(r.err).toBe(
      `Error: Profile 'default' is signed in at ${b.origin}: signing in at ${other} would replace its credentials.\n` +
        `Choose another name: upc login --profile <name> --api-url ${other}; or sign out first: upc logout --profile default\n`,
    );
    expect(content().profiles.default.credentials).toEqual({ token: 'ucat_sandbox' });
  });

  test.each(['ucat_sandbox\n', ' ucat_sandbox', 'ucat sandbox', 'ücat'])(
    'a token that no header can carry is reported with its source: %j',
    async (UPCLOUD_TOKEN) => {
      const { cli } = createHome();
      const r = await cli('ip list', { env: { UPCLOUD_TOKEN } });
      expect([r.code, r.out, r.requests]).toEqual([4, '', []]);
      expect(r.err).toBe(
        'Error: The API token of the environment (UPCLOUD_TOKEN) has characters that are not allowed in a token.\n' +
          'Check for a line break or a space that was copied with the token.\n',
      );
    },
  );

  test('reads no secret from a terminal that would show it', async () => {
    const { cli } = createHome();
    for (const line of ['login --with-token', 'login --username x --password-stdin']) {
      const stdin = Object.assign(Readable.from(['ucat_sandbox\n']), { isTTY: true });
      const r = await cli(line, { stdin });
      expect([r.code, r.requests]).toEqual([2, []]);
      expect(r.err).toMatch(/^Error: Cannot ask for the (credentials|password): there is no terminal\.\n/);
    }
  });

  test('keeps the settings of a profile that is signed in again, and says when the environment still wins', async () => {
    const { cli, login, content } = createHome();
    await login();
    await cli('profile set zone fi-hel2');
    const r = await cli('login --with-token', { stdin: 'ucat_other', env: { UPCLOUD_TOKEN: 'ucat_env_token' } });
    expect(r.err).toBe(
      'Warning: Credentials in the environment (UPCLOUD_TOKEN) take precedence over the profile in use.\n',
    );
    expect(content().profiles.default).toMatchObject({ user: 'other', zone: 'fi-hel2' });
  });
});

describe('which credentials are used', () => {
  const listSources = (out: string) =>
    JSON.parse(out).sources.map(({ source, state }: { source: string; state: string }) => `${source}: ${state}`);

  test('the environment before the profile, --profile before the environment', async () => {
    const { cli, login } = createHome();
    await login('work', 'ucat_other');
    const env = { UPCLOUD_TOKEN: 'ucat_sandbox' };
    const first = await cli('whoami --json', { env });
    expect([JSON.parse(first.out).username, ...listSources(first.out)]).toEqual([
      'sandbox',
      'UPCLOUD_TOKEN: used',
      'UPCLOUD_USERNAME, UPCLOUD_PASSWORD: not set',
      'profile in use: not read',
    ]);
    const explicit = await cli('whoami --json --profile work', { env });
    expect([JSON.parse(explicit.out).username, ...listSources(explicit.out)]).toEqual([
      'other',
      "--profile 'work': used",
      'UPCLOUD_TOKEN: overridden',
      'UPCLOUD_USERNAME, UPCLOUD_PASSWORD: not set',
    ]);
    const token = await cli('whoami --json', { env: { ...env, UPCLOUD_USERNAME: 'other', UPCLOUD_PASSWORD: 'other' } });
    expect(listSources(token.out)[1]).toBe('UPCLOUD_USERNAME, UPCLOUD_PASSWORD: overridden');
  });

  test('UPC_PROFILE before the profile in use', async () => {
    const { cli, login } = createHome();
    await login('work', 'ucat_other');
    await login('play');
    expect((await cli('whoami -q')).out).toBe('sandbox\n');
    const r = await cli('whoami --verbose', { env: { UPC_PROFILE: 'work' } });
    expect(r.out).toContain("UPC_PROFILE 'work'                  used\n");
  });

  test('half a pair in the environment is an error, also with a profile there', async () => {
    const { cli, login } = createHome();
    await login();
    expect(await cli('whoami', { env: { UPCLOUD_USERNAME: 'x' } })).toMatchObject({ code: 3, requests: [] });
  });

  test.each([
    [
      '--profile ghost',
      {},
      "There is no profile 'ghost'.\nProfiles: default. Sign in with `upc login --profile ghost`.",
    ],
    [
      '',
      { UPC_PROFILE: 'ghost' },
      "There is no profile 'ghost'.\nProfiles: default. Sign in with `upc login --profile ghost`.",
    ],
  ])('an unknown profile is an error, never another account: %s %o', async (option, env, message) => {
    const { cli, login } = createHome();
    await login();
    expect(await cli(`ip list ${option}`, { env })).toMatchObject({
      code: 4,
      requests: [],
      err: `Error: ${message}\n`,
    });
  });

  test('a rejection names the credentials and what to do', async () => {
    const { cli, login } = createHome();
    await login('work');
    const rejected = 'Error: UpCloud rejected these credentials.\n';
    await b.edit((state) => ({
      ...state,
      accounts: state.accounts.map((one) => ({ ...one, token: `${one.token}_new` })),
    }));
    const profile = await cli('ip list');
    const token = await cli('ip list', { env: { UPCLOUD_TOKEN: 'ucat_revoked' } });
    const pair = await cli('ip list', { env: { UPCLOUD_USERNAME: 'a', UPCLOUD_PASSWORD: 'b' } });
    await b.edit((state) => ({
      ...state,
      accounts: state.accounts.map((one) => ({ ...one, token: one.token.replace('_new', '') })),
    }));
    expect(profile).toMatchObject({
      code: 4,
      err: `${rejected}The credentials came from profile 'work': sign in again with \`upc login --profile work\`.\n`,
    });
    expect(token.err).toBe(
      `${rejected}The credentials came from the environment (UPCLOUD_TOKEN): check that variable.\n`,
    );
    expect(pair.err).toContain('the environment (UPCLOUD_USERNAME, UPCLOUD_PASSWORD): check those variables.');
    const forbidden = await cli('ip show 192.0.2.90', { env: { UPCLOUD_TOKEN: 'ucat_sandbox' } });
    expect([forbidden.code, forbidden.err]).toEqual([
      4,
      expect.stringContaining(
        'Select another with --profile <name>. The credentials came from the environment (UPCLOUD_TOKEN).\n',
      ),
    ]);
  });

  test('so does a rejection that has no advice of its own', async () => {
    const body = { error: { error_code: 'NOT_TODAY', error_message: 'Not today.' } };
    const { env } = await startApiServer({ 'GET /ip_address': { status: 403, body } });
    expect(await upc('ip list', { env })).toEqual({
      code: 4,
      out: '',
      err:
        'Error: The account does not have this permission (HTTP 403, NOT_TODAY): Not today.\n' +
        'The credentials came from the environment (UPCLOUD_TOKEN).\n',
    });
  });

  test('a profile may be called as the environment is', async () => {
    const { cli, login } = createHome();
    await login('environment');
    const rejected = await cli('ip show 192.0.2.90');
    expect(rejected.code).toBe(4);
    expect(rejected.err).toContain("The credentials came from profile 'environment'.\n");
  });

  test("T-11 a profile's credentials go to the origin they were saved for, and to no other", async () => {
    const { cli, login } = createHome();
    await login('work');
    const decoy = await startTestSandbox('empty');
    const urls = [
      cli(`ip list --api-url ${decoy.origin}`),
      cli('ip list', { env: { UPCLOUD_DEBUG_API_BASE_URL: decoy.origin } }),
    ];
    for (const r of await Promise.all(urls)) {
      expect(r).toMatchObject({ code: 4, requests: [] });
      expect(r.err).toContain(
        `The credentials of profile 'work' are for ${b.origin} and are not sent to ${decoy.origin}.`,
      );
    }
    // If neither an option nor the environment sets an API URL, the program uses the API URL of the profile.
    expect(
      (await cli('ip list -q', { env: { UPCLOUD_DEBUG_API_BASE_URL: undefined } })).requests.length,
    ).toBeGreaterThan(0);
    await decoy.close();
  });

  test('T-11 a profile that was edited to plain http on another host is rejected', async () => {
    const { cli, login, file } = createHome();
    await login();
    writeFileSync(file, readFileSync(file, 'utf8').replace(b.origin, 'http://192.0.2.1'), { mode: 0o600 });
    expect(await cli('ip list', { env: { UPCLOUD_DEBUG_API_BASE_URL: undefined } })).toMatchObject({
      code: 2,
      requests: [],
    });
  });
});

describe('logout', () => {
  test('removes the credentials; the account is then signed out, and a second logout has nothing to do', async () => {
    const { cli, login, file } = createHome();
    await login();
    expect(await cli('logout')).toMatchObject({ code: 0, out: 'Signed out  default\n' });
    expect(readFileSync(file, 'utf8')).not.toContain('ucat_');
    expect((await cli('ip list')).code).toBe(4);
    expect(await cli('logout --json')).toMatchObject({ code: 0, out: '{\n  "signed_out": []\n}\n' });
  });

  test('keeps the settings of a profile that has some, and says that it is signed out', async () => {
    const { cli, login } = createHome();
    await login('work');
    await cli('profile set zone fi-hel2');
    await cli('logout');
    expect((await cli('ip list')).err).toBe(
      "Error: Profile 'work' is signed out.\nSign in with `upc login --profile work`.\n",
    );
    expect((await cli('profile list --columns name,signed_in,zone --no-headers')).out).toMatch(
      /^work\s+no\s+fi-hel2\s*$/,
    );
  });

  test('--all signs out of everything, --profile of one that must be there', async () => {
    const { cli, login, file } = createHome();
    await login('a');
    await login('b');
    await login('c');
    expect((await cli('logout --profile ghost')).code).toBe(5);
    expect((await cli('logout --profile a --json')).out).toContain('"a"');
    expect((await cli('logout --all -q')).out).toBe('b\nc\n');
    expect((await cli('logout --all -q')).out).toBe('');
    await login('d');
    expect(JSON.parse((await cli('logout --all --json')).out)).toEqual({ signed_out: ['d'] });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, profiles: {} });
  });
});

describe('profile', () => {
  test('remove asks at a terminal, and prints what it removed', async () => {
    const { cli, login } = createHome();
    await login('work');
    await cli('profile set zone fi-hel1 --profile work');
    const question = 'Remove profile work (the token of sandbox, zone fi-hel1)?';
    const declined = await cli('profile remove work', { answers: [[question, 'n']] });
    expect(declined).toMatchObject({ code: 2, out: '' });
    expect(declined.err).toMatch(/ Nothing was changed\.\n$/);
    expect((await cli('profile list -q')).out).toBe('work\n');
    const confirmed = await cli('profile remove work', { answers: [[question, 'y']] });
    expect(confirmed).toMatchObject({ code: 0 });
    expect(confirmed.err).toContain('Removed profile work (the token of sandbox, zone fi-hel1).');
    expect((await cli('profile list -q')).out).toBe('');
    await login('work');
    expect(await cli('profile remove work --yes', { answers: [] })).toMatchObject({ code: 0 });
  });

  test('list, use, remove', async () => {
    const { cli, login } = createHome();
    expect(await cli('profile list --json')).toMatchObject({ code: 0, out: '[]\n' });
    await login('work', 'ucat_other');
    await login('play');
    expect(JSON.parse((await cli('profile list --json')).out)).toEqual([
      {
        name: 'work',
        in_use: false,
        username: 'other',
        api_url: b.origin,
        signed_in: 'token',
        zone: null,
        output: null,
      },
      {
        name: 'play',
        in_use: true,
        username: 'sandbox',
        api_url: b.origin,
        signed_in: 'token',
        zone: null,
        output: null,
      },
    ]);
    expect((await cli('profile use work -q')).out).toBe('work\n');
    expect((await cli('whoami -q')).out).toBe('other\n');
    expect((await cli('profile remove work')).code).toBe(0);
    expect((await cli('profile list -q')).out).toBe('play\n');
    expect(await cli('profile use work')).toMatchObject({
      code: 5,
      err: "Error: There is no profile 'work'.\nProfiles: play. `upc login --profile work` creates it.\n",
    });
  });

  test('set accepts a setting and its value in any case', async () => {
    const { cli, login } = createHome();
    await login();
    expect(JSON.parse((await cli('profile set OUTPUT Yaml --json')).out)).toMatchObject({ output: 'yaml' });
    expect(JSON.parse((await cli('profile set Zone FI-HEL2 --json')).out)).toMatchObject({ zone: 'fi-hel2' });
  });

  test.each([
    ['color blue', "Error: Unknown setting 'color'.\nKnown settings: zone, output, token-command\n"],
    ['output xml', "Error: 'xml' is not a valid output.\nKnown formats: table, json, ndjson, yaml, csv, markdown\n"],
    ['zone Helsinki', "Error: 'Helsinki' is not a valid zone.\nGive a zone such as fi-hel2.\n"],
  ])('set %s is rejected', async (words, err) => {
    const { cli, login } = createHome();
    await login();
    expect(await cli(`profile set ${words}`)).toMatchObject({ code: 2, err });
  });

  test('the output format: option, UPC_OUTPUT, profile', async () => {
    const { cli, login } = createHome();
    await login();
    await cli('profile set output ndjson');
    const readFirstCharacters = async (line: string, env = {}) => (await cli(line, { env })).out.slice(0, 2);
    expect(await readFirstCharacters('whoami')).toBe('{"');
    expect(await readFirstCharacters('whoami -o json')).toBe('{\n');
    expect(await readFirstCharacters('whoami', { UPC_OUTPUT: 'json' })).toBe('{\n');
    expect(await readFirstCharacters('whoami', { UPCLOUD_TOKEN: 'ucat_sandbox' })).toBe('Us');
    expect((await cli('ip show 192.0.2.254')).err.startsWith('{"error":')).toBe(true);
    await cli("profile set output ''");
    expect(await readFirstCharacters('whoami')).toBe('Us');
  });
});

describe('T-10 the configuration', () => {
  test.runIf(isPosix)('keeps its permissions if warnings are not shown', async () => {
    const { cli, login, file, rights } = createHome();
    await login();
    chmodSync(file, 0o644);
    const r = await cli('__complete fish ip show 192.0.2.1');
    expect(r.out).toContain('192.0.2.10');
    expect([r.err, rights(file)]).toEqual(['', '644']);
    expect((await cli('whoami -q')).err).toMatch(/^Warning: .*renew the token/);
    expect(rights(file)).toBe('600');
  });

  test('with a name that no profile can have is damaged: a logout would not find it', async () => {
    const { cli, login, file, content } = createHome();
    await login();
    const { profiles, ...rest } = content();
    writeFileSync(file, JSON.stringify({ ...rest, profiles: { ...profiles, 'work.eu': profiles.default } }));
    for (const line of ['logout --all', 'whoami', 'profile list']) {
      expect(await cli(line)).toMatchObject({ code: 3, out: '', requests: [] });
    }
    expect(content().profiles['work.eu']).toEqual(profiles.default);
  });

  test.runIf(isPosix)('is closed to others from its creation', async () => {
    const { login, folder, file, rights } = createHome();
    await login();
    const paths = [join(folder, '.config'), join(folder, '.config', 'upcloud-ip'), file];
    expect(paths.map(rights)).toEqual(['700', '700', '600']);
    expect(readdirSync(join(folder, '.config', 'upcloud-ip'))).toEqual(['config.json']);
  });

  test.runIf(isPosix)('is tightened with a warning where it is lax', async () => {
    const { cli, login, folder, file, rights } = createHome();
    await login();
    chmodSync(join(folder, '.config', 'upcloud-ip'), 0o755);
    chmodSync(file, 0o644);
    const r = await cli('whoami -q');
    expect([r.code, r.out, rights(file), rights(join(folder, '.config', 'upcloud-ip'))]).toEqual([
      0,
      'sandbox\n',
      '600',
      '700',
    ]);
    expect(r.err.match(/^Warning: /gm)).toHaveLength(2);
    expect((await cli('whoami -q')).err).toBe('');
  });

  test.runIf(isPosix)(
    'a folder in UPC_CONFIG_DIR keeps its permissions; one that others can write is rejected',
    async () => {
      const { cli, folder, rights } = createHome();
      const env = { UPC_CONFIG_DIR: folder };
      chmodSync(folder, 0o755);
      expect((await cli('login --with-token', { env, stdin: 'ucat_sandbox' })).code).toBe(0);
      expect([rights(folder), rights(join(folder, 'config.json'))]).toEqual(['755', '600']);
      chmodSync(folder, 0o777);
      for (const line of ['ip list', 'login --with-token']) {
        const r = await cli(line, { env, stdin: 'ucat_sandbox' });
        expect([r.code, r.requests, r.err]).toEqual([3, [], expect.stringContaining('can be written by other users.')]);
      }
      expect(rights(folder)).toBe('777');
    },
  );

  test('commands use the zone of the profile in use, unless the environment or the sandbox decides', async () => {
    const { cli, login, folder } = createHome();
    await login();
    await cli('profile set zone fi-hel2');
    const readDefaultZone = (env: Record<string, string>, globals = {}) => {
      const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
      const deps = {
        ...streams,
        env: { HOME: folder, ...env },
        platform: 'linux',
        interrupt: neverInterrupted,
      } as const;
      return createContext(deps, () => ({ headers: true, timeout: 60, color: 'never', ...globals })).defaultZone();
    };
    expect(readDefaultZone({})).toBe('fi-hel2');
    expect(readDefaultZone({ UPCLOUD_TOKEN: 'ucat_env' })).toBeUndefined();
    expect(readDefaultZone({ UPCLOUD_TOKEN: 'ucat_env' }, { profile: 'default' })).toBe('fi-hel2');
    expect(readDefaultZone({}, { sandbox: true })).toBeUndefined();
  });

  test.each(['file', 'folder'])(
    'a symbolic link in place of the %s is rejected, by reading and by login',
    async (what) => {
      const { cli, login, folder, file } = createHome();
      const target = join(folder, 'target');
      mkdirSync(join(folder, '.config'));
      if (what === 'folder') {
        mkdirSync(target);
        symlinkSync(target, join(folder, '.config', 'upcloud-ip'));
      } else {
        mkdirSync(join(folder, '.config', 'upcloud-ip'), { mode: 0o700 });
        writeFileSync(target, '{}');
        symlinkSync(target, file);
      }
      for (const r of [await cli('ip list'), await login()]) {
        expect([r.code, r.requests]).toEqual([3, []]);
        expect(r.err).toContain('is a symbolic link.');
      }
    },
  );

  test.each([
    ['a folder in place of the file', (file: string) => mkdirSync(file, { recursive: true, mode: 0o700 }), 'regular'],
    ['a file in place of the folder', (file: string) => makeFile(dirname(file), ''), 'is not a folder'],
    ['a file that is far too large', (file: string) => makeFile(file, ' '.repeat(2 ** 21)), 'too large'],
  ])('%s is rejected, by reading and by login', async (_what, make, why) => {
    const { cli, login, file } = createHome();
    make(file);
    for (const r of [await cli('ip list'), await login()]) {
      expect([r.code, r.requests]).toEqual([3, []]);
      expect(r.err).toContain(why);
    }
  });

  const makeFile = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  };

  test.skipIf(process.getuid?.() !== 0)("another owner's file is rejected", async () => {
    const { cli, login, file } = createHome();
    await login();
    const { chownSync } = await import('node:fs');
    chownSync(file, 65534, 65534);
    const r = await cli('ip list');
    expect([r.code, r.requests, r.err]).toEqual([3, [], expect.stringContaining('belongs to another user.')]);
  });

  test.each([
    ['{"profiles":{"x":{"credentials":{"token":"ucat_canary_in_file"'],
    ['{"profiles":{"x":{"origin":1,"token":"ucat_canary_in_file"}}}'],
    ['ucat_canary_in_file'],
    [''],
  ])('damaged: exit 3, names the path, quotes nothing; login keeps it aside and starts anew (%j)', async (text) => {
    const { cli, login, file, rights } = createHome();
    await login();
    writeFileSync(file, text);
    const r = await cli('ip list --debug');
    expect([r.code, r.out, r.requests]).toEqual([3, '', []]);
    expect(r.err).toContain(`The configuration ${file} is damaged and cannot be read.`);
    expect(r.err).not.toContain('canary');
    expect((await cli('profile list')).code).toBe(3);
    const again = await login();
    expect([again.code, again.err.includes('canary')]).toEqual([0, false]);
    const aside = readdirSync(join(file, '..')).find((name) => name.startsWith('config.json.damaged-')) ?? '';
    expect(readFileSync(join(file, '..', aside), 'utf8')).toBe(text);
    if (isPosix) expect(rights(join(file, '..', aside))).toBe('600');
    expect((await cli('whoami -q')).out).toBe('sandbox\n');
  });

  test('of a newer version is left alone, also by login; unknown fields survive a change', async () => {
    const { cli, login, file, content } = createHome();
    await login();
    writeFileSync(file, JSON.stringify({ ...content(), future: { a: 1 } }));
    await cli('profile set zone fi-hel2');
    expect(content()).toMatchObject({ future: { a: 1 }, profiles: { default: { zone: 'fi-hel2' } } });
    writeFileSync(file, JSON.stringify({ version: 2 }));
    expect((await login()).err).toContain('was written by a newer version of upc.');
    expect(content()).toEqual({ version: 2 });
  });

  test.runIf(isPosix)(
    'with credentials in the environment it is not read, and a read-only home does not matter',
    async () => {
      const { cli, login, folder, file } = createHome();
      await login();
      writeFileSync(file, 'damaged');
      chmodSync(file, 0o644);
      const env = { UPCLOUD_TOKEN: 'ucat_sandbox' };
      expect(await cli('ip list -q', { env })).toMatchObject({ code: 0, err: '' });
      expect((statSync(file).mode & 0o777).toString(8)).toBe('644');
      // This HOME is a regular file, so not even root can create a folder in it.
      const env2 = { HOME: join(folder, '.config', 'upcloud-ip', 'config.json') };
      expect(await cli('ip list -q', { env: { ...env, ...env2 } })).toMatchObject({ code: 0, err: '' });
      const r = await cli('login --with-token', { stdin: 'ucat_sandbox', env: env2 });
      expect([r.code, r.err]).toEqual([3, expect.stringContaining('could not be written (ENOTDIR)')]);
    },
  );

  test.runIf(isPosix).each([
    [{ HOME: '' }, 'HOME is not set, so no profile can be read or saved.'],
    [{ HOME: 'relative' }, 'HOME is not an absolute path, so no profile can be read or saved.'],
    [{ UPC_CONFIG_DIR: 'relative' }, 'UPC_CONFIG_DIR is not an absolute path.'],
  ])('%o: login rejects to write, before it asks or sends', async (env, why) => {
    const { cli } = createHome();
    const before = readdirSync('.');
    const r = await cli('login --with-token', { stdin: 'ucat_sandbox', env });
    expect([r.code, r.requests, r.err]).toEqual([3, [], expect.stringContaining(why)]);
    expect([readdirSync('.'), existsSync('relative')]).toEqual([before, false]);
  });

  test.runIf(isPosix).each<[Record<string, string | undefined>, string]>([
    [{ HOME: undefined }, 'HOME is not set'],
    [{ HOME: '' }, 'HOME is not set'],
    [{ HOME: 'relative' }, 'HOME is not an absolute path'],
  ])('%o: a command that needs a profile says that none was read, and not "sign in"', async (env, why) => {
    const { cli } = createHome();
    for (const line of ['ip list', 'ip list --profile work', 'whoami', 'profile list', 'logout']) {
      const r = await cli(`${line} --json`, { env });
      expect({ code: r.code, requests: r.requests }).toEqual({ code: 3, requests: [] });
      const { error } = JSON.parse(r.err);
      expect(error.code).toBe('CONFIG_NO_PLACE');
      expect(error.message).toContain(why);
      expect(error.hint).toMatch(/UPC_CONFIG_DIR.*UPCLOUD_TOKEN/);
      expect(r.err).not.toMatch(/sign in/i);
    }
    const token = { UPCLOUD_TOKEN: 'ucat_sandbox' };
    expect(await cli('ip list -q', { env: { ...env, ...token } })).toMatchObject({ code: 0, err: '' });
  });

  test('reading creates nothing', async () => {
    const { cli, folder } = createHome();
    expect((await cli('ip list')).code).toBe(4);
    expect((await cli('profile list')).code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('lies where XDG_CONFIG_HOME and UPC_CONFIG_DIR say', async () => {
    const { cli, folder } = createHome();
    const token = { stdin: 'ucat_sandbox' };
    await cli('login --with-token', { ...token, env: { XDG_CONFIG_HOME: join(folder, 'xdg') } });
    await cli('login --with-token', { ...token, env: { UPC_CONFIG_DIR: join(folder, 'own') } });
    const there = [join(folder, 'xdg', 'upcloud-ip', 'config.json'), join(folder, 'own', 'config.json')];
    expect(there.map((path) => existsSync(path))).toEqual([true, true]);
  });
});
