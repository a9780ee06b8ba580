import type { Context } from '../app/context.ts';

/** One item to choose from. */
export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** Shown instead of the name after the choice was made. */
  readonly short?: string;
}

/** Returns true for a valid text, otherwise the reason why it is not valid. */
export type Check = (text: string) => true | string;

/** Asks questions at the terminal, on stderr. The time until an answer does not count against the deadline (T-3). */
export interface Ask {
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Returns at least one of the choices. */
  checkbox<T>(message: string, choices: readonly Choice<T>[]): Promise<T[]>;
  /** @param options `clearsInvalid`: an invalid text is removed, so that Enter alone is an empty answer; otherwise it can be edited */
  input(message: string, options?: { readonly check?: Check; readonly clearsInvalid?: boolean }): Promise<string>;
  /** Does not show what is typed. */
  password(message: string): Promise<string>;
  /** Returns false if the user only presses Enter. */
  confirm(message: string): Promise<boolean>;
}

/** Creates an Ask for one kind of terminal: with cursor keys, or line by line. */
export type Asker = (context: Context, signal: AbortSignal) => Ask;
