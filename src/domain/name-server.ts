import { UsageError } from '../core/errors.ts';
import { isAddress, parseAddress, parseIPv6Groups } from './address.ts';

const DNS_PORT = 53;

/**
 * Parses the IP address and port of a name server; returns `192.0.2.1:53` or `[2001:db8:0:0:0:0:0:1]:53`.
 * @throws UsageError for a hostname, an invalid address or a port out of range
 */
export function parseNameServer(text: string): string {
  const [, bracketed, quad, port] = /^(?:\[([^\]]*)\]|([\d.]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? quad ?? text;
  const number = port === undefined ? DNS_PORT : Number(port);
  const fits = isAddress(address) && (bracketed === undefined || address.includes(':'));
  if (!fits || number < 1 || number > 65_535) {
    throw new UsageError(
      `'${text}' is not the address of a name server.`,
      'Give its IP address, with the port if it is not 53: 192.0.2.53, 127.0.0.1:5353, [2001:db8::53]:5353.',
    );
  }
  const { canonical } = parseAddress(address);
  const groups = parseIPv6Groups(address)?.map((group) => group.toString(16));
  return groups ? `[${groups.join(':')}]:${number}` : `${canonical}:${number}`;
}
