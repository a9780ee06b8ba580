import type { Context } from '../app/context.ts';

/** One item to choose from. */
export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** The text to show after the choice was made. By default, `name` is shown. */
  readonly short?: string;
}

/** Returns true for a valid text. For an invalid text, returns the reason. */
export type TextValidator = (text: string) => true | string;

/** Asks questions at the terminal, on stderr. While a question waits for its answer, the command's deadline is paused (T-3). */
export interface Prompter {
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Asks for one or more choices, and returns them. */
  checkbox<T>(message: string, choices: readonly Choice<T>[]): Promise<T[]>;
  /**
   * Asks for a text, and asks again until the text is valid. With `clearsInvalid`, an invalid text is removed from the line
   * before the user types again.
   */
  input(
    message: string,
    options?: { readonly check?: TextValidator; readonly clearsInvalid?: boolean },
  ): Promise<string>;
  /** Asks for a secret. The terminal does not show what the user types. */
  password(message: string): Promise<string>;
  /** Asks a yes-or-no question. Enter alone means no. */
  confirm(message: string): Promise<boolean>;
}

/** Creates a prompter for one kind of terminal: with cursor keys, or line by line. */
export type PrompterFactory = (context: Context, signal: AbortSignal) => Prompter;
