import type { Context } from '../../app/context.ts';
import { runWithProgress } from '../../app/progress.ts';
import { exit } from '../../core/errors.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import type { Address } from '../../domain/model.ts';
import type { PtrCheck } from '../../domain/ptr-check.ts';

/** The seconds to wait if --wait has no value. */
const DEFAULT_WAIT_SECONDS = 300;

export interface WaitOptions {
  /** Seconds, or true for the default; undefined for no waiting. */
  readonly wait?: number | true;
  readonly resolver?: string;
}

/**
 * Waits until DNS has the PTR records that were just set, and until their hostnames resolve to the addresses. Call it after
 * the change was reported: the change itself succeeded, whatever DNS shows.
 * @param addresses with the PTR records that were set
 * @throws SilentExit with 10 if a PTR record is not ok in time; InterruptedError
 */
export async function waitForPtrInDns(
  context: Context,
  addresses: readonly Address[],
  { wait, resolver }: WaitOptions,
): Promise<void> {
  if (wait === undefined || addresses.length === 0) return;
  const { out } = context;
  const seconds = wait === true ? DEFAULT_WAIT_SECONDS : wait;
  const { pollPtrChecks } = await import('./poll-dns.ts');
  const formatWaitingCount = (open: number) =>
    addresses.length === 1 ? 'the PTR record' : `${open} of ${addresses.length} PTR records`;
  const onWaiting = (open: number) =>
    out.note(`DNS does not confirm ${formatWaitingCount(open)} yet. Checking again for up to ${seconds} s.`);
  const checks = await runWithProgress(context, 'Waiting for DNS', undefined, () =>
    pollPtrChecks(context, addresses, { server: resolver, waitMs: seconds * 1_000, onWaiting }),
  );
  const open = checks.filter(({ state }) => state !== 'ok');
  if (open.length === 0)
    return out.note(
      addresses.length === 1 ? 'DNS confirms the PTR record.' : `DNS confirms all ${addresses.length} PTR records.`,
    );
  for (const check of open) out.warn(`The PTR record of ${check.address} is set, but ${describePtrProblem(check)}.`);
  const again = ['ip ptr check', ...open.map(({ address }) => address), '--wait 600'];
  if (resolver !== undefined) again.push(`--resolver ${resolver}`);
  out.note((upc) => `Check again: ${upc(again.join(' '))}`);
  throw new SilentExit(exit.findings);
}

function describePtrProblem({ state, ptr_record: name, error }: PtrCheck): string {
  if (state === 'not-yet') return `DNS does not have ${name} yet`;
  if (state === 'mismatch') return `${name} points to other addresses`;
  if (state === 'no-forward') return `${name} points to no address`;
  return `DNS could not be queried: ${error?.message ?? 'the name server gave no usable response'}`;
}
