import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Bench, bench, type Result, upc } from '../fixture.ts';
import { instantClock } from './cell.ts';
import { certificate, type FaultServer, faultServer, serve } from './fault-server.ts';
import { operations } from './operations.ts';
import { program } from './program.ts';

const trusted = `--ca-file ${certificate('ca')}`;

/** A sandbox that is reached over TLS. */
async function secureBench(tls = 'localhost'): Promise<{ b: Bench; server: FaultServer; env: Record<string, string> }> {
  const b = await bench();
  const server = await faultServer(b.origin, { on: 'all', applies: true, respond: relay }, tls);
  onTestFinished(async () => {
    await server.close();
    await b.close();
  });
  return { b, server, env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin } };
}

const relay: Parameters<typeof faultServer>[1]['respond'] = ({ response, answer }) =>
  void response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);

/** A port that takes connections and never says a word: over TLS, a handshake that never comes. */
async function silence(): Promise<{ port: number; connections: () => number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.length };
}

/** A port whose queue is full: whoever connects hears nothing at all. */
async function blackHole(): Promise<number> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25_000), 50);
     });`,
    { eval: true },
  );
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await new Promise((resolve) => setTimeout(resolve, 200));
  onTestFinished(async () => {
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  });
  return port;
}

const run = (
  line: string,
  origin: string,
  env: Record<string, string> = {},
): Promise<Omit<Result, 'requests' | 'changes'>> =>
  upc(`${line} --json`, {
    env: { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: origin, ...env },
    clock: instantClock,
  });

/** What an end point is wrong with, and what is said of it. */
const endpoints: [string, string, string, number][] = [
  ['an expired certificate', 'expired', 'its certificate has expired', 1],
  ['a self-signed certificate', 'selfsigned', 'its certificate is self-signed', 1],
  ["another host's certificate", 'elsewhere', 'its certificate is for another host', 1],
];

describe.each(endpoints)('T-1, T-11 %s ends every operation before anything is sent', (_what, tls, words, tries) => {
  test.each(operations)('$name', async ({ line }) => {
    const { server, env } = await secureBench(tls);
    const { code, out, err } = await run(`${line} ${trusted}`, server.origin, env);
    expect({ code, out, wire: server.wire }).toEqual({ code: 7, out: '', wire: [] });
    expect(err).toContain(words);
    // Those that begin with several questions ask them at the same time.
    expect(server.connections()).toBeLessThanOrEqual(tries * 3);
  });
});

describe('T-1, T-3 an end point that nobody is at', () => {
  test.each(operations)('$name is refused: tried again, then told', async ({ line }) => {
    const gone = await serve(() => {});
    await gone.close();
    const { code, out, err } = await run(`${line} --debug`, gone.origin);
    expect({ code, out }).toEqual({ code: 7, out: '' });
    expect(err).toContain('the connection was refused (ECONNREFUSED)');
    expect(err).toContain('attempt=3');
    expect(err).not.toMatch(/(POST|PATCH|DELETE) http/);
  });

  test.each(operations)('$name with an unknown host is not tried again', async ({ line }) => {
    // Longer than a label may be: no name server is asked.
    const { code, out, err } = await run(`${line} --debug`, `https://${'x'.repeat(64)}.invalid`);
    expect({ code, out }).toEqual({ code: 7, out: '' });
    expect(err).toContain('its hostname is unknown (ENOTFOUND)');
    expect(err).not.toContain('attempt=2');
  });
});

describe('T-3 the deadline', () => {
  const within = async (origin: string) => {
    const started = performance.now();
    const { code, err } = await run('ip float detach 192.0.2.50 --timeout 1', origin);
    return { code, err, ms: performance.now() - started };
  };

  // Another program may take the processor for a moment: the best of a few runs counts.
  test.each<[string, () => Promise<string>]>([
    ['a server that takes the connection and says nothing', async () => `http://127.0.0.1:${(await silence()).port}`],
    ['a TLS handshake that never comes', async () => `https://127.0.0.1:${(await silence()).port}`],
    ['a connection that is never taken', async () => `https://127.0.0.1:${await blackHole()}`],
  ])('is kept to 250 ms with %s', { retry: 4 }, async (_what, open) => {
    const { code, err, ms } = await within(await open());
    expect(code).toBe(7);
    expect(err).toContain('Timed out after 1 s.');
    expect(ms).toBeGreaterThan(950);
    expect(ms).toBeLessThan(1_250);
  });

  test('is kept to 250 ms where a change gets no answer, looking included', { retry: 4 }, async () => {
    const b = await bench();
    const server = await faultServer(b.origin, { on: 'after', applies: false, respond: () => {} });
    onTestFinished(async () => {
      await server.close();
      await b.close();
    });
    const started = performance.now();
    const { code } = await upc('ip float detach 192.0.2.50 --timeout 1', {
      env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin },
    });
    expect(code).toBe(9);
    expect(performance.now() - started).toBeLessThan(1_250);
  });
});

