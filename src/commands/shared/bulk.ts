import pLimit from 'p-limit';
import { REPEATING_IS_SAFE } from '../../api/change-and-confirm.ts';
import type { Context } from '../../app/context.ts';
import { runWithProgress } from '../../app/progress.ts';
import { type ExitCode, exit, toUpcError, type UpcError, UsageError } from '../../core/errors.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import { getInterruptCode } from '../../core/interrupt.ts';
import { parseAddress } from '../../domain/address.ts';
import { pickColumns } from '../../output/columns.ts';
import { type AddressOutcome, outcomeView } from '../../output/outcome.ts';
import { isStdinTerminal } from '../../prompt/prompt.ts';
import { mapCollectingErrors } from './map-collecting-errors.ts';
import { readStandardInput } from './read-input.ts';

export interface BulkOptions {
  /** How many addresses to change at the same time, from 1 to 16. */
  readonly concurrency: number;
  readonly failFast?: boolean;
}

/** The maximum size of a list of addresses: enough for 300,000 IPv6 addresses. */
const MAX_STDIN_MIB = 16;

/**
 * Parses the addresses of the arguments; `-` stands for standard input (one per line, `#` begins a comment).
 * @returns the canonical addresses, each once, in the order of their first mention (T-6)
 * @throws UsageError that names every invalid address
 */
export async function readRequestedAddresses(context: Context, args: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const arg of args) for (const text of arg === '-' ? await readStdinLines(context) : [arg]) texts.push(text);
  return [...new Set(mapCollectingErrors(texts, (text) => parseAddress(text).canonical))];
}

async function readStdinLines(context: Context): Promise<string[]> {
  if (isStdinTerminal(context)) {
    throw new UsageError(
      '`-` reads addresses from standard input, but standard input is a terminal.',
      (upc) => `Pipe them in, for example: ${upc('ip list --detached -q')} | ${upc('ip show -')}`,
    );
  }
  const createTooLargeError = () =>
    new UsageError(`Standard input is larger than ${MAX_STDIN_MIB} MiB.`, 'Give addresses, one per line.');
  const limits = { maxBytes: MAX_STDIN_MIB * 1024 * 1024, createTooLargeError };
  const text = (await readStandardInput(context.deps.stdin, context, limits)).toString('utf8');
  return text
    .split(/\r?\n/)
    .map((line) => (line.split('#', 1)[0] ?? '').trim())
    .filter((line) => line !== '');
}

/** The words for an operation: `verb` for its result ("released"), `label` for its progress ("Releasing"). */
export interface BulkTexts {
  readonly verb: string;
  readonly label: string;
  /** The message if there are no addresses. */
  readonly empty?: string;
  /** The hint that says how to repeat the command after some addresses failed and others succeeded. */
  readonly repeatHint?: string | undefined;
}

/** The error code if another client changed the address again after this change was carried out. */
export const CHANGED_AGAIN_CODE = 'ADDRESS_MOVED_ON';

/** One address with its operation `act`. Without `act` and `skip`, the address already has the requested state. */
export interface BulkJob {
  readonly address: string;
  readonly act?: (() => Promise<unknown>) | undefined;
  /** The reason why the address is skipped. */
  readonly skip?: { readonly code: string; readonly message: string };
}

/**
 * Carries out the jobs, `concurrency` at a time, and reports every outcome (T-6, T-7). Continues after a failure, unless
 * `failFast` is set.
 * @throws UsageError for unknown columns, before anything is sent; UpcError if the only job failed; SilentExit if some of
 *   several jobs failed
 */
export async function runBulkChange(
  context: Context,
  { verb, label, empty = outcomeView.empty, repeatHint }: BulkTexts,
  jobs: readonly BulkJob[],
  options: BulkOptions,
): Promise<void> {
  context.out.checkSettings(outcomeView);
  const errors: UpcError[] = [];
  announceInterrupt(context, jobs.length);
  const acting = jobs.filter(({ act, skip }) => act && !skip).length;
  const outcomes = await runWithProgress(context, label, acting, (tick) =>
    runBulkJobs(context, jobs, options, errors, tick),
  );
  const [only] = errors;
  if (jobs.length === 1 && only && !context.interrupt.stopping.aborted) throw only;
  const { quiet } = context.out.settings;
  // With -q, the next command in a pipe gets only the addresses that succeeded.
  const shown = quiet ? outcomes.filter(({ outcome }) => outcome === 'ok') : outcomes;
  await context.out.result(outcomes.flatMap(createOutcomeFormatter(verb)), () =>
    context.out.rows({ ...outcomeView, empty }, shown),
  );
  await printErrorsCutFromTable(context, outcomes);
  printSummary(context, verb, outcomes);
  const reason = findCommonError(outcomes, errors);
  for (const hint of reason?.hints ?? []) context.out.note(hint);
  const isPartial =
    outcomes.some(({ changed }) => changed === true) && outcomes.some(({ outcome }) => outcome !== 'ok');
  if (isPartial && repeatHint !== undefined) context.out.note(repeatHint);
  const code = chooseBulkExitCode(context, outcomes, reason);
  if (code !== exit.ok) throw new SilentExit(code);
}

