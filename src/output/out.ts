import type { Env } from '../core/environment.ts';
import { exit, UpcError } from '../core/errors.ts';
import type { Card } from './card.ts';
import type { ListView } from './columns.ts';
import { createMessages, type Messages } from './messages.ts';
import {
  checkSettings,
  type OutputSettings,
  renderCards,
  renderCompleteList,
  renderRows,
  renderStructured,
} from './render.ts';
import type { LossTextFormatter } from './retrying-writer.ts';
import { createSink, type OutputSink, type OutputStream } from './sink.ts';
import { createPalette, type Palette } from './style.ts';

export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Whether stderr is a terminal, if known without opening the stream. If undefined, the stream's `isTTY` decides. */
  readonly stderrIsTTY?: boolean;
}

export interface OutputOptions {
  /** The output streams. Each stream is opened on first use, so a command without notes never opens stderr. */
  readonly streams: Streams;
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly settings: () => OutputSettings;
}

/**
 * Writes all output of the program: data to stdout, everything else to stderr. Escapes control characters in all text
 * (T-13).
 */
export interface Output extends Messages {
  readonly settings: OutputSettings;
  /** Whether stderr is a terminal. Only then can the program show questions and progress there. */
  readonly terminal: { readonly stderr: boolean };
  /** Colours for stderr. */
  readonly palette: Palette;
  /** Colours for stdout. */
  readonly dataPalette: Palette;
  readonly stderr: OutputStream;
  /** The number of columns of the terminal on stdout; undefined in a pipe, where nothing is cut. */
  readonly width: number | undefined;
  /**
   * Checks the output settings. Call this before a change: with wrong settings, the result of the change could not be
   * printed.
   * @param view the view of the rows to show, if known
   * @throws UsageError for an unknown format, or for `--columns` and `--sort` that name unknown columns
   */
  checkSettings<T>(view?: ListView<T>): void;
  /**
   * Checks the output settings, and loads the library that the format needs. Call this before a change: an upgrade could remove
   * the library meanwhile, so that the result of the change could not be printed.
   * @throws UsageError for an unknown format
   */
  prepare(): Promise<void>;
  /** Writes a list to stdout in the requested format. */
  rows<T>(view: ListView<T>, rows: readonly T[]): Promise<void>;
  /** Writes one object to stdout in the requested format. */
  card(card: Card): Promise<void>;
  /** Writes several objects: a JSON array, or cards with a blank line between them. */
  cards(cards: readonly Card[]): Promise<void>;
  /**
   * Prints the result of a change. If printing fails, prints `lines` to stderr instead, so that the user still sees what
   * was changed (T-18).
   * @param lines the result for stderr; each line names its address
   */
  result(lines: readonly string[], print: () => Promise<void>): Promise<void>;
  /** Writes a JSON value to stdout, for results that are neither a list nor a card. */
  json(value: unknown): Promise<void>;
  /** Writes the program's own text to stdout unchanged: help, completion scripts, a tree. */
  text(text: string): Promise<void>;
  /** Writes rows to stderr with every value in full, before a person confirms a change. */
  preview<T>(view: ListView<T>, rows: readonly T[]): Promise<void>;
  /**
   * Makes writing continue after errors such as a full disk, for long-running commands (T-21).
   * @param lossText returns the line for stdout that reports lost lines
   */
  keepWritingAfterErrors(lossText: LossTextFormatter): void;
  /** Waits until everything is written. @throws UpcError if stdout failed, for example on a full disk */
  flush(): Promise<void>;
}

