import pLimit from 'p-limit';
import type { Context } from '../../app/context.ts';
import { InterruptedError } from '../../core/errors.ts';
import { type Dns, DnsFailure, openDns } from '../../dns/resolver.ts';
import { addressKey } from '../../domain/address.ts';
import type { Address } from '../../domain/model.ts';
import { comparePtrWithDns, type ForwardRecord, type PtrCheck } from '../../domain/ptr-check.ts';

/** A name server is spared: so many addresses at a time. */
const AT_A_TIME = 8;
/** Between two looks: 2 s at first, then twice as long each time. */
const FIRST_NAP_MS = 2_000;
const LONGEST_NAP_MS = 30_000;
/** What the last look before the end of the waiting has for itself. */
const LAST_LOOK_MS = 2_000;

interface Seen extends PtrCheck {
  /** Time ran out here, before the name server could answer. */
  readonly isCut?: boolean;
}

/**
 * Asks DNS about the addresses once and, while time for waiting is left, again about those that are not `ok`. The first look
 * ends with the command's deadline; the waiting comes on top of it, for it was asked for by name.
 * @param waitMs 0 for a single look
 * @param onWaiting told once, when the waiting begins
 * @throws InterruptedError
 */
export async function pollDns(
  context: Context,
  addresses: readonly Address[],
  { server, waitMs, onWaiting }: { server?: string | undefined; waitMs: number; onWaiting: (open: number) => void },
): Promise<PtrCheck[]> {
  const { clock, deadline, interrupt } = context;
  let seen = await look(context, addresses, server, deadline.remaining());
  const end = clock.elapsed() + waitMs;
  const lastLook = Math.min(LAST_LOOK_MS, waitMs / 4);
  for (let nap = FIRST_NAP_MS; ; nap = Math.min(LONGEST_NAP_MS, nap * 2)) {
    const open = addresses.filter((_, i) => seen[i]?.state !== 'ok');
    const pause = Math.min(nap, end - clock.elapsed() - lastLook);
    // A name server that cannot be asked at all is a wrong setting, not a record on its way.
    if (open.length === 0 || pause <= 0 || seen.every(({ state }) => state === 'unknown')) break;
    if (nap === FIRST_NAP_MS) onWaiting(open.length);
    await clock.sleep(pause, interrupt.stopping);
    const again = new Map(
      (await look(context, open, server, Math.max(0, end - clock.elapsed()))).map((one) => [
        addressKey(one.address),
        one,
      ]),
    );
    seen = seen.map((old) => newer(old, again.get(addressKey(old.address))));
  }
  return seen.map(({ isCut: _, ...check }) => check);
}

/** What was known is not forgotten because the last look was cut short. */
function newer(old: Seen, fresh: Seen | undefined): Seen {
  return fresh === undefined || (fresh.isCut && old.state !== 'unknown') ? old : fresh;
}

async function look(
  { interrupt }: Context,
  addresses: readonly Address[],
  server: string | undefined,
  ms: number,
): Promise<Seen[]> {
  const over = new AbortController();
  const stop = () => over.abort();
  const timer = setTimeout(stop, ms);
  interrupt.stopping.addEventListener('abort', stop);
  if (interrupt.stopping.aborted) stop();
  try {
    const dns = openDns(server, over.signal);
    const limit = pLimit(AT_A_TIME);
    const seen = await Promise.all(addresses.map((ip) => limit(() => lookUp(dns, ip))));
    if (interrupt.stopping.aborted) throw new InterruptedError(interrupt.signal());
    return seen;
  } finally {
    clearTimeout(timer);
    interrupt.stopping.removeEventListener('abort', stop);
  }
}

async function lookUp(dns: Dns, ip: Address): Promise<Seen> {
  const nothing = { dns_ptr_records: [], forward_addresses: [], forward_ttl: null };
  try {
    const [names, forward] = await Promise.all([
      dns.ptrRecords(ip.address),
      ip.ptr_record === '' ? [] : dns.forwardRecords(ip.ptr_record, ip.family).catch(orFailure),
    ]);
    const check = comparePtrWithDns(ip, names, forward instanceof DnsFailure ? [] : forward);
    // Without its PTR record the address is not there yet, whatever became of the other question.
    if (forward instanceof DnsFailure && check.state !== 'not-yet') throw forward;
    return check;
  } catch (error) {
    if (!(error instanceof DnsFailure)) throw error;
    const { code, message, isCut } = error;
    const { address, ptr_record } = ip;
    return { address, ptr_record, state: 'unknown', ...nothing, error: { code, message }, isCut };
  }
}

function orFailure(error: unknown): ForwardRecord[] | DnsFailure {
  if (error instanceof DnsFailure) return error;
  throw error;
}
