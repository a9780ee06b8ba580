import type { Context } from '../app/context.ts';

/** One thing to choose from. */
export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** Shown below the list while the choice is pointed at. */
  readonly description?: string;
  /** Shown once it is chosen, instead of the name. */
  readonly short?: string;
}

/** Why a text will not do, or true. */
export type Check = (text: string) => true | string;

/** Questions to the person at the terminal, on stderr; an answer's time does not count against the deadline (T-3). */
export interface Ask {
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** At least one of the choices. */
  checkbox<T>(message: string, choices: readonly Choice<T>[]): Promise<T[]>;
  input(message: string, options?: { readonly check?: Check }): Promise<string>;
  /** Not shown while it is typed. */
  password(message: string): Promise<string>;
  /** Enter alone means no. */
  confirm(message: string): Promise<boolean>;
}

/** One way of asking: with cursor keys, or line by line where the terminal has no cursor to move. */
export type Asker = (context: Context, signal: AbortSignal) => Ask;
