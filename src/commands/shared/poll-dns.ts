import pLimit from 'p-limit';
import type { Context } from '../../app/context.ts';
import { InterruptedError } from '../../core/errors.ts';
import { createSharedController } from '../../core/shared-controller.ts';
import { createDnsResolver, DnsFailure, type DnsResolver } from '../../dns/resolver.ts';
import { toCanonicalAddress } from '../../domain/address.ts';
import type { Address } from '../../domain/model.ts';
import { comparePtrWithDns, type ForwardRecord, type PtrCheck } from '../../domain/ptr-check.ts';

/** The number of addresses that are queried at the same time. */
const MAX_CONCURRENT_ADDRESSES = 8;
/** The first pause between two checks. Each further pause is twice as long, up to the longest pause. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** With a requested wait, the first check may take this long, even if the deadline of the command leaves less time. */
const FIRST_CHECK_MAX_MS = 5_000;
/** The time that is reserved for the last check. */
const LAST_CHECK_RESERVED_MS = 2_000;

interface TimeLimitedCheck extends PtrCheck {
  /** Whether the time ended before the name server responded. */
  readonly isCut?: boolean;
}

/**
 * Checks the addresses in DNS. Repeats the check for addresses that are not `ok`, for at most `waitMs`. The deadline of the
 * command limits only the first check, because the user requested the wait explicitly.
 * @param waitMs 0 for a single check
 * @param onWaiting called once, with the number of addresses that are not ok, when the wait begins
 * @throws InterruptedError
 */
export async function pollPtrChecks(
  context: Context,
  addresses: readonly Address[],
  { server, waitMs, onWaiting }: { server?: string | undefined; waitMs: number; onWaiting: (open: number) => void },
): Promise<PtrCheck[]> {
  const { clock, deadline, interrupt } = context;
  // A requested wait begins with a check, even if earlier requests of the command used up the deadline.
  const firstMs = Math.max(deadline.remaining(), Math.min(waitMs, FIRST_CHECK_MAX_MS));
  let seen = await checkAllAddresses(context, addresses, server, firstMs);
  const end = clock.elapsed() + waitMs;
  const lastCheckMs = Math.min(LAST_CHECK_RESERVED_MS, waitMs / 4);
  for (let interval = FIRST_PAUSE_MS; ; interval = Math.min(LONGEST_PAUSE_MS, interval * 2)) {
    const open = addresses.filter((_, i) => seen[i]?.state !== 'ok');
    const pause = Math.min(interval, end - clock.elapsed() - lastCheckMs);
    // If every query failed, the name server is wrong or unreachable, and waiting does not help.
    if (open.length === 0 || pause <= 0 || seen.every(({ state }) => state === 'unknown')) break;
    if (interval === FIRST_PAUSE_MS) onWaiting(open.length);
    await clock.sleep(pause, interrupt.stopping);
    const again = new Map(
      (await checkAllAddresses(context, open, server, Math.max(0, end - clock.elapsed()))).map((one) => [
        toCanonicalAddress(one.address),
        one,
      ]),
    );
    seen = seen.map((old) => chooseNewerCheck(old, again.get(toCanonicalAddress(old.address))));
  }
  return seen.map(({ isCut: _, ...check }) => check);
}

/** Returns the newer result. If the newer query ran out of time and the old state is known, returns the old result. */
function chooseNewerCheck(old: TimeLimitedCheck, fresh: TimeLimitedCheck | undefined): TimeLimitedCheck {
  return fresh === undefined || (fresh.isCut && old.state !== 'unknown') ? old : fresh;
}

async function checkAllAddresses(
  { interrupt }: Context,
  addresses: readonly Address[],
  server: string | undefined,
  ms: number,
): Promise<TimeLimitedCheck[]> {
  const over = createSharedController();
  const stopQueries = () => over.abort();
  const timer = setTimeout(stopQueries, ms);
  interrupt.stopping.addEventListener('abort', stopQueries);
  if (interrupt.stopping.aborted) stopQueries();
  try {
    const dns = createDnsResolver(server, over.signal);
    const limit = pLimit(MAX_CONCURRENT_ADDRESSES);
    const seen = await Promise.all(addresses.map((ip) => limit(() => checkOneAddress(dns, ip))));
    if (interrupt.stopping.aborted) throw new InterruptedError(interrupt.signal());
    return seen;
  } finally {
    clearTimeout(timer);
    interrupt.stopping.removeEventListener('abort', stopQueries);
  }
}

async function checkOneAddress(dns: DnsResolver, ip: Address): Promise<TimeLimitedCheck> {
  const nothing = { dns_ptr_records: [], forward_addresses: [], forward_ttl: null };
  try {
    const [names, forward] = await Promise.all([
      dns.ptrRecords(ip.address),
      ip.ptr_record === '' ? [] : dns.forwardRecords(ip.ptr_record, ip.family).catch(returnIfDnsFailure),
    ]);
    const check = comparePtrWithDns(ip, names, forward instanceof DnsFailure ? [] : forward);
    // If DNS does not have the PTR record yet, the state is `not-yet`, so a failed forward query does not matter.
    if (forward instanceof DnsFailure && check.state !== 'not-yet') throw forward;
    return check;
  } catch (error) {
    if (!(error instanceof DnsFailure)) throw error;
    const { code, message, isCut } = error;
    const { address, ptr_record } = ip;
    return { address, ptr_record, state: 'unknown', ...nothing, error: { code, message }, isCut };
  }
}

function returnIfDnsFailure(error: unknown): ForwardRecord[] | DnsFailure {
  if (error instanceof DnsFailure) return error;
  throw error;
}
