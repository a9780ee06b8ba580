import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../src/core/clock.ts';
import { createTemporaryFolder } from './files/processes.ts';
import { type RunOptions, startTestSandbox, upc } from './fixture.ts';
import { assertNoSecrets, listEncodings } from './secrets.ts';

const TOKEN = 'ucat_01CANARYcanary7Zq9';
const PASSWORD = 'C4n@ry p/ss+wörd%&"x';
const secrets = [TOKEN, PASSWORD];
const username = 'canary-user';

test('assertNoSecrets() finds a secret in each encoding', () => {
  const basic = Buffer.from(`${username}:${PASSWORD}`).toString('base64');
  for (const text of [TOKEN, encodeURIComponent(PASSWORD), JSON.stringify({ PASSWORD }), `Basic ${basic}`]) {
    expect(() => assertNoSecrets({ out: `before ${text} behind` }, secrets)).toThrow('leaked into out');
  }
  for (const name of ['u', 'us', 'use']) {
    const header = Buffer.from(`${name}:${PASSWORD}`).toString('base64');
    expect(listEncodings(PASSWORD).some((form) => header.includes(form))).toBe(true);
  }
  expect(() => assertNoSecrets({ out: 'nothing of the kind' }, secrets)).not.toThrow();
});

/** Returns all files below a folder except for the configuration: their names and contents. */
function readFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String);
  const files = names.filter((name) => statSync(join(folder, name)).isFile() && !/config\.json$/.test(name));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/**
 * Runs a command with each output format. Asserts that neither the output nor the files contain a secret. Returns the
 * exit codes.
 */
async function runInEveryFormat(line: string, home: string, options: RunOptions): Promise<number[]> {
  const codes: number[] = [];
  for (const format of ['', ' --debug', ' -o json --debug', ' -o yaml']) {
    const env = { HOME: home, ...options.env };
    const { code, out, err } = await upc(`${line}${format}`, { ...options, env });
    assertNoSecrets(
      { [`stdout of ${line}${format}`]: out, [`stderr of ${line}${format}`]: err, ...readFiles(home) },
      secrets,
    );
    codes.push(code);
  }
  return codes;
}

const tokenEnvironment = { UPCLOUD_TOKEN: TOKEN };
const passwordEnvironment = { UPCLOUD_USERNAME: username, UPCLOUD_PASSWORD: PASSWORD };

/** Environments that contain credentials. */
const signedInEnvironments: [string, Record<string, string>][] = [
  ['a token', tokenEnvironment],
  ['a password', passwordEnvironment],
];

async function startCanarySandbox() {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  await b.edit((state) => {
    const [first, ...rest] = state.accounts;
    if (!first) throw new Error('no account');
    const own = { ...first, username, token: TOKEN, password: PASSWORD };
    return {
      ...state,
      accounts: [own, ...rest],
      addresses: state.addresses.map((ip) => (ip.owner === first.username ? { ...ip, owner: username } : ip)),
    };
  });
  return b;
}

describe.each(signedInEnvironments)('T-9 with %s in the environment', (_what, credentials) => {
  test('no successful and no rejected command shows it', async () => {
    const b = await startCanarySandbox();
    const env = { ...credentials, UPCLOUD_DEBUG_API_BASE_URL: b.origin };
    const home = createTemporaryFolder();
    for (const line of ['whoami', 'whoami --verbose', 'ip list', 'ip show 192.0.2.10', 'profile list']) {
      expect(await runInEveryFormat(line, home, { env })).toEqual([0, 0, 0, 0]);
    }
    expect(await runInEveryFormat('ip show 192.0.2.254', home, { env })).toEqual([5, 5, 5, 5]);
    expect(await runInEveryFormat('ip show 192.0.2.90', home, { env })).toEqual([4, 4, 4, 4]);
    expect(await runInEveryFormat('ip list --columns x', home, { env })).toEqual([2, 2, 2, 2]);
    expect(await runInEveryFormat('nonsense', home, { env })).toEqual([2, 2, 2, 2]);
  });

  test.each<[string, number, (request: IncomingMessage, response: ServerResponse) => void]>([
    ['401', 4, (_, response) => writeJsonError(response, 401, 'AUTHENTICATION_FAILED', 'no')],
    [
      '403 that repeats the header',
      4,
      (request, response) => writeJsonError(response, 403, 'FORBIDDEN', echoAuthorization(request)),
    ],
    [
      '400 that repeats the password',
      1,
      (request, response) => writeJsonError(response, 400, 'BAD', echoDecodedAuthorization(request)),
    ],
    [
      '500 that repeats the header',
      7,
      (request, response) => writeJsonError(response, 500, 'FAULT', echoAuthorization(request)),
    ],
    [
      '401 as a page',
      1,
      (request, response) =>
        void response.writeHead(401, { 'content-type': 'text/html' }).end(echoAuthorization(request)),
    ],
    [
      'request id that repeats the header',
      1,
      (request, response) => {
        response.setHeader('x-request-id', echoAuthorization(request));
        writeJsonError(response, 400, 'BAD', 'no');
      },
    ],
    [
      'redirect with the header in it',
      1,
      (request, response) =>
        void response.writeHead(302, { location: `/?${encodeURIComponent(echoAuthorization(request))}` }).end(),
    ],
    ['connection cut', 7, (request) => void request.socket.destroy()],
    ['silence', 7, () => {}],
    [
      'response that is cut off',
      7,
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
        response.socket?.end();
      },
    ],
  ])('%s does not reveal it', async (name, code, respond) => {
    const origin = await startServer(respond);
    const line = `whoami --timeout ${name === 'silence' ? 0.3 : 3}`;
    const codes = await runInEveryFormat(line, createTemporaryFolder(), {
      env: { ...credentials, UPCLOUD_DEBUG_API_BASE_URL: origin },
      clock: instantClock,
    });
    expect(codes).toEqual([code, code, code, code]);
  });

  test.each([
    ['whoami', 'UPCLOUD_DEBUG_API_BASE_URL', `https://${encodeURIComponent(PASSWORD)}@api.example`, 2],
    ['whoami', 'UPCLOUD_DEBUG_API_BASE_URL', `http://192.0.2.1/${TOKEN}`, 2],
    ['whoami', 'UPC_OUTPUT', 'xml', 2],
  ])('%s with a bad %s does not reveal it', async (line, name, value, code) => {
    const home = createTemporaryFolder();
    const {
      code: got,
      out,
      err,
    } = await upc(`${line} --debug`, { env: { HOME: home, ...credentials, [name]: value } });
    assertNoSecrets({ out, err, ...readFiles(home) }, secrets);
    expect(got).toBe(code);
  });
});

