import { type AddressInfo, createServer, isIP, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DialError, dial, type Lookup } from '../../src/core/dial.ts';
import { openBlackHole } from '../black-hole.ts';

/** Returns a look-up function that finds these addresses for every name. */
const createLookup =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: isIP(address) }));

async function startListener(host = '127.0.0.1', port = 0): Promise<number> {
  const server: Server = createServer((socket) => void socket.on('error', () => {}).end());
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function dialAndGetAddress(options: Parameters<typeof dial>[0]): Promise<string | undefined> {
  const socket = await dial(options);
  onTestFinished(() => void socket.destroy());
  return socket.remoteAddress;
}

const failure = (options: Parameters<typeof dial>[0]): Promise<DialError> =>
  dial(options).then(
    () => expect.fail('it connected'),
    (error) => error,
  );

/** Skips a test on macOS if it needs a second loopback address: there, 127.0.0.1 is the only one. */
const testWithLoopbackNet = test.skipIf(process.platform === 'darwin');

describe('T-3 each address of a name has its whole time', () => {
  test('a slow address is not given up for the next one, which fails', async () => {
    const { port } = await openBlackHole({ forMs: 700 });
    const lookup = createLookup('127.0.0.1', '127.0.0.2');
    expect(await dialAndGetAddress({ host: 'slow.example', port, lookup })).toBe('127.0.0.1');
  });

  testWithLoopbackNet('an address that never responds does not delay the next one', async () => {
    const { port } = await openBlackHole();
    await startListener('127.0.0.2', port);
    const started = performance.now();
    const lookup = createLookup('127.0.0.1', '127.0.0.2');
    expect(await dialAndGetAddress({ host: 'half.example', port, lookup, timeoutMs: 20_000 })).toBe('127.0.0.2');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  testWithLoopbackNet('the error names every address with its code', async () => {
    const { port } = await openBlackHole();
    const error = await failure({
      host: 'gone.example',
      port,
      lookup: createLookup('127.0.0.1', '127.0.0.2', '127.0.0.3'),
      timeoutMs: 900,
    });
    expect(error.code).toBe('ETIMEDOUT');
    expect([...error.attempts].sort((a, b) => a.address.localeCompare(b.address))).toEqual([
      { address: '127.0.0.1', code: 'ETIMEDOUT' },
      { address: '127.0.0.2', code: 'ECONNREFUSED' },
      { address: '127.0.0.3', code: 'ECONNREFUSED' },
    ]);
  });

  test('IPv6 and IPv4 alternate', async () => {
    const lookup = createLookup('127.0.0.5', '127.0.0.6', '::1', '::2');
    const { attempts } = await failure({ host: 'both.example', port: 1, lookup, timeoutMs: 900 });
    expect(attempts.map(({ address }) => isIP(address))).toEqual([4, 6, 4, 6]);
  });
});

describe('the end of an attempt', () => {
  test.each([
    ['EAI_AGAIN', () => Promise.reject(Object.assign(new Error('again'), { code: 'EAI_AGAIN' }))],
    ['ENOTFOUND', createLookup()],
    ['ETIMEOUT', () => new Promise<never>(() => {})],
  ])('%s from the look-up, without an address', async (code, lookup) => {
    const error = await failure({ host: 'x.example', port: 1, lookup, timeoutMs: 50 });
    expect({ code: error.code, attempts: error.attempts }).toEqual({ code, attempts: [] });
  });

  test('the signal: before the start, during the look-up and during the connection', async () => {
    const { port } = await openBlackHole();
    const lookUpForever = () => new Promise<never>(() => {});
    for (const lookup of [lookUpForever, createLookup('127.0.0.1')]) {
      const over = new AbortController();
      const error = failure({ host: 'x.example', port, lookup, signal: over.signal });
      setTimeout(() => over.abort(), 20);
      expect((await error).code).toBe('ABORT_ERR');
      expect((await failure({ host: '127.0.0.1', port, signal: over.signal })).code).toBe('ABORT_ERR');
    }
  });

  test('an IP address is not looked up', async () => {
    const port = await startListener();
    const lookup = () => Promise.reject(new Error('called'));
    expect(await dialAndGetAddress({ host: '127.0.0.1', port, lookup })).toBe('127.0.0.1');
  });
});
