import type { Ora } from 'ora';
import { shorten } from '../core/width.ts';
import type { Context } from './context.ts';

/** What takes less than this is over before anybody wonders. */
const PATIENCE_MS = 300;
/** The spinner, the space behind it, and the last column, which some terminals wrap at. */
const MARGIN = 3;

type Talker = Pick<Context, 'deps' | 'out' | 'env' | 'clock'>;

/**
 * Does the work and shows on stderr that it goes on: at a terminal only, only after 300 ms, gone without a trace afterwards,
 * the cursor back where it was, also when the work fails or is interrupted.
 * @param label what is being done: `Releasing`
 * @param total how many items there are, to be counted (`Releasing 12/40`); undefined where there is nothing to count
 * @param work calls `tick` for each item that is done
 */
export async function withProgress<T>(
  talker: Talker,
  label: string,
  total: number | undefined,
  work: (tick: () => void) => Promise<T>,
): Promise<T> {
  if (!visible(talker)) return work(() => {});
  const over = new AbortController();
  let done = 0;
  let spinner: Ora | undefined;
  const text = () => line(talker, total === undefined || total < 2 ? label : `${label} ${done}/${total}`);
  const show = async () => {
    await talker.clock.sleep(PATIENCE_MS, over.signal);
    if (over.signal.aborted) return;
    const start = await loadSpinner(talker);
    if (!over.signal.aborted) spinner = start(text());
  };
  show().catch(() => {});
  try {
    return await work(() => {
      done += 1;
      if (spinner) spinner.text = text();
    });
  } finally {
    over.abort();
    spinner?.stop();
  }
}

/** Not where a log would collect the frames, nor between the lines of --debug. */
function visible({ out, env }: Talker): boolean {
  return out.terminal.stderr && env.TERM !== 'dumb' && !isCi(env) && !out.settings.debug;
}

/** Whether this is a CI job, by the variable that all of them set. */
export function isCi({ CI }: Context['env']): boolean {
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}

async function loadSpinner({ deps, out }: Talker): Promise<(text: string) => Ora> {
  const { default: ora } = await import('ora');
  return (text) => {
    const spinner = ora({
      text,
      stream: deps.stderr as NodeJS.WriteStream,
      isEnabled: true,
      // Colour is decided in one place, which the library does not ask.
      color: false,
      // Ctrl-C stays a signal as long as the keyboard is left alone.
      discardStdin: false,
    });
    const { frames, interval } = spinner.spinner as { frames: string[]; interval?: number };
    spinner.spinner = { frames: frames.map(out.palette.cyan), ...(interval !== undefined && { interval }) };
    return spinner.start();
  };
}

function line({ deps }: Talker, text: string): string {
  return shorten(text, Math.max(1, (deps.stderr.columns || 80) - MARGIN));
}
