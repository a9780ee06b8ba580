import { exit, UpcError } from '../core/errors.ts';
import { type Hint, renderHint } from '../core/hint.ts';
import { sanitize } from '../core/sanitize.ts';
import { type Card, cardText } from './card.ts';
import type { View } from './columns.ts';
import { checkSettings, errorText, type OutputSettings, renderRows, renderWhole, structured } from './render.ts';
import type { LossText } from './retrying-writer.ts';
import { createSink, type OutputStream, type Sink } from './sink.ts';
import { createPalette, type Palette } from './style.ts';

export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Whether stderr is a terminal, where that can be told without making the stream; otherwise the stream tells. */
  readonly stderrIsTTY?: boolean;
}

export interface OutOptions {
  /** Each is looked at when it is first needed: a command that only answers never opens stderr. */
  readonly streams: Streams;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: () => OutputSettings;
}

/** The only writer (stdout is data, stderr is talk): everything that is shown passes here and is made safe to show. */
export interface Out {
  readonly settings: OutputSettings;
  /** Whether a person sits at the terminal and can be asked and shown progress. */
  readonly terminal: { readonly stderr: boolean };
  /** Colour for what goes to stderr. */
  readonly palette: Palette;
  /** Colour for what goes to stdout. */
  readonly dataPalette: Palette;
  readonly stderr: OutputStream;
  /** Columns of the terminal that stdout is; undefined in a pipe, where nothing is cut. */
  readonly width: number | undefined;
  /**
   * Checks the settings before a command does what cannot be undone, so that its result can be reported.
   * @param view of the rows that are going to be shown, where they are known already
   * @throws UsageError for an unknown format, or for `--columns` and `--sort` that name unknown columns
   */
  checkSettings<T>(view?: View<T>): void;
  rows<T>(view: View<T>, rows: readonly T[]): Promise<void>;
  card(card: Card): Promise<void>;
  /**
   * Prints what came of a change that was sent. Where stdout cannot take it, or rendering fails, stderr says it (T-18).
   * @param lines what stderr says then: each names the address
   */
  result(lines: readonly string[], print: () => Promise<void>): Promise<void>;
  /** A JSON value as it stands, for commands whose result is no list and no card. */
  json(value: unknown): Promise<void>;
  /** Text of our own for stdout: help, completion scripts, a tree. */
  text(text: string): Promise<void>;
  /** Rows as a table on stderr, for a person to decide on: nothing of them is cut. */
  preview<T>(view: View<T>, rows: readonly T[]): Promise<void>;
  /** One line; a line feed in it is somebody else's, and is shown as what it is. */
  note(text: Hint): void;
  /** One line, likewise. */
  warn(text: Hint): void;
  debug(line: string): void;
  error(error: UpcError): void;
  /** From now on these are not shown on stderr, not even where a server sends them back in an error (T-9). */
  conceal(secrets: readonly string[]): void;
  /** The text with what is concealed left out: for words of a server before they are cut, and before they become data. */
  hide(text: string): string;
  /**
   * Keeps writing after errors, for a command that runs for long (T-21): a full disk is tried again.
   * @param lossText makes the line of stdout that says what could not be kept
   */
  outliveErrors(lossText: LossText): void;
  /** Waits until everything written has arrived. @throws UpcError when stdout could not take it (a full disk) */
  flush(): Promise<void>;
}

