import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { createTransport } from '../../src/api/transport.ts';
import type { WireResult } from '../../src/api/wire.ts';
import { Deadline, systemClock } from '../../src/core/clock.ts';
import { neverInterrupted } from '../fixture.ts';

const createWireResponse = (status: number): WireResult => ({
  kind: 'response',
  status,
  contentType: 'application/json',
  retryAfter: undefined,
  requestId: undefined,
  body: Buffer.from('{"value":1}'),
});
const connectionReset: WireResult = { kind: 'failure', failure: 'reset', sent: true, code: 'ECONNRESET' };

/** Completes the oldest open request for the path with this result. */
let respond: (path: string, result?: WireResult) => Promise<void>;
let api: ReturnType<typeof createTransport>;
let elapsed: number;

const waitForPendingPromises = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  elapsed = 0;
  const open: { path: string; resolve: (result: WireResult) => void }[] = [];
  respond = async (path, result = createWireResponse(200)) => {
    await waitForPendingPromises();
    const at = open.findIndex((request) => request.path === path);
    open.splice(at, 1)[0]?.resolve(result);
    await waitForPendingPromises();
  };
  const clock = { ...systemClock, elapsed: () => elapsed, sleep: async () => {}, startTimer: () => () => {} };
  const wire = {
    sendOnce: ({ url }: { url: string }) =>
      new Promise<WireResult>((resolve) => open.push({ path: new URL(url).pathname.replace('/1.3/', ''), resolve })),
    close: () => {},
    closed: new AbortController().signal,
  };
  api = createTransport({
    wire: async () => wire,
    origin: 'https://api.example',
    authorization: 'Bearer x',
    deadline: new Deadline(60_000, clock.elapsed),
    clock,
    interrupt: neverInterrupted,
    note: () => {},
    debug: () => {},
    hide: (text) => text,
  });
});

const valueSchema = v.object({ value: v.number() });

test('T-15 an observation is current, also while requests that were sent with it wait for their responses', async () => {
  const all = Promise.all([api.observe(['a'], valueSchema), api.read(['b'], valueSchema)]);
  await respond('a');
  elapsed = 1_000;
  await respond('b');
  const [{ value, isCurrent }] = await all;
  expect({ value, isCurrent: isCurrent() }).toEqual({ value: { value: 1 }, isCurrent: true });
});

test('T-15 it is not current a second later', async () => {
  const observing = api.observe(['a'], valueSchema);
  await respond('a');
  elapsed = 1_001;
  expect((await observing).isCurrent()).toBe(false);
});

test.each([
  ['a status', createWireResponse(503)],
  ['a reset connection', connectionReset],
])('T-15 it is not current if it was retried after %s', async (_, failure) => {
  const observing = api.observe(['a'], valueSchema);
  await respond('a', failure);
  await respond('a');
  expect((await observing).isCurrent()).toBe(false);
});

test('T-15 it is not current if another request was sent since, although it got no response yet', async () => {
  const observing = api.observe(['a'], valueSchema);
  await respond('a');
  const { isCurrent } = await observing;
  const reading = api.read(['b'], valueSchema);
  await waitForPendingPromises();
  expect(isCurrent()).toBe(false);
  await respond('b');
  await reading;
});

test('T-15 it is not current if a request that was sent with it was retried since', async () => {
  const all = Promise.all([api.observe(['a'], valueSchema), api.read(['b'], valueSchema)]);
  await respond('a');
  await respond('b', createWireResponse(503));
  await respond('b');
  expect((await all)[0].isCurrent()).toBe(false);
});
