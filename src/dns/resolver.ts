import { Resolver } from 'node:dns/promises';
import { addressKey } from '../domain/address.ts';
import { type ForwardRecord, reverseName } from '../domain/ptr-check.ts';

/** DNS gave no answer: neither a record nor that there is none. */
export class DnsFailure extends Error {
  readonly code: string;
  /** It was not the name server's fault: time ran out here. */
  readonly isCut: boolean;

  constructor(code: string, message: string, isCut = false) {
    super(message);
    this.code = code;
    this.isCut = isCut;
  }
}

/** Questions to a name server. No record is an empty list. */
export interface Dns {
  /** @throws DnsFailure */
  ptrRecords(address: string): Promise<string[]>;
  /** The A records of a name, AAAA for IPv6. @throws DnsFailure */
  forwardRecords(name: string, family: 'IPv4' | 'IPv6'): Promise<ForwardRecord[]>;
}

/** One question is put twice, with this long for the first answer. */
const PATIENCE_MS = 2_000;

/**
 * DNS itself, past the hosts file and any cache of this process. Node's resolver tells no time to live of PTR records.
 * @param server as parseNameServer() gives it; undefined for the system's own
 * @param signal ends every open question
 */
export function openDns(server: string | undefined, signal: AbortSignal): Dns {
  const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  const put = async <T>(question: () => Promise<T[]>): Promise<T[]> => {
    if (signal.aborted) throw failure('ECANCELLED');
    try {
      return await question();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (isNoRecord.has(code)) return [];
      throw failure(code);
    }
  };
  return {
    ptrRecords: (address) => put(() => resolver.resolvePtr(reverseName(address))),
    forwardRecords: (name, family) =>
      put(async () => {
        const records =
          family === 'IPv4'
            ? await resolver.resolve4(name, { ttl: true })
            : await resolver.resolve6(name, { ttl: true });
        return records.map(({ address, ttl }) => ({ address: addressKey(address), ttl }));
      }),
  };
}

/** EBADNAME: what is no name at all has no record either. */
const isNoRecord = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

const failures: Readonly<Record<string, readonly [code: string, message: string]>> = {
  ETIMEOUT: ['DNS_TIMED_OUT', 'the name server does not answer'],
  ECANCELLED: ['DNS_TIMED_OUT', 'the name server did not answer in time'],
  ECONNREFUSED: ['DNS_UNREACHABLE', 'the name server cannot be reached'],
  ESERVFAIL: ['DNS_SERVER_FAILURE', 'the name server reports a failure (SERVFAIL)'],
  EREFUSED: ['DNS_REFUSED', 'the name server refuses to answer (REFUSED)'],
};

function failure(code: string): DnsFailure {
  const [name, message] = failures[code] ?? ['DNS_FAILED', `the name server's answer is of no use (${code})`];
  return new DnsFailure(name, message, code === 'ECANCELLED');
}
