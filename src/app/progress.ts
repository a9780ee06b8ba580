import { shortenText } from '../core/width.ts';
import type { Ora } from '../libraries/ora.ts';
import type { Context } from './context.ts';

/** Work that takes less time shows no spinner. */
const SPINNER_DELAY_MS = 300;
/** The columns to leave free beside the text: for the spinner, a space, and the last column, where some terminals wrap. */
const RESERVED_COLUMNS = 3;

type ProgressContext = Pick<Context, 'deps' | 'out' | 'env' | 'clock'>;

/**
 * Does the work and shows a spinner on stderr: only at a terminal, and only after 300 ms. Afterwards it removes the spinner and
 * shows the cursor again, also if the work fails or is interrupted.
 * @param label the activity: `Releasing`
 * @param total number of items to count (`Releasing 12/40`); undefined for no count
 * @param work calls `tick` for each item that is done
 */
export async function runWithProgress<T>(
  talker: ProgressContext,
  label: string,
  total: number | undefined,
  work: (tick: () => void) => Promise<T>,
): Promise<T> {
  if (!isProgressVisible(talker)) return work(() => {});
  const over = new AbortController();
  let done = 0;
  let spinner: Ora | undefined;
  const formatProgress = () =>
    shortenToTerminalWidth(talker, total === undefined || total < 2 ? label : `${label} ${done}/${total}`);
  const showSpinner = async () => {
    await talker.clock.sleep(SPINNER_DELAY_MS, over.signal);
    if (over.signal.aborted) return;
    const start = await loadSpinnerFactory(talker);
    if (!over.signal.aborted) spinner = start(formatProgress());
  };
  showSpinner().catch(() => {});
  try {
    return await work(() => {
      done += 1;
      if (spinner) spinner.text = formatProgress();
    });
  } finally {
    over.abort();
    spinner?.stop();
  }
}

/** Returns whether to show a spinner. In a log, its frames would pile up; with --debug, they would mix with the other lines. */
function isProgressVisible({ out, env }: ProgressContext): boolean {
  return out.terminal.stderr && env.TERM !== 'dumb' && !isCiEnvironment(env) && !out.settings.debug;
}

/** Returns whether this is a CI job, according to the variable `CI`, which CI systems set. */
export function isCiEnvironment({ CI }: Context['env']): boolean {
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}

async function loadSpinnerFactory({ deps, out }: ProgressContext): Promise<(text: string) => Ora> {
  const { ora } = await import('../libraries/ora.ts');
  return (text) => {
    const spinner = ora({
      text,
      stream: deps.stderr as NodeJS.WriteStream,
      isEnabled: true,
      // Turn off the colours of the library, because src/output/style.ts decides about colour.
      color: false,
      // Ctrl-C must remain a signal, so the library must not read the keyboard.
      discardStdin: false,
    });
    const { frames, interval } = spinner.spinner as { frames: string[]; interval?: number };
    spinner.spinner = { frames: frames.map(out.palette.cyan), ...(interval !== undefined && { interval }) };
    return spinner.start();
  };
}

function shortenToTerminalWidth({ deps }: ProgressContext, text: string): string {
  return shortenText(text, Math.max(1, (deps.stderr.columns || 80) - RESERVED_COLUMNS));
}