async function runBulkJobs(
  context: Context,
  jobs: readonly BulkJob[],
  options: BulkOptions,
  errors: UpcError[],
  tick: () => void,
): Promise<AddressOutcome[]> {
  const limit = pLimit(options.concurrency);
  const { stopping } = context.interrupt;
  return Promise.all(
    jobs.map(({ address, act, skip }) =>
      limit(async (): Promise<AddressOutcome> => {
        if (skip) return { address, outcome: 'skipped', changed: false, error: skip };
        if (!act) return { address, outcome: 'ok', changed: false };
        if (stopping.aborted || (options.failFast && errors.length > 0))
          return createNotStartedOutcome(address, stopping.aborted);
        try {
          await act().finally(tick);
          return { address, outcome: 'ok', changed: true };
        } catch (thrown) {
          const error = toUpcError(thrown);
          if (error.exitCode === exit.interrupted || error.exitCode === exit.terminated)
            return createNotStartedOutcome(address, true);
          errors.push(error);
          return createFailedOutcome(address, error);
        }
      }),
    ),
  );
}

/** At a terminal, prints a note when the user interrupts: requests in progress may finish. */
function announceInterrupt({ out, interrupt: { stopping } }: Context, count: number): void {
  if (count < 2 || stopping.aborted || !out.terminal.stderr) return;
  const printInterruptNote = () =>
    out.note('Stopping: waiting for the requests in progress. Interrupt again to stop at once.');
  stopping.addEventListener('abort', printInterruptNote, { once: true });
}

function createNotStartedOutcome(address: string, interrupted: boolean): AddressOutcome {
  const message = interrupted
    ? 'Not started, because the command was interrupted.'
    : 'Not started, because an earlier request failed.';
  return { address, outcome: 'skipped', changed: false, error: { code: 'NOT_STARTED', message } };
}

function createFailedOutcome(address: string, { code, message, exitCode }: UpcError): AddressOutcome {
  const error = { code, message };
  if (exitCode === exit.unknown) return { address, outcome: 'unknown', changed: null, error };
  return { address, outcome: 'failed', changed: code === CHANGED_AGAIN_CODE, error };
}

/**
 * Returns a function that formats an outcome as lines of text. These lines replace the table on stderr if stdout cannot be
 * written (T-18). An unchanged or skipped address gets no line.
 */
function createOutcomeFormatter(verb: string): (outcome: AddressOutcome) => string[] {
  return ({ address, outcome, changed, error }) => {
    if (outcome === 'ok') return changed ? [`${address}: ${verb}.`] : [];
    return outcome === 'skipped' ? [] : [`${address}: ${outcome}. ${error?.message ?? ''}`.trim()];
  };
}

/** Prints the errors on stderr if the terminal is too narrow to show them in the table: the user needs to read them. */
async function printErrorsCutFromTable({ out }: Context, outcomes: readonly AddressOutcome[]): Promise<void> {
  const { format, quiet, columns } = out.settings;
  if (out.width === undefined || format !== 'table' || quiet || columns !== undefined) return;
  const { fitsWithoutCutting } = await import('../../output/table.ts');
  if (fitsWithoutCutting(outcomes, pickColumns(outcomeView, undefined), out.width)) return;
  for (const { address, error } of outcomes) if (error) out.note(`${address}: ${error.message}`);
}

function printSummary({ out }: Context, verb: string, outcomes: readonly AddressOutcome[]): void {
  if (outcomes.length === 0) return;
  const { quiet } = out.settings;
  if (quiet) for (const { address, error } of outcomes) if (error) out.warn(`${address}: ${error.message}`);
  const countOutcomes = (wanted: AddressOutcome['outcome']) =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  const changed = outcomes.filter((one) => one.changed).length;
  const parts = [
    `${changed} ${verb}`,
    ...(['failed', 'unknown', 'skipped'] as const)
      .filter((one) => countOutcomes(one) > 0)
      .map((one) => `${countOutcomes(one)} ${one}`),
  ];
  const unchanged = outcomes.filter(({ outcome, changed: done }) => outcome === 'ok' && !done).length;
  if (unchanged > 0) parts.push(`${unchanged} unchanged`);
  if (!quiet) out.note(`${parts.join(', ')}.`);
  for (const { address, outcome } of outcomes) {
    if (outcome === 'unknown')
      out.warn(
        (upc) => `The outcome for ${address} is unknown. Check: ${upc(`ip show ${address}`)}. ${REPEATING_IS_SAFE}`,
      );
  }
}

/** Returns the common error if all addresses failed for the same reason, else undefined. */
function findCommonError(outcomes: readonly AddressOutcome[], errors: readonly UpcError[]): UpcError | undefined {
  const [first, ...more] = errors;
  if (first === undefined || !outcomes.every(({ outcome }) => outcome === 'failed')) return undefined;
  return more.every(({ exitCode, code }) => exitCode === first.exitCode && code === first.code) ? first : undefined;
}

function chooseBulkExitCode(
  { interrupt }: Context,
  outcomes: readonly AddressOutcome[],
  reason: UpcError | undefined,
): ExitCode {
  // If any outcome is unknown, the exit code says so, even if the command was interrupted.
  if (outcomes.some(({ outcome }) => outcome === 'unknown')) return exit.unknown;
  const interrupted = getInterruptCode(interrupt);
  if (interrupted !== undefined) return interrupted;
  if (reason) return reason.exitCode;
  return outcomes.some(({ outcome, error }) => outcome === 'failed' || error?.code === 'NOT_STARTED')
    ? exit.partial
    : exit.ok;
}
