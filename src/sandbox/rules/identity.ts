/** Creates random MACs and UUIDs. If a random value is in use, tries the next higher values, so that the search always ends. */
import type { SandboxEnvironment, State } from '../state.ts';
import { indexInterfacesByMac } from './find.ts';

const MAC_SPACE = 2 ** 24;
const UUID_SPACE = 2 ** 48;

/** Returns a number in base 16, padded with zeros to this number of digits. */
export function toHex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** Returns an unused MAC of the form `da:45:c4:…`, which is locally administered and unicast. */
export function createMac(state: State, env: SandboxEnvironment): string {
  const taken = indexInterfacesByMac(state);
  let tail = Math.floor(env.random() * MAC_SPACE);
  while (taken.has(formatMac(tail))) tail = (tail + 1) % MAC_SPACE;
  return formatMac(tail);
}

function formatMac(tail: number): string {
  return `da:45:c4:${toHex(tail >> 16, 2)}:${toHex((tail >> 8) & 0xff, 2)}:${toHex(tail & 0xff, 2)}`;
}

/** Creates a one-time password for a simulated server. */
export function createPassword(env: SandboxEnvironment): string {
  return Array.from({ length: 4 }, () => toHex(Math.floor(env.random() * 2 ** 16), 4)).join('');
}

/** Returns an unused UUID. Its prefix is `00` for servers, `01` for disks, `03` for networks and `0a` for load balancers. */
export function createUuid(
  prefix: '00' | '01' | '03' | '0a',
  taken: ReadonlySet<string>,
  env: SandboxEnvironment,
): string {
  const head = `${prefix}${toHex(Math.floor(env.random() * 2 ** 24), 6)}-${toHex(Math.floor(env.random() * 2 ** 16), 4)}`;
  let tail = Math.floor(env.random() * UUID_SPACE);
  const uuid = () => `${head}-4000-8000-${toHex(tail, 12)}`;
  while (taken.has(uuid())) tail = (tail + 1) % UUID_SPACE;
  return uuid();
}