describe('T-11 whom the program trusts', () => {
  test('a certificate authority is trusted where --ca-file names it, and only then', async () => {
    const { server, env } = await secureBench();
    const stranger = await run('ip list', server.origin, env);
    expect(stranger.code).toBe(7);
    expect(stranger.err).toContain('--ca-file or NODE_EXTRA_CA_CERTS');
    expect(server.wire).toEqual([]);
    expect((await run(`ip list ${trusted}`, server.origin, env)).code).toBe(0);
  });

  test('or NODE_EXTRA_CA_CERTS', async () => {
    const { server, env } = await secureBench();
    const { code, out } = await program(['ip', 'list', '-q'], { ...env, NODE_EXTRA_CA_CERTS: certificate('ca') }).ended;
    expect(code).toBe(0);
    expect(out).toContain('192.0.2.10\n');
    expect(server.wire).toContain('GET /1.3/ip_address');
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED does not switch the check off', async () => {
    const { server, env } = await secureBench('selfsigned');
    const { code } = await program(['ip', 'list'], { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' }).ended;
    expect({ code, wire: server.wire }).toEqual({ code: 7, wire: [] });
  });

  test.each([
    ['--ca-file /nonexistent', '/nonexistent cannot be read (ENOENT)'],
    [`--ca-file ${certificate('localhost-key')}`, 'localhost-key.pem holds no certificate'],
  ])('%s is told', async (option, words) => {
    const { code, err } = await run(`ip list ${option}`, 'https://localhost:1');
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});

/** A proxy that only tunnels, and keeps what it sees. */
async function proxy(status = 200): Promise<{ url: string; asked: string[]; seen: () => string }> {
  const asked: string[] = [];
  let seen = '';
  const sockets: Socket[] = [];
  const server = createHttpServer().on('connect', (request, socket: Socket) => {
    asked.push(`${request.method} ${request.url}`);
    sockets.push(socket.on('error', () => {}));
    seen += JSON.stringify(request.headers);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const target = connect(Number(port), host === 'localhost' ? '127.0.0.1' : host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.on('data', (chunk) => {
        seen += chunk.toString('latin1');
      });
      socket.pipe(target).pipe(socket);
    }).on('error', () => socket.destroy());
    sockets.push(target);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, seen: () => seen };
}

describe('T-11 a proxy', () => {
  test.each(operations)('carries $name, and sees neither the request nor the token', async ({ line }) => {
    const { server, env } = await secureBench();
    const { url, asked, seen } = await proxy();
    vi.stubEnv('HTTPS_PROXY', url);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await run(`${line} ${trusted}`, server.origin, env)).code).toBe(0);
    expect(new Set(asked)).toEqual(new Set([`CONNECT ${new URL(server.origin).host}`]));
    expect(seen()).not.toMatch(/ucat|ip_address|authorization/i);
  });

  test('is left aside for what NO_PROXY names', async () => {
    const { server, env } = await secureBench();
    const { url, asked } = await proxy();
    vi.stubEnv('HTTPS_PROXY', url);
    vi.stubEnv('NO_PROXY', 'localhost');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await run(`ip list ${trusted}`, server.origin, env)).code).toBe(0);
    expect(asked).toEqual([]);
  });

  test.each([
    [407, 1],
    [502, 3],
  ])('that answers %i is named, and tried %i times', async (status, tries) => {
    const { server, env } = await secureBench();
    const { url, asked } = await proxy(status);
    vi.stubEnv('HTTPS_PROXY', url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { code, err } = await run(`ip show 192.0.2.10 ${trusted}`, server.origin, env);
    expect(code).toBe(7);
    expect(err).toContain(`the proxy refuses or does not answer (PROXY_${status})`);
    expect(asked).toHaveLength(tries);
    expect(server.wire).toEqual([]);
  });

  test('does not get round the check of the certificate', async () => {
    const { server, env } = await secureBench('selfsigned');
    const { url } = await proxy();
    vi.stubEnv('HTTPS_PROXY', url);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await run(`ip list ${trusted}`, server.origin, env)).code).toBe(7);
    expect(server.wire).toEqual([]);
  });
});
