import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Lookup } from '../../src/core/dial.ts';
import { listenOnLoopback } from './fault-server.ts';
import { operations } from './operations.ts';
import { startProxyServer } from './proxy-server.ts';
import { runProgram, startSecureSandbox, trustOption } from './secure.ts';

/** Resolves every name to this machine. */
const resolveToLoopback: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];

describe('T-11 a proxy', () => {
  test.each(operations)('transports $name, and sees neither the request nor the token', async ({ line }) => {
    const { server, env } = await startSecureSandbox();
    const { host, requests, seen } = await startProxyServer();
    const HTTPS_PROXY = `http://${host}`;
    expect((await runProgram(`${line} ${trustOption}`, server.origin, { ...env, HTTPS_PROXY })).code).toBe(0);
    expect(new Set(requests)).toEqual(new Set([`CONNECT ${new URL(server.origin).host}`]));
    expect(seen()).not.toMatch(/ucat|ip_address|[^-]authorization/i);
  });

  test.each<[string, (host: string) => Record<string, string>]>([
    ['a URL', (host) => ({ HTTPS_PROXY: `http://${host}` })],
    ['a URL with a slash, in spaces', (host) => ({ HTTPS_PROXY: ` http://${host}/ ` })],
    ['host and port', (host) => ({ HTTPS_PROXY: host })],
    ['lower case first', (host) => ({ https_proxy: host, HTTPS_PROXY: 'http://127.0.0.1:1' })],
    ['ALL_PROXY', (host) => ({ ALL_PROXY: host })],
    ['ALL_PROXY where HTTPS_PROXY is empty', (host) => ({ HTTPS_PROXY: '', all_proxy: host })],
    ['NO_PROXY for others', (host) => ({ HTTPS_PROXY: host, NO_PROXY: 'example.com,10.0.0.0/8' })],
  ])('is read from the environment as curl does: %s', async (_form, proxyEnv) => {
    const { server, env } = await startSecureSandbox();
    const { host, requests } = await startProxyServer();
    expect(await runProgram(`zone list ${trustOption}`, server.origin, { ...env, ...proxyEnv(host) })).toMatchObject({
      code: 0,
    });
    expect(requests).toEqual([`CONNECT ${new URL(server.origin).host}`]);
  });

  test.each([
    ['user:secret-word', 'user:secret-word'],
    ['user:100%25%20s%40fe', 'user:100% s@fe'],
    ['us%C3%A9r:p%C3%A4ssword', 'usér:pässword'],
    ['user:p"ss^word', 'user:p"ss^word'],
    ['token-alone', 'token-alone:'],
  ])('receives the username and the password of %s', async (userinfo, credentials) => {
    const { server, env } = await startSecureSandbox();
    const { host, requests } = await startProxyServer({ credentials });
    for (const scheme of ['', 'http://']) {
      const HTTPS_PROXY = `${scheme}${userinfo}@${host}`;
      expect(await runProgram(`zone list ${trustOption}`, server.origin, { ...env, HTTPS_PROXY })).toMatchObject({
        code: 0,
      });
    }
    expect(requests).toHaveLength(2);
  });

  test('is reached over TLS if its URL is https, and its certificate is verified', async () => {
    const { server, env } = await startSecureSandbox();
    const good = await startProxyServer({ tls: 'localhost', credentials: 'user:secret-word' });
    const HTTPS_PROXY = `https://user:secret-word@${good.host}`;
    expect(await runProgram(`zone list ${trustOption}`, server.origin, { ...env, HTTPS_PROXY })).toMatchObject({
      code: 0,
    });
    for (const tls of ['selfsigned', 'elsewhere', 'expired']) {
      const bad = await startProxyServer({ tls });
      const r = await runProgram(`zone list ${trustOption}`, server.origin, {
        ...env,
        HTTPS_PROXY: `https://${bad.host}`,
      });
      expect([r.code, bad.requests]).toEqual([7, []]);
      expect(r.err).toContain(`The proxy ${bad.host} cannot be reached: its certificate`);
    }
  });

  test('receives an IPv6 target in brackets', async () => {
    const { host, requests } = await startProxyServer({ status: 403 });
    const r = await runProgram('zone list', 'https://[2001:db8::1]:8443', { HTTPS_PROXY: host });
    expect([r.code, requests]).toEqual([7, ['CONNECT [2001:db8::1]:8443']]);
    expect(r.err).toContain(`The proxy ${host} does not connect to [2001:db8::1]:8443 (HTTP 403).`);
  });

  test('that is an IPv6 address is shown in brackets', async () => {
    const { err } = await runProgram('zone list', 'https://api.example', { HTTPS_PROXY: '[::1]:1' });
    expect(err).toContain('The proxy [::1]:1 cannot be reached');
  });

  test('with several addresses is reached at the address that responds', async () => {
    const { server, env } = await startSecureSandbox();
    const { host, requests } = await startProxyServer();
    const lookup: Lookup = async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const HTTPS_PROXY = host.replace('127.0.0.1', 'proxy.example');
    const r = await runProgram(`zone list ${trustOption}`, server.origin, { ...env, HTTPS_PROXY }, { lookup });
    expect([r.code, requests.length]).toEqual([0, 1]);
  });

  test('does not disable the verification of the certificate', async () => {
    const { server, env } = await startSecureSandbox('selfsigned');
    const { host } = await startProxyServer();
    const { code, err } = await runProgram(`zone list ${trustOption}`, server.origin, { ...env, HTTPS_PROXY: host });
    expect([code, server.wire]).toEqual([7, []]);
    expect(err).toContain('The API cannot be reached: its certificate is self-signed');
  });
});

