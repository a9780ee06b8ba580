import type { Context } from '../../app/context.ts';
import { withProgress } from '../../app/progress.ts';
import { exit } from '../../core/errors.ts';
import { ExitSilently } from '../../core/exit-silently.ts';
import type { Address } from '../../domain/model.ts';
import type { PtrCheck } from '../../domain/ptr-check.ts';

/** Seconds, where --wait names none. */
const DEFAULT_SECONDS = 300;

export interface WaitOptions {
  /** Seconds, or true for the default; undefined for no waiting. */
  readonly wait?: number | true;
  readonly resolver?: string;
}

/**
 * Waits until DNS has PTR records that were just set and their names point back. What was set is reported already: whatever DNS
 * does, it is no failure of the change.
 * @param addresses with the PTR records that were set
 * @throws ExitSilently with 10 where not all are ok in time; InterruptedError
 */
export async function waitForDns(
  context: Context,
  addresses: readonly Address[],
  { wait, resolver }: WaitOptions,
): Promise<void> {
  if (wait === undefined || addresses.length === 0) return;
  const { out } = context;
  const seconds = wait === true ? DEFAULT_SECONDS : wait;
  const { pollDns } = await import('./poll-dns.ts');
  const onWaiting = (open: number) =>
    out.note(`DNS does not confirm ${open} of ${addresses.length} yet: checking for up to ${seconds} s.`);
  const checks = await withProgress(context, 'Waiting for DNS', undefined, () =>
    pollDns(context, addresses, { server: resolver, waitMs: seconds * 1_000, onWaiting }),
  );
  const open = checks.filter(({ state }) => state !== 'ok');
  if (open.length === 0)
    return out.note(addresses.length === 1 ? 'DNS confirms it.' : `DNS confirms all ${addresses.length}.`);
  for (const check of open) out.warn(`${check.address} is set, but ${problemText(check)}.`);
  out.note((upc) => `Check again: ${upc(`ip ptr check ${open.map(({ address }) => address).join(' ')} --wait 600`)}`);
  throw new ExitSilently(exit.findings);
}

function problemText({ state, ptr_record: name, error }: PtrCheck): string {
  if (state === 'not-yet') return `DNS does not have its PTR record ${name} yet`;
  if (state === 'mismatch') return `${name} points elsewhere`;
  if (state === 'no-forward') return `${name} points at no address`;
  return `DNS could not be asked: ${error?.message ?? 'the name server gave no usable response'}`;
}
