import type { Context } from '../app/context.ts';

/** One item to choose from. */
export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** Shown instead of the name after the choice was made. */
  readonly short?: string;
}

/** Returns true for a valid text, otherwise the reason why it is not valid. */
export type ValidateText = (text: string) => true | string;

/** Asks questions at the terminal, on stderr. The time until an answer does not count against the deadline (T-3). */
export interface Prompter {
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Returns the selected choices, at least one. */
  checkbox<T>(message: string, choices: readonly Choice<T>[]): Promise<T[]>;
  /**
   * Asks for a text. The user can edit an invalid text. With `clearsInvalid`, an invalid text is removed instead, so that
   * Enter alone gives an empty text.
   */
  input(
    message: string,
    options?: { readonly check?: ValidateText; readonly clearsInvalid?: boolean },
  ): Promise<string>;
  /** Asks for a secret, which the terminal does not show. */
  password(message: string): Promise<string>;
  /** Asks a yes-or-no question. Enter alone means no. */
  confirm(message: string): Promise<boolean>;
}

/** Creates an Ask for one kind of terminal: with cursor keys, or line by line. */
export type CreatePrompter = (context: Context, signal: AbortSignal) => Prompter;
