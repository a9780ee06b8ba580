import type { UpcError } from '../core/errors.ts';
import { type Hint, renderHint } from '../core/hint.ts';
import { sanitize } from '../core/sanitize.ts';
import { type OutputSettings, renderError } from './render.ts';
import type { Palette } from './style.ts';

/** The messages on stderr. No secret appears in them. */
export interface Messages {
  /** Writes one line to stderr. If the text contains a line feed, it comes from untrusted text, so it is shown escaped. */
  note(text: Hint): void;
  /** Writes one line to stderr as a warning, escaped like a note. */
  warn(text: Hint): void;
  debug(line: string): void;
  error(error: UpcError): void;
  /** Replaces these secrets on stderr from now on, also if a server sends them back in an error (T-9). */
  conceal(secrets: readonly string[]): void;
  /** Returns the text with the secrets replaced. Call it on server text before cutting it or using it as data. */
  hide(text: string): string;
}

export interface MessagesOptions {
  /** Writes text to stderr. */
  readonly write: (text: string) => void;
  readonly settings: () => OutputSettings;
  /** Returns the colours for stderr. */
  readonly palette: () => Palette;
}

/** A shorter secret also occurs inside ordinary words. The gap that hiding leaves in such a word would reveal the secret. */
const MIN_HIDDEN_LENGTH = 8;

export function createMessages({ write, settings, palette }: MessagesOptions): Messages {
  const hidden = new Set<string>();
  const hide = (text: string) => [...hidden].reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text);
  const writeLine = (line: string) => write(`${hide(line)}\n`);
  const render = (text: Hint) => sanitize(renderHint(text, settings().upc));
  return {
    note: (text) => writeLine(render(text)),
    warn: (text) => writeLine(`${palette().yellow('Warning:')} ${render(text)}`),
    debug: (line) => {
      if (settings().debug) writeLine(palette().dim(`debug: ${sanitize(line)}`));
    },
    error: (error) => writeLine(renderError(error, settings(), palette())),
    conceal(secrets) {
      for (const secret of secrets.filter(({ length }) => length >= MIN_HIDDEN_LENGTH)) {
        // Also hide the secret as sanitized text and as JSON, because the output may contain these forms.
        for (const text of [secret, sanitize(secret)]) hidden.add(text).add(JSON.stringify(text).slice(1, -1));
      }
    },
    hide,
  };
}