export function createOutput(options: OutputOptions): Output {
  const { streams, env, platform } = options;
  let stdoutSink: OutputSink | undefined;
  let stderrSink: OutputSink | undefined;
  const stdout = () => {
    stdoutSink ??= createSink(streams.stdout);
    return stdoutSink;
  };
  const stderr = () => {
    stderrSink ??= createSink(streams.stderr);
    return stderrSink;
  };
  const settings = () => options.settings();
  const createPaletteFor = (stream: OutputStream) =>
    createPalette({ mode: settings().color, isTerminal: stream.isTTY === true, env, platform });
  const unprinted: string[] = [];
  const printPendingNotes = () => {
    for (const line of unprinted.splice(0)) messages.note(line);
  };
  const messages = createMessages({
    write: (text) => void stderr().write(text),
    settings,
    palette: () => createPaletteFor(streams.stderr),
  });
  const write = async (chunks: AsyncIterable<string>) => {
    for await (const chunk of chunks) await stdout().write(chunk);
  };
  const printCards = (cards: readonly Card[], json: unknown) => {
    const { columns, sort } = settings();
    if (columns !== undefined || sort !== undefined)
      messages.warn('--columns and --sort are ignored: they apply only to lists.');
    return write(renderCards(cards, json, settings(), { width: out.width, palette: () => out.dataPalette }));
  };
  const out: Output = {
    ...messages,
    get settings() {
      return settings();
    },
    terminal: {
      get stderr() {
        if ((streams.stderrIsTTY ?? streams.stderr.isTTY) !== true) return false;
        // Create the sink now, because it handles the errors of the stream. After this check, the caller may write to the
        // stream directly, for example to show a spinner.
        stderr();
        return true;
      },
    },
    get stderr() {
      return streams.stderr;
    },
    get width() {
      return getTerminalWidth(streams.stdout);
    },
    get palette() {
      return createPaletteFor(streams.stderr);
    },
    get dataPalette() {
      return createPaletteFor(streams.stdout);
    },
    checkSettings: (view) => checkSettings(settings(), view),
    async prepare() {
      checkSettings(settings());
      if (settings().format === 'yaml') await import('./yaml.ts');
    },
    async rows(view, rows) {
      const screen = { width: out.width, palette: () => out.dataPalette };
      const rendering = renderRows(view, rows, settings(), screen);
      let step = await rendering.next();
      for (; !step.done && !stdout().isGone(); step = await rendering.next()) await stdout().write(step.value);
      if (step.done && step.value.length > 0)
        messages.note(`The terminal is too narrow to show ${step.value.join(', ')}. Choose columns with --columns.`);
      if (rows.length === 0 && settings().format === 'table' && !settings().quiet) messages.note(view.empty);
    },
    card: (card) => printCards([card], card.json),
    cards: (cards) =>
      printCards(
        cards,
        cards.map(({ json }) => json),
      ),
    async result(lines, print) {
      unprinted.push(...lines);
      try {
        await print();
      } catch (error) {
        printPendingNotes();
        throw error;
      }
    },
    json: (value) => write(renderStructured(value, settings())),
    text: (text) => stdout().write(text),
    async preview(view, rows) {
      const { palette } = out;
      const rendered = await renderCompleteList(view, rows, {
        width: getTerminalWidth(streams.stderr),
        palette: () => palette,
      });
      for (const chunk of rendered) await stderr().write(chunk);
    },
    keepWritingAfterErrors(lossText) {
      stdout().keepWritingAfterErrors(lossText);
      stderr().keepWritingAfterErrors((lost, reason) => `${lost} lines were lost (${reason}).\n`);
    },
    async flush() {
      await stdoutSink?.flush();
      if (stdoutSink?.isGone()) printPendingNotes();
      await stderrSink?.flush();
      const failure = stdoutSink?.failure();
      if (failure) {
        throw new UpcError(exit.failure, `Could not write to standard output: ${failure}.`, {
          code: 'OUTPUT_FAILED',
          hint: 'Changes that were made stay in place; only the output is incomplete.',
        });
      }
    },
  };
  return out;
}

export type { OutputStream };

function getTerminalWidth(stream: OutputStream): number | undefined {
  // A pseudo-terminal without a size reports 0 columns.
  return stream.isTTY ? stream.columns || 80 : undefined;
}
