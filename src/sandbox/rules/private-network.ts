import { formatIPv4Number, parseIPv4Number } from '../ipv4-number.ts';
/** Chooses addresses in an SDN network (R-MOD-7). */
import type { IpNetwork, PrivateNetwork, State } from '../state.ts';
import { reject, rejectInvalidAttribute } from './api-error.ts';
import { detectFamily } from './syntax.ts';

interface HostRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Returns the range of host addresses in a network such as `10.0.0.0/24`, without its network and broadcast addresses.
 * Returns undefined if the network is invalid.
 */
export function getHostRange(network: string): HostRange | undefined {
  const [address = '', length = ''] = network.split('/');
  const size = 2 ** (32 - Number(length));
  if (detectFamily(address) !== 'IPv4' || !/^(?:[89]|[12]\d)$/.test(length)) return undefined;
  const base = parseIPv4Number(address);
  return base % size === 0 ? { first: base + 1, last: base + size - 2 } : undefined;
}

export function getDefaultGateway(network: string): string {
  const hosts = getHostRange(network);
  return hosts ? formatIPv4Number(hosts.first) : '';
}

/** Returns the requested address, or else the first free address of the network. The gateway's address is never free. */
export function chooseFreePrivateAddress(state: State, network: PrivateNetwork, requested: string | undefined): string {
  const { first, last } = getHostRange(network.ip_network.address) ?? rejectInvalidAttribute('network');
  const taken = listTakenAddresses(state, network);
  if (requested !== undefined) {
    const at = parseIPv4Number(requested);
    if (at < first || at > last) rejectInvalidAttribute('address');
    return taken.has(requested) ? rejectExhaustedNetwork(network.ip_network) : requested;
  }
  for (let at = first; at <= last; at += 1) if (!taken.has(formatIPv4Number(at))) return formatIPv4Number(at);
  return rejectExhaustedNetwork(network.ip_network);
}

function listTakenAddresses(state: State, { uuid, ip_network }: PrivateNetwork): ReadonlySet<string> {
  const ports = state.servers.flatMap((it) => it.interfaces).filter((it) => it.network === uuid);
  const macs = new Set(ports.map((it) => it.mac));
  const used = state.addresses.filter((it) => it.mac !== null && macs.has(it.mac)).map((it) => it.address);
  return new Set([ip_network.gateway, ...used]);
}

function rejectExhaustedNetwork({ address }: IpNetwork): never {
  return reject(409, 'IP_ADDRESS_RESOURCES_UNAVAILABLE', `The IP address is not available in the network ${address}.`);
}
