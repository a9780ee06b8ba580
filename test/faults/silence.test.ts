import { createServer, type Socket } from 'node:net';
import * as v from 'valibot';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ApiConnection } from '../../src/api/connection.ts';
import { createTransport, LostResponseError } from '../../src/api/transport.ts';
import { type Clock, Deadline, systemClock } from '../../src/core/clock.ts';
import { startApiServer } from '../api-server.ts';
import { neverInterrupted, upc } from '../fixture.ts';
import { instantClock, parseReportedError } from './cell.ts';

/** Starts a server that forwards GETs to an API and never responds to changes. */
async function startServerSilentOnChange(origin: string) {
  const changes: string[] = [];
  const { hostname, port } = new URL(origin);
  const sockets: Socket[] = [];
  const { connect } = await import('node:net');
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    let upstream: Socket | undefined;
    socket.on('data', (chunk) => {
      const [line = ''] = chunk.toString('latin1').split('\r\n');
      if (/^(POST|PATCH|DELETE) /.test(line)) return void changes.push(line);
      if (upstream === undefined) {
        upstream = connect(Number(port), hostname).on('error', () => {});
        sockets.push(upstream);
        upstream.pipe(socket);
      }
      upstream.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { changes, origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
}

const floating = { access: 'public', address: '192.0.2.60', family: 'IPv4', floating: 'yes', zone: 'fi-hel2' };

test.each([
  ['ip float create --zone fi-hel2', 'POST /1.3/ip_address HTTP/1.1'],
  ['ip release 192.0.2.60 --yes', 'DELETE /1.3/ip_address/192.0.2.60 HTTP/1.1'],
  ['ip ptr set 192.0.2.60 a.example.com', 'PATCH /1.3/ip_address/192.0.2.60 HTTP/1.1'],
])(
  'T-4, T-5 a server that accepts a change and does not respond for 20 s: %s is sent once and unknown',
  async (line, request) => {
    const api = await startApiServer({
      'GET /ip_address': { body: { ip_addresses: { ip_address: [floating] } } },
      'GET /ip_address/192.0.2.60': { body: { ip_address: floating } },
      'GET /server': { body: { servers: { server: [] } } },
      'GET /zone': { body: { zones: { zone: [{ id: 'fi-hel2', description: 'Helsinki #2', public: 'yes' }] } } },
    });
    const silent = await startServerSilentOnChange(api.env.UPCLOUD_DEBUG_API_BASE_URL ?? '');
    // Simulate 20 seconds: the timer for the response fires, and the time limit of the command (one hour) is not
    // reached.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const running = upc(`${line} --json --timeout 3600`, {
      env: { ...api.env, UPCLOUD_DEBUG_API_BASE_URL: silent.origin },
      clock: instantClock,
    });
    await vi.waitFor(() => expect(silent.changes).toEqual([request]), { timeout: 30_000, interval: 5 });
    await vi.advanceTimersByTimeAsync(20_000);
    const { code, out, err } = await running;
    expect({ code, out, changes: silent.changes }).toEqual({ code: 9, out: '', changes: [request] });
    expect(parseReportedError(err).message).toContain('it does not respond in time');
  },
);

describe('T-3, T-5 a change leaves a part of the remaining time for its checks', () => {
  /**
   * Returns after how many milliseconds the program gives up a request without a response.
   * @param totalMs the time limit of the command
   */
  async function measureWaitFor(method: 'GET' | 'PATCH', totalMs: number): Promise<number> {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const started = performance.now();
    let ended = 0;
    const wire: ApiConnection = {
      closed: new AbortController().signal,
      close() {},
      sendOnce: ({ deadline, interrupt }) =>
        new Promise((resolve) => {
          AbortSignal.any([deadline, interrupt]).addEventListener('abort', () => {
            ended = performance.now() - started;
            resolve({ kind: 'failure', failure: 'tls', sent: true, code: 'TIMED_OUT' });
          });
        }),
    };
    const clock: Clock = {
      ...systemClock,
      now: Date.now,
      elapsed: () => performance.now(),
      random: () => 0.5,
      sleep: async () => {},
    };
    const api = createTransport({
      wire: async () => wire,
      origin: 'https://api.example',
      authorization: '',
      deadline: new Deadline(totalMs, clock.elapsed),
      clock,
      interrupt: neverInterrupted,
      note() {},
      debug() {},
      hide: (text) => text,
    });
    const sent =
      method === 'GET' ? api.read(['x'], v.any()) : api.change({ method, segments: ['x'], body: {} }, v.any());
    const failed = expect(sent).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(totalMs + 1);
    await failed;
    if (method === 'PATCH') await expect(sent).rejects.toBeInstanceOf(LostResponseError);
    return ended;
  }

  test.each([
    ['GET', 10_000, 10_000],
    ['PATCH', 10_000, 7_000],
    ['PATCH', 20_000, 14_000],
    ['PATCH', 60_000, 50_000],
    ['PATCH', 3_600_000, 3_590_000],
  ] as const)('a %s with %i ms left may take %i ms', async (method, totalMs, expected) => {
    const ms = await measureWaitFor(method, totalMs);
    expect(ms).toBeGreaterThanOrEqual(expected);
    // The program sets its timer one millisecond longer, because a timer may fire early.
    expect(ms).toBeLessThanOrEqual(expected + 1);
  });
});
