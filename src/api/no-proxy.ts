import { BlockList, isIP } from 'node:net';

/**
 * Returns whether `NO_PROXY` excludes a host (T-11). An entry is `*`, a domain with all its subdomains, an IP address or a CIDR
 * range, each with or without a port.
 * @param host a hostname, or an IP address without brackets
 */
export function isExcludedFromProxy(host: string, port: number, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matchesNoProxyEntry(parseNoProxyEntry(entry), host.toLowerCase(), port));
}

interface NoProxyEntry {
  readonly pattern: string;
  readonly port: number | undefined;
}

/**
 * Splits an entry into host and port. An IPv6 address with a port is in brackets. Without brackets, the whole entry is the
 * address.
 */
function parseNoProxyEntry(entry: string): NoProxyEntry {
  const [, bracketed, bracketedPort] = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { pattern: bracketed, port: bracketedPort ? Number(bracketedPort) : undefined };
  const [, pattern, port] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return pattern === undefined ? { pattern: entry, port: undefined } : { pattern, port: Number(port) };
}

function matchesNoProxyEntry({ pattern, port }: NoProxyEntry, host: string, hostPort: number): boolean {
  if (port !== undefined && port !== hostPort) return false;
  if (pattern === '*') return true;
  if (isIP(host)) return matchesAddressPattern(pattern, host);
  const domain = pattern.replace(/^\*?\./, '').replace(/\.$/, '');
  const name = host.replace(/\.$/, '');
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}

/**
 * Returns whether the address or range in NO_PROXY contains the host. Compares by value, because an IPv6 address has many
 * spellings.
 */
function matchesAddressPattern(pattern: string, host: string): boolean {
  const [network = '', bits] = pattern.split('/');
  const family = isIP(network);
  if (family === 0) return false;
  const longest = family === 6 ? 128 : 32;
  const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length <= longest)) return false;
  const range = new BlockList();
  range.addSubnet(network, length, family === 6 ? 'ipv6' : 'ipv4');
  return range.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
