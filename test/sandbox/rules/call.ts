/** Helpers for tests of the sandbox's rules: they create a sandbox in memory, and send requests to it. */

import { createMemoryStore } from '../../../src/sandbox/memory-store.ts';
import { createSandboxApp } from '../../../src/sandbox/routes.ts';
import { createSeed } from '../../../src/sandbox/seeds.ts';
import type { SandboxEnvironment, State } from '../../../src/sandbox/state.ts';

/** Often needed names and addresses of the demo seed. */
export const DEMO = {
  web1: '0078c168-d578-4a64-95cf-07376f1dc524',
  web1Mac: 'da:45:c4:5c:65:6c',
  web1IPv6Mac: 'da:45:c4:5c:2b:eb',
  web1UtilityMac: 'da:45:c4:5c:c5:4a',
  web2: '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832',
  web2Mac: 'da:45:c4:5c:7a:02',
  db1: '00c2a9f4-6d17-4e5b-8f30-9b7e21d4c605',
  db1Mac: 'da:45:c4:5c:90:2e',
  mail1: '005f83d1-2c49-4a76-b1e8-d3064f9a2e57',
  mail1Mac: 'da:45:c4:5c:a1:18',
  edge1: '00b6e07a-91d3-4f28-a5c4-7e82f01b6d39',
  edge1Mac: 'da:45:c4:5c:b2:21',
  shop1: '00d4f1b8-0e65-4937-9c2a-84b1e6f3a701',
  shop1Mac: 'da:45:c4:5d:01:02',
  front: '0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11',
  shop: '0a77d0b2-94c5-4e13-8a2f-6b1d3c5e9f22',
  ipv6: '2001:db8:1:1:d845:c4ff:fe5c:2beb',
  /** An address of edge-1. It has the default PTR record, and its last group has a leading zero. */
  paddedIPv6: '2001:db8:3:1:d845:c4ff:fe5c:0265',
} as const;

export type Json = Record<string, unknown>;

interface SandboxReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /**
   * The object inside the wrapper of the body (`ip_address`, `server`, `error`, …); if there is no wrapper, the whole
   * body.
   */
  readonly inner: Json;
  readonly body: unknown;
}

export interface SandboxClient {
  /** Advances the clock by this many seconds. */
  readonly advanceSeconds: (seconds: number) => void;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<SandboxReply>;
  /** Sends a request. Returns the status and the error code of the response, such as `409 IP_ADDRESS_DELEGATED`. */
  readonly getRejection: (method: string, path: string, body?: unknown) => Promise<string>;
  readonly state: () => Promise<State>;
}

/** Creates a random number generator that produces the same numbers in each run. */
function createFixedRandom(): () => number {
  let last = 7;
  return () => {
    last = (last * 48271) % 2147483647;
    return last / 2147483647;
  };
}

export const env = () => ({ now: () => Date.UTC(2026, 0, 1), random: createFixedRandom() });

/** Creates a sandbox in memory. @param transitionSeconds how long a server takes to start and to stop, in seconds */
export function createSandboxClient(
  initial: State | string = 'demo',
  token = 'ucat_sandbox',
  transitionSeconds = 0,
): SandboxClient {
  let now = Date.UTC(2026, 0, 1);
  const environment: SandboxEnvironment = { ...env(), now: () => now, transitionMs: transitionSeconds * 1000 };
  const store = createMemoryStore(typeof initial === 'string' ? createSeed(initial) : initial);
  const app = createSandboxApp(store, environment);
  const call: SandboxClient['call'] = async (method, path, body, headers = { authorization: `Bearer ${token}` }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: text }) };
    const response = await app.request(path, init);
    return toReply(response, await response.text());
  };
  const getRejection: SandboxClient['getRejection'] = async (method, path, body) => {
    const { status, inner } = await call(method, path, body);
    return `${status} ${inner.error_code ?? String(inner.type).replace(/^.*#ERROR_/, '')}`;
  };
  const advanceSeconds = (seconds: number) => {
    now += seconds * 1000;
  };
  return {
    call,
    getRejection,
    advanceSeconds,
    state: () => store.read(),
  };
}

function toReply(response: Response, text: string): SandboxReply {
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  const values = Object.values(toJsonObject(body));
  const inner = values.length === 1 ? toJsonObject(values[0]) : toJsonObject(body);
  return { status: response.status, headers: response.headers, text, inner, body };
}

function toJsonObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export const wrapAddress = (fields: Json) => ({ ip_address: fields });
export const getAddressPath = (address: string) => `/1.3/ip_address/${encodeURIComponent(address)}`;
export const ADDRESSES_PATH = '/1.3/ip_address';
