import type { UpcError } from '../core/errors.ts';
import { type Hint, renderHint } from '../core/hint.ts';
import { sanitize } from '../core/sanitize.ts';
import { type OutputSettings, renderError } from './render.ts';
import type { Palette } from './style.ts';

/** Writes messages to stderr. Secrets are replaced in every message. */
export interface Messages {
  /** Writes one line to stderr. Escapes line feeds and other control characters, because part of the text may be untrusted. */
  note(text: Hint): void;
  /** Writes one line to stderr with the prefix `Warning:`, and escapes it like a note. */
  warn(text: Hint): void;
  debug(line: string): void;
  error(error: UpcError): void;
  /** Hides these secrets in all later output on stderr, even if a server returns them in an error (T-9). */
  conceal(secrets: readonly string[]): void;
  /**
   * Returns the text with the secrets replaced. Call this before cutting a text from a server: a cut secret is not
   * recognized.
   */
  hide(text: string): string;
}

export interface MessagesOptions {
  /** Writes text to stderr. */
  readonly write: (text: string) => void;
  readonly settings: () => OutputSettings;
  /** Returns the colours for stderr. */
  readonly palette: () => Palette;
}

/**
 * Shorter secrets are not hidden, because they also occur inside ordinary words. A gap in such a word would reveal the
 * secret.
 */
const MIN_HIDDEN_LENGTH = 8;

export function createMessages({ write, settings, palette }: MessagesOptions): Messages {
  const hidden = new Set<string>();
  const hide = (text: string) => [...hidden].reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text);
  const writeLine = (line: string) => write(`${hide(line)}\n`);
  const renderText = (text: Hint) => sanitize(renderHint(text, settings().upc));
  return {
    note: (text) => writeLine(renderText(text)),
    warn: (text) => writeLine(`${palette().yellow('Warning:')} ${renderText(text)}`),
    debug: (line) => {
      if (settings().debug) writeLine(palette().dim(`debug: ${sanitize(line)}`));
    },
    error: (error) => writeLine(renderError(error, settings(), palette())),
    conceal(secrets) {
      for (const secret of secrets.filter(({ length }) => length >= MIN_HIDDEN_LENGTH)) {
        // Also hide the sanitized and the JSON form of the secret, because the output may contain these forms.
        for (const text of [secret, sanitize(secret)]) hidden.add(text).add(JSON.stringify(text).slice(1, -1));
      }
    },
    hide,
  };
}