test.each([
  ['of another kind', `ftp://proxy:${encodeURIComponent(PASSWORD)}@127.0.0.1:9`, 2],
  ['that is no URL', `http://proxy:${PASSWORD}@:x`, 2],
  ['that does not respond', `http://proxy:${encodeURIComponent(PASSWORD)}@127.0.0.1:9`, 7],
])('T-9 the password of a proxy %s is not revealed', async (_what, proxy, code) => {
  const origin = { HTTPS_PROXY: proxy, UPCLOUD_DEBUG_API_BASE_URL: 'https://api.example' };
  const codes = await runInEveryFormat('whoami', createTemporaryFolder(), {
    env: { ...tokenEnvironment, ...origin },
    clock: instantClock,
  });
  expect(codes).toEqual([code, code, code, code]);
});

describe('T-9 with a profile', () => {
  test.each([
    ['login --with-token', TOKEN, 'credentials.token'],
    [`login --username ${username} --password-stdin`, PASSWORD, 'credentials.password'],
  ])('%s and later commands show it nowhere but in the configuration', async (line, stdin) => {
    const b = await startCanarySandbox();
    const env = { UPCLOUD_DEBUG_API_BASE_URL: b.origin };
    const home = createTemporaryFolder();
    expect(await runInEveryFormat(line, home, { env, stdin })).toEqual([0, 0, 0, 0]);
    expect(readFileSync(join(home, '.config', 'upcloud-ip', 'config.json'), 'utf8')).toContain(JSON.stringify(stdin));
    for (const next of [
      'whoami --verbose',
      'profile list',
      'profile set zone fi-hel2',
      'profile use default',
      'ip list',
    ]) {
      expect(await runInEveryFormat(next, home, { env })).toEqual([0, 0, 0, 0]);
    }
    expect(await runInEveryFormat('ip list --api-url http://127.0.0.1:9', home, {})).toEqual([4, 4, 4, 4]);
    expect(await runInEveryFormat('logout', home, { env })).toEqual([0, 0, 0, 0]);
  });

  test('no command quotes a damaged configuration', async () => {
    const b = await startCanarySandbox();
    const env = { UPCLOUD_DEBUG_API_BASE_URL: b.origin };
    const home = createTemporaryFolder();
    await upc('login --with-token', { env: { HOME: home, ...env }, stdin: TOKEN });
    const file = join(home, '.config', 'upcloud-ip', 'config.json');
    for (const text of [TOKEN, `{"${TOKEN}`, `{"profiles":{"default":"${TOKEN}"}}`, `{"current":["${TOKEN}"]}`]) {
      writeFileSync(file, text);
      for (const line of ['whoami', 'profile list', 'profile set zone fi-hel2', 'logout']) {
        expect(await runInEveryFormat(line, home, { env })).toEqual([3, 3, 3, 3]);
      }
    }
  });

  test('rejected standard input is not shown', async () => {
    const b = await startCanarySandbox();
    const env = { UPCLOUD_DEBUG_API_BASE_URL: b.origin };
    const home = createTemporaryFolder();
    for (const stdin of [`${TOKEN}\n${PASSWORD}\n`, `${TOKEN}wrong`, ` ${TOKEN}`, `${TOKEN}\u0000`]) {
      expect(await runInEveryFormat('login --with-token', home, { env, stdin })).toEqual([4, 4, 4, 4]);
    }
    expect(readdirSync(home)).toEqual([]);
  });
});