export function createOut(options: OutOptions): Out {
  const { streams } = options;
  let stdoutSink: Sink | undefined;
  let stderrSink: Sink | undefined;
  const stdout = () => {
    stdoutSink ??= createSink(streams.stdout);
    return stdoutSink;
  };
  const stderr = () => {
    stderrSink ??= createSink(streams.stderr);
    return stderrSink;
  };
  const settings = () => options.settings();
  const paletteFor = (stream: OutputStream) =>
    createPalette({ mode: settings().color, isTerminal: stream.isTTY === true, env: options.env });
  const unprinted: string[] = [];
  const sayUnprinted = () => {
    for (const line of unprinted.splice(0)) out.note(line);
  };
  const hidden = new Set<string>();
  const hide = (text: string) => [...hidden].reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text);
  const talk = (text: string) => void stderr().write(`${hide(text)}\n`);
  const rendered = (text: Hint) => sanitize(renderHint(text, settings().upc));
  const out: Out = {
    get settings() {
      return settings();
    },
    terminal: {
      get stderr() {
        if ((streams.stderrIsTTY ?? streams.stderr.isTTY) !== true) return false;
        // Whoever asks may write there past this writer (a spinner, a question): from here on its errors are heard.
        stderr();
        return true;
      },
    },
    get stderr() {
      return streams.stderr;
    },
    get width() {
      return widthOf(streams.stdout);
    },
    get palette() {
      return paletteFor(streams.stderr);
    },
    get dataPalette() {
      return paletteFor(streams.stdout);
    },
    checkSettings: (view) => checkSettings(settings(), view),
    async rows(view, rows) {
      const screen = { width: out.width, palette: () => out.dataPalette };
      const rendering = renderRows(view, rows, settings(), screen);
      let step = await rendering.next();
      for (; !step.done && !stdout().isGone(); step = await rendering.next()) await stdout().write(step.value);
      if (step.done && step.value.length > 0) out.note(`No room for ${step.value.join(', ')}: --columns picks others.`);
      if (rows.length === 0 && settings().format === 'table' && !settings().quiet) out.note(view.empty);
    },
    async card(card) {
      const { format, quiet, columns, sort } = settings();
      if (columns !== undefined || sort !== undefined)
        out.warn('--columns and --sort are for lists: all of this one is shown.');
      if (quiet)
        await stdout().write(
          [card.quiet]
            .flat()
            .map((line) => `${sanitize(line)}\n`)
            .join(''),
        );
      else if (format === 'table') await stdout().write(cardText(card, out.dataPalette));
      else if (format === 'markdown') await stdout().write((await import('./markdown.ts')).markdownCard(card));
      else for await (const chunk of structured(card.json, settings())) await stdout().write(chunk);
    },
    async result(lines, print) {
      unprinted.push(...lines);
      try {
        await print();
      } catch (error) {
        sayUnprinted();
        throw error;
      }
    },
    async json(value) {
      for await (const chunk of structured(value, settings())) await stdout().write(chunk);
    },
    text: (text) => stdout().write(text),
    async preview(view, rows) {
      const { palette } = out;
      const rendered = await renderWhole(view, rows, { width: widthOf(streams.stderr), palette: () => palette });
      for (const chunk of rendered) await stderr().write(chunk);
    },
    note: (text) => talk(rendered(text)),
    warn: (text) => talk(`${out.palette.yellow('Warning:')} ${rendered(text)}`),
    debug: (line) => {
      if (settings().debug) talk(out.palette.dim(`debug: ${sanitize(line)}`));
    },
    error: (error) => talk(errorText(error, settings(), out.palette)),
    conceal(secrets) {
      for (const secret of secrets) {
        // A short one would be found in innocent words; hiding those would tell it.
        if (secret.length < 8) continue;
        // What is looked for is text that was made safe to show, and JSON.
        for (const text of [secret, sanitize(secret)]) hidden.add(text).add(JSON.stringify(text).slice(1, -1));
      }
    },
    hide,
    outliveErrors(lossText) {
      stdout().outliveErrors(lossText);
      stderr().outliveErrors((lost, reason) => `${lost} lines were lost (${reason}).\n`);
    },
    async flush() {
      await stdoutSink?.flush();
      if (stdoutSink?.isGone()) sayUnprinted();
      await stderrSink?.flush();
      const failure = stdoutSink?.failure();
      if (failure) {
        throw new UpcError(exit.failure, `Standard output could not be written: ${failure}.`, {
          code: 'OUTPUT_FAILED',
          hint: 'What was changed stays changed; only the report is incomplete.',
        });
      }
    },
  };
  return out;
}

export type { OutputStream };

function widthOf(stream: OutputStream): number | undefined {
  // A pseudo-terminal that nobody told its size reports 0.
  return stream.isTTY ? stream.columns || 80 : undefined;
}
