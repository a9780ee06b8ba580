import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Interrupt } from '../../src/core/interrupt.ts';
import { serveApp } from '../../src/sandbox/http.ts';
import { createMemoryStore } from '../../src/sandbox/memory-store.ts';
import { createSandboxApp } from '../../src/sandbox/routes.ts';
import { createSeed } from '../../src/sandbox/seeds.ts';
import type { Store } from '../../src/sandbox/state.ts';
import { splitWords, upc } from '../fixture.ts';

export const IP = '192.0.2.50';
export const WEB1 = '0078c168-d578-4a64-95cf-07376f1dc524';
export const WEB2 = '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832';
export const MAC1 = 'da:45:c4:5c:65:6c';
export const MAC2 = 'da:45:c4:5c:7a:02';

/**
 * Creates a clock for fast tests: a wait takes only a fiftieth of its time, but the clock advances by the full time.
 */
export function createQuickClock(): Clock {
  let skipped = 0;
  return {
    ...systemClock,
    elapsed: () => performance.now() + skipped,
    async sleep(ms, signal) {
      await systemClock.sleep(ms / 50, signal);
      skipped += ms * 0.98;
    },
  };
}
export const fastClock = createQuickClock();

export async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(5);
}

/** Responds to a request of the guard. `carryOut` sends the request to the sandbox and returns its response. */
export type GuardResponder = (request: Request, carryOut: () => Promise<Response>) => Promise<Response>;
export const respondNormally: GuardResponder = (_request, carryOut) => carryOut();
export const respondBadGateway: GuardResponder = async () =>
  new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } });
export const loseResponses: GuardResponder = async (request, carryOut) => {
  const response = await carryOut();
  return request.method === 'PATCH' ? respondBadGateway(request, carryOut) : response;
};

/**
 * A sandbox, the health endpoint of the primary, and guards that use both. A test can make the health endpoint fail.
 */
export class GuardFixture {
  respond: GuardResponder = respondNormally;
  status = 200;
  requests: string[] = [];
  /** How many checks the health endpoint has received. */
  checks = 0;
  store: Store;
  health: Server;
  env: Record<string, string> = {};
  url = '';
  #close: (() => Promise<void>)[] = [];
  #stop = new AbortController();

  constructor() {
    this.store = createMemoryStore(createSeed('demo'));
    this.health = createServer((_request, response) => {
      this.checks++;
      response.writeHead(this.status, { location: '/elsewhere' }).end();
    });
  }

  async open(): Promise<void> {
    const environment = { now: () => 0, random: () => 0.5 };
    const app = createSandboxApp(this.store, environment);
    const fetch = app.fetch.bind(app);
    Object.assign(app, { fetch: (request: Request) => this.respond(request, async () => fetch(request)) });
    const sandbox = await serveApp(app, {
      env: environment,
      onRequest: ({ method, path, body }) => void this.requests.push(`${method} ${path} ${body}`.trim()),
    });
    await new Promise<void>((resolve) => this.health.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.health.address() as AddressInfo).port}/health`;
    this.env = { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: sandbox.origin };
    this.#close.push(sandbox.close, async () => void this.health.close());
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const close of this.#close) await close();
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get changes(): string[] {
    return this.requests.filter((line) => !line.startsWith('GET'));
  }

  async mac(of = IP): Promise<string | null | undefined> {
    return (await this.store.read()).addresses.find(({ address }) => address === of)?.mac;
  }

  /** Adds a floating IP, attached to the interface with this MAC. */
  async add(address: string, mac: string): Promise<void> {
    await this.store.transact((state) => {
      const [model] = state.addresses.filter((it) => it.address === IP);
      return { state: model ? { ...state, addresses: [...state.addresses, { ...model, address, mac }] } : state };
    });
  }

  async put(mac: string | null): Promise<void> {
    await this.store.transact((state) => ({
      state: { ...state, addresses: state.addresses.map((it) => (it.address === IP ? { ...it, mac } : it)) },
    }));
  }

  /** Runs a guard until `stop()` is called; with --once, until the guard has finished. */
  guard(line = '', check = this.url, clock = fastClock, addresses = IP) {
    const interrupt: Interrupt = {
      stopping: this.#stop.signal,
      ending: new AbortController().signal,
      signal: () => 'SIGTERM',
    };
    const argv = [
      'ip',
      'float',
      'guard',
      ...splitWords(addresses),
      '--primary',
      'web-1',
      '--standby',
      'web-2',
      '--check',
      check,
    ];
    return upc([...argv, '--interval', '1', ...splitWords(line)], { env: this.env, clock, interrupt });
  }

  stop(): void {
    this.#stop.abort();
  }
}

interface LoggedEvent {
  readonly event: string;
  readonly address: string | null;
  readonly message: string;
  readonly from: string | null;
  readonly to: string | null;
}

export const readEvents = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedEvent);
