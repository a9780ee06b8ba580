import { Resolver } from 'node:dns/promises';
import { getErrorCode } from '../core/error-code.ts';
import { toCanonicalAddress } from '../domain/address.ts';
import { type ForwardRecord, toReverseDnsName } from '../domain/ptr-check.ts';

/** A DNS query failed, so it is unknown whether the record exists. */
export class DnsFailure extends Error {
  readonly code: string;
  /** Whether the query was cancelled at the deadline. In this case, the name server is not at fault. */
  readonly isCut: boolean;

  constructor(code: string, message: string, isCut = false) {
    super(message);
    this.code = code;
    this.isCut = isCut;
  }
}

/** DNS queries. For a name without a record, they return an empty list. */
export interface DnsResolver {
  /** Returns the PTR records of an address. @throws DnsFailure */
  ptrRecords(address: string): Promise<string[]>;
  /** Returns the A records of a name, or the AAAA records for IPv6. @throws DnsFailure */
  forwardRecords(name: string, family: 'IPv4' | 'IPv6'): Promise<ForwardRecord[]>;
}

/** The time-out of the first of the two attempts of a query, in milliseconds. */
const DNS_TIMEOUT_MS = 2_000;

/**
 * Creates a DNS client that ignores the hosts file and caches nothing.
 * @param server the name server as parseNameServer() returns it; undefined for the system's own
 * @param signal cancels all open queries
 */
export function createDnsResolver(server: string | undefined, signal: AbortSignal): DnsResolver {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  const runQuery = async <T>(query: () => Promise<T[]>): Promise<T[]> => {
    if (signal.aborted) throw createDnsFailure('ECANCELLED');
    try {
      return await query();
    } catch (error) {
      const code = getErrorCode(error);
      if (NO_RECORD_CODES.has(code)) return [];
      throw createDnsFailure(code);
    }
  };
  return {
    ptrRecords: (address) => runQuery(() => resolver.resolvePtr(toReverseDnsName(address))),
    forwardRecords: (name, family) =>
      runQuery(async () => {
        const records =
          family === 'IPv4'
            ? await resolver.resolve4(name, { ttl: true })
            : await resolver.resolve6(name, { ttl: true });
        return records.map(({ address, ttl }) => ({ address: toCanonicalAddress(address), ttl }));
      }),
  };
}

/**
 * The error codes that mean that a name has no record. EBADNAME is one of them, because an invalid name has no record either.
 */
const NO_RECORD_CODES = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

const dnsFailureTexts: Readonly<Record<string, readonly [code: string, message: string]>> = {
  ETIMEOUT: ['DNS_TIMED_OUT', 'the name server does not respond'],
  ECANCELLED: ['DNS_TIMED_OUT', 'the name server did not respond in time'],
  ECONNREFUSED: ['DNS_UNREACHABLE', 'the name server cannot be reached'],
  ESERVFAIL: ['DNS_SERVER_FAILURE', 'the name server reports a failure (SERVFAIL)'],
  EREFUSED: ['DNS_REFUSED', 'the name server rejects the query (REFUSED)'],
};

function createDnsFailure(code: string): DnsFailure {
  const [name, message] = dnsFailureTexts[code] ?? [
    'DNS_FAILED',
    `the name server sent an unusable response (${code})`,
  ];
  return new DnsFailure(name, message, code === 'ECANCELLED');
}
