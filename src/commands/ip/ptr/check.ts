import { findAddress, indexByAddress, listAddresses } from '../../../api/addresses.ts';
import { addUnlistedAddresses } from '../../../api/unlisted.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { runWithProgress } from '../../../app/progress.ts';
import { exit, UnreachableError } from '../../../core/errors.ts';
import { SilentExit } from '../../../core/exit-silently.ts';
import { assertPtrAvailable } from '../../../domain/assert-allowed.ts';
import { addressPredicates } from '../../../domain/completion-predicates.ts';
import type { Address } from '../../../domain/model.ts';
import type { PtrCheck } from '../../../domain/ptr-check.ts';
import { sortByAddress } from '../../../domain/ptr-plan.ts';
import { readOnlyCommandExitCodes } from '../../../help/sections.ts';
import { checkView, formatCheckStateCounts } from '../../../output/ptr-check.ts';
import { readRequestedAddresses } from '../../shared/bulk.ts';
import { createResolverOption, parseWaitDuration } from '../../shared/dns-options.ts';
import { mapCollectingErrors } from '../../shared/map-collecting-errors.ts';

interface CheckOptions {
  resolver?: string;
  /** In seconds. */
  wait?: number;
  exitCode?: boolean;
}

export default defineCommand<[addresses: string[]], CheckOptions>({
  summary: 'Check in DNS that PTR records are published and that their names point back to the addresses',
  arguments: [
    {
      name: '[address...]',
      description:
        'public IP addresses, or - to read them from standard input; by default all public addresses of the account',
      source: { addresses: addressPredicates.havePtr },
    },
  ],
  options: [
    createResolverOption(),
    {
      flags: '--wait <seconds>',
      description: 'keep checking until all PTR records are ok, for at most this many seconds',
      parse: parseWaitDuration,
    },
    { flags: '--exit-code', description: 'exit with code 10 if a PTR record is not ok; implied by --wait' },
  ],
  examples: [
    'upc ip ptr check 192.0.2.10 --sandbox',
    'upc ip ptr check --sandbox --resolver 127.0.0.1:5353 --exit-code',
    'upc ip ptr check 192.0.2.10 --sandbox --wait 600',
  ],
  notes: [
    'ok          DNS has the PTR record, and its name points back to the address',
    'not-yet     DNS has no PTR record, or a different one than the API',
    'mismatch    the name points to other addresses',
    'no-forward  the name has no A record (AAAA for an IPv6 address)',
    'unknown     the name server gave no usable response',
    'The time to live (TTL) is that of the A or AAAA record. Node.js reports no TTL for a PTR record.',
    "The command queries real DNS, even with --sandbox. Real DNS does not know the sandbox's addresses.",
    'The time of --wait is in addition to --timeout, which covers the API and the first check.',
  ],
  json: 'array of {address, ptr_record, state, dns_ptr_records, forward_addresses, forward_ttl, error}',
  columns: () => checkView.columns,
  exits: [
    ...readOnlyCommandExitCodes,
    [5, 'no such address'],
    [6, 'some PTR records could not be checked'],
    [7, 'the API or the name server is unreachable or timed out'],
    [10, 'with --exit-code or --wait: a PTR record is not ok'],
  ],
  run: (context, [addresses], options) => runPtrCheck(context, addresses, options),
});

async function runPtrCheck(context: Context, args: readonly string[], options: CheckOptions): Promise<void> {
  const { out } = context;
  const { resolver: server, wait = 0, exitCode = wait > 0 } = options;
  const addresses = await fetchRequestedAddresses(context, args);
  const { pollPtrChecks } = await import('../../shared/poll-dns.ts');
  const onWaiting = (open: number) =>
    out.note(`${formatNotOkCount(open, addresses.length)} not ok yet. Checking again for up to ${wait} s.`);
  const checks = await runWithProgress(context, wait > 0 ? 'Waiting for DNS' : 'Querying DNS', undefined, () =>
    pollPtrChecks(context, addresses, { server, waitMs: wait * 1_000, onWaiting }),
  );
  const unknown = checks.filter(({ state }) => state === 'unknown');
  if (unknown.length > 0 && unknown.length === checks.length) throw createDnsFailedError(checks, server);
  await out.rows(checkView, checks);
  if (out.settings.format === 'table' && !out.settings.quiet && checks.length > 0)
    out.note(`${formatCheckStateCounts(checks)}.`);
  for (const { address, error } of unknown) out.warn(`${address} could not be checked: ${error?.message}.`);
  if (exitCode && checks.some(({ state }) => state !== 'ok' && state !== 'unknown'))
    throw new SilentExit(exit.findings);
  if (unknown.length > 0) throw new SilentExit(exit.partial);
}

/**
 * Fetches the given addresses, or all public ones.
 * @throws UpcError if an address is unknown or cannot have a PTR record
 */
async function fetchRequestedAddresses(context: Context, args: readonly string[]): Promise<Address[]> {
  const requested = args.length === 0 ? undefined : await readRequestedAddresses(context, args);
  const api = await context.api();
  const all = await listAddresses(api);
  if (requested === undefined) return sortByAddress(all.filter(({ access }) => access === 'public'));
  const known = indexByAddress(await addUnlistedAddresses(api, all, requested));
  const named = mapCollectingErrors(requested, (address) => findAddress(known, address));
  mapCollectingErrors(named, assertPtrAvailable);
  return named;
}

function formatNotOkCount(open: number, total: number): string {
  if (total === 1) return 'The PTR record is';
  return `${open} of ${total} PTR records ${open === 1 ? 'is' : 'are'}`;
}

function createDnsFailedError([first]: readonly PtrCheck[], server: string | undefined): UnreachableError {
  const { code = 'DNS_FAILED', message = 'the name server does not respond' } = first?.error ?? {};
  return new UnreachableError(`The DNS query${server ? ` to ${server}` : ''} failed: ${message}.`, {
    code,
    hint: 'Use another name server with --resolver <ip[:port]>, or allow more time with --timeout <seconds>.',
  });
}