describe('T-11 NO_PROXY as in curl', () => {
  /** Returns whether the program uses the proxy for this origin. No server listens at the origin itself. */
  async function isProxied(origin: string, excluded: Record<string, string>): Promise<boolean> {
    const gone = await listenOnLoopback(() => {});
    await gone.close();
    const { host, requests } = await startProxyServer({ status: 403 });
    const target = origin.replace('PORT', new URL(gone.origin).port);
    const { code } = await runProgram(
      'zone list',
      `https://${target}`,
      { HTTPS_PROXY: host, ...excluded },
      { lookup: resolveToLoopback },
    );
    expect(code).toBe(7);
    return requests.length > 0;
  }

  test.each([
    ['api.example.com:PORT', 'example.com'],
    ['api.example.com:PORT', '.example.com'],
    ['api.example.com:PORT', '*.example.com'],
    ['example.com:PORT', '.example.com'],
    ['API.Example.com:PORT', 'other,  Api.eXample.com.'],
    ['api.example.com:PORT', 'localhost *'],
    ['api.example.com:PORT', '*'],
    ['127.0.0.1:PORT', '127.0.0.1'],
    ['127.0.0.1:PORT', '127.0.0.0/8'],
    ['127.0.0.1:PORT', '0.0.0.0/0'],
    ['[::1]:PORT', '::1'],
    ['[::1]:PORT', '[::1]'],
    ['[::1]:PORT', '0:0::0:1'],
    ['[::1]:PORT', '::/64,x'],
  ])('%s is reached without a proxy because of %s', async (origin, excluded) => {
    expect(await isProxied(origin, { NO_PROXY: excluded })).toBe(false);
  });

  test.each([
    ['api.example.com:8443', 'ple.com'],
    ['api.example.com:8443', 'api'],
    ['api.example.com:8443', 'www.example.com'],
    ['api.example.com:8443', 'example.com:443'],
    ['api.example.com:8443', ' , .'],
    ['192.0.2.1:8443', '192.0.2.0'],
    ['192.0.2.1:8443', '192.0.3.0/24,192.0.2.0/33,192.0.2.0/x,192.0.2.1/'],
    ['192.0.2.1:8443', '2.1'],
    ['[2001:db8::1]:8443', '2001:db9::/32,::1'],
    ['[2001:db8::1]:8443', '[2001:db8::1]:443'],
  ])('%s is reached through the proxy in spite of %s', async (origin, excluded) => {
    expect(await isProxied(origin, { NO_PROXY: excluded })).toBe(true);
  });

  test('an entry with the port of the target, and the lower-case variable first', async () => {
    expect(await isProxied('127.0.0.1:8443', { NO_PROXY: '127.0.0.1:8443' })).toBe(false);
    expect(await isProxied('[::1]:8443', { NO_PROXY: '[::1]:8443' })).toBe(false);
    expect(await isProxied('api.example.com', { NO_PROXY: 'example.com:443' })).toBe(false);
    expect(await isProxied('127.0.0.1:8443', { no_proxy: 'x', NO_PROXY: '127.0.0.1' })).toBe(true);
  });
});