/**
 * Runs a command against an API that responds with status 400 and repeats the credentials in its message. Returns the
 * error that the program prints.
 */
async function runAgainstEcho(
  env: Record<string, string>,
  words: (secret: string) => string,
  options = '',
): Promise<string> {
  const secret = env.UPCLOUD_TOKEN ?? env.UPCLOUD_PASSWORD ?? '';
  const origin = await startServer((_, response) => writeJsonError(response, 400, 'BAD', words(secret)));
  const { code, err } = await upc(`whoami${options}`, { env: { ...env, UPCLOUD_DEBUG_API_BASE_URL: origin } });
  expect(code).toBe(1);
  return err;
}

describe('T-9 a secret that a server repeats', () => {
  test.each<[string, (secret: string) => string]>([
    ['unencoded', (secret) => secret],
    ['in a query', encodeURIComponent],
    ['in a URL', encodeURI],
    ['in a form', (secret) => new URLSearchParams([['', secret]]).toString().slice(1)],
    ['in JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
  ])('is hidden %s, with any characters and in any output format', async (_where, form) => {
    const invisible = 'Wach\u00adtel\u200dk\u00f6nig \u202e';
    for (const password of [
      PASSWORD,
      invisible,
      'tab\tand\nline',
      'quote"back\\slash',
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    ]) {
      const env = { UPCLOUD_USERNAME: username, UPCLOUD_PASSWORD: password };
      for (const options of ['', ' -o json', ' -o yaml --debug']) {
        expect(await runAgainstEcho(env, (secret) => `<${form(secret)}>`, options)).toContain('<[hidden]>');
      }
    }
  });

  test('is hidden each time', async () => {
    const err = await runAgainstEcho(tokenEnvironment, (secret) => `${secret}, ${secret}${secret}`);
    expect(err).toBe('Error: The API rejected the request (HTTP 400, BAD): [hidden], [hidden][hidden]\n');
  });

  test('is not shown in part where its message is truncated', async () => {
    for (let before = 470; before <= 505; before += 5) {
      const err = await runAgainstEcho(tokenEnvironment, (secret) => `${'x'.repeat(before)} ${secret}`);
      expect(err).toContain('xxx');
      expect(err).not.toContain('ucat');
    }
  });

  test('is not shown in part where its request id is truncated', async () => {
    const origin = await startServer((_, response) => {
      response.setHeader('x-request-id', `${'x'.repeat(70)}-${TOKEN}`);
      writeJsonError(response, 400, 'BAD', 'no');
    });
    const { err } = await upc('whoami --debug', { env: { ...tokenEnvironment, UPCLOUD_DEBUG_API_BASE_URL: origin } });
    expect(err).toContain('request-id=xxx');
    expect(err).not.toContain('ucat');
  });

  test('is hidden in the report of several addresses, too', async () => {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    const found = await b.cli('ip list --floating --detached --json');
    const list = JSON.stringify({ ip_addresses: { ip_address: JSON.parse(found.out) } });
    const origin = await startServer((request, response) => {
      if (request.method === 'GET') response.setHeader('content-type', 'application/json').end(list);
      else writeJsonError(response, 400, 'BAD', echoAuthorization(request));
    });
    const env = { ...tokenEnvironment, UPCLOUD_DEBUG_API_BASE_URL: origin };
    for (const options of ['', ' -o json', ' -o csv']) {
      const { code, out } = await upc(`ip policy set release 192.0.2.60 198.51.100.60${options}`, { env });
      expect(code).toBe(6);
      expect(out).toContain('you sent Bearer [hidden]');
      expect(out).not.toContain(TOKEN);
    }
  });

  test('is hidden from eight characters on, because a shorter one can be part of a normal word', async () => {
    const repeatedToken = (token: string) => runAgainstEcho({ UPCLOUD_TOKEN: token }, (secret) => `<${secret}>`);
    expect(await repeatedToken('ucat_678')).toContain('<[hidden]>');
    expect(await repeatedToken('ucat_67')).toContain('<ucat_67>');
  });
});

/** A clock that skips the waits between attempts. */
const instantClock = { ...systemClock, random: () => 0.5, sleep: async () => {} };

function writeJsonError(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { error_code: code, error_message: message } }));
}

function echoAuthorization({ headers }: IncomingMessage): string {
  return `you sent ${headers.authorization}`;
}

/** Returns a text that contains the decoded Authorization header: the token, or the username and the password. */
function echoDecodedAuthorization({ headers }: IncomingMessage): string {
  const [scheme, sent = ''] = headers.authorization?.split(' ') ?? [];
  const text = scheme === 'Basic' ? Buffer.from(sent, 'base64').toString('utf8') : sent;
  return `you sent ${text}, in a URL ${encodeURIComponent(text)}`;
}

async function startServer(respond: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