describe('T-9, T-11 the error of a failed proxy names it without its credentials', () => {
  const credentials = 'proxyuser:proxy-secret-word';

  async function runThroughFailingProxy(
    HTTPS_PROXY: string,
    tries: number,
    options: Parameters<typeof runProgram>[3] = {},
  ) {
    const { code, out, err } = await runProgram(
      'zone list --debug',
      'https://api.example:8443',
      { HTTPS_PROXY },
      options,
    );
    expect({ code, out }).toEqual({ code: 7, out: '' });
    expect(err).not.toMatch(/proxyuser|secret-word/);
    expect(err).toContain(`attempt=${tries} proxy=${new URL(HTTPS_PROXY.replace(/^(?!http)/, 'http://')).host}`);
    expect(err).not.toContain(`attempt=${tries + 1}`);
    return JSON.parse(err.slice(err.indexOf('{'))).error;
  }

  test.each<[number, number, string]>([
    [403, 1, 'does not connect to api.example:8443 (HTTP 403).'],
    [404, 1, 'does not connect to api.example:8443 (HTTP 404).'],
    [407, 1, 'rejects the username or the password in HTTPS_PROXY (HTTP 407).'],
    [502, 3, 'does not connect to api.example:8443 (HTTP 502).'],
    [503, 3, 'does not connect to api.example:8443 (HTTP 503).'],
  ])('HTTP %i is tried %i times', async (status, tries, words) => {
    const { host, requests, seen } = await startProxyServer({ status });
    const error = await runThroughFailingProxy(`http://${credentials}@${host}`, tries);
    expect(seen()).toContain('"connection":"keep-alive"');
    expect(error).toMatchObject({ code: 'PROXY_FAILED', message: `The proxy ${host} ${words}` });
    expect(requests).toHaveLength(tries);
  });

  test('407 without a password requires one', async () => {
    const { host } = await startProxyServer({ credentials });
    const error = await runThroughFailingProxy(host, 1);
    expect(error.message).toBe(`The proxy ${host} requires a username and a password (HTTP 407).`);
    expect(error.hint).toContain(
      `Set HTTPS_PROXY to http://user:password@${host}. In the username and the password, write %25`,
    );
  });

  test('a proxy that is down, with the address that was tried', async () => {
    const error = await runThroughFailingProxy(`http://${credentials}@proxy.example:1`, 3, {
      lookup: resolveToLoopback,
    });
    expect(error.message).toBe(
      'The proxy proxy.example:1 cannot be reached: the connection was refused (ECONNREFUSED).',
    );
    expect(error.hint).toContain('Addresses tried for proxy.example:1: 127.0.0.1 (ECONNREFUSED). Check HTTPS_PROXY');
    expect(error.hint).toContain('add api.example to NO_PROXY');
  });

  test('a proxy with an unknown hostname', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    const error = await runThroughFailingProxy(`http://${credentials}@proxy.example:3128`, 1, { lookup });
    expect(error.message).toBe('The proxy proxy.example:3128 cannot be reached: its hostname is unknown (ENOTFOUND).');
  });

  test('a server that is not an HTTP proxy', async () => {
    const server = createServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-x\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await runThroughFailingProxy(`http://${credentials}@${host}`, 1);
    expect(error.message).toMatch(`The proxy ${host} does not respond as an HTTP proxy (HPE_`);
  });

  test('a proxy that never responds does not exceed the deadline', async () => {
    const { host } = await startProxyServer({ isSilent: true });
    const { code, err } = await runProgram('zone list --timeout 0.5', 'https://api.example', { HTTPS_PROXY: host });
    expect([code, JSON.parse(err).error.code]).toEqual([7, 'TIMED_OUT']);
  });
});

describe('T-9 an unusable proxy variable is an error that does not quote it', () => {
  test.each([
    ['a bare % in the password', 'http://proxyuser:proxy%secret@127.0.0.1:1', 'Write %25 for a percent sign.'],
    ['a % code that is not UTF-8', 'http://proxyuser:proxy%ffsecret@127.0.0.1:1', 'Write %25 for a percent sign.'],
    ['a bare # in the password', 'http://proxyuser:1#proxysecret@127.0.0.1:1', '%23 for #'],
    ['a bare / in the password', 'proxyuser:12/proxysecret@127.0.0.1:1', '%2F for /'],
    ['a bare ? in the password', 'http://proxyuser:12?proxysecret@127.0.0.1:1', '%3F for ?'],
    ['a SOCKS proxy', 'socks5h://proxyuser:proxysecret@127.0.0.1:1', 'http://host:port'],
    ['another scheme', 'ftp://proxyuser:proxysecret@127.0.0.1:1', 'http://host:port'],
    ['no port', 'http://proxyuser:proxysecret@127.0.0.1:x', 'http://host:port'],
    ['no URL', 'http://', 'http://host:port'],
  ])('%s', async (what, ALL_PROXY, hint) => {
    const { code, out, err } = await runProgram('zone list --debug', 'https://api.example', { ALL_PROXY });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const { error } = JSON.parse(err);
    expect(error.code).toBe('PROXY_INVALID');
    expect(error.message).toContain('ALL_PROXY');
    expect(error.message.includes('SOCKS proxy, which is not supported')).toBe(what === 'a SOCKS proxy');
    expect(error.hint).toContain(hint);
    expect(err).not.toMatch(/proxyuser|proxy%?(ff)?secret/);
  });
});
