import { getErrorCode } from './error-code.ts';
import { createCommandFormatter, type Hint, renderHint } from './hint.ts';

/** The exit codes. They must not change, because scripts depend on them. `upc help exit-codes` and the README list them. */
export const exit = {
  ok: 0,
  failure: 1,
  usage: 2,
  config: 3,
  auth: 4,
  notFound: 5,
  partial: 6,
  unreachable: 7,
  conflict: 8,
  unknown: 9,
  findings: 10,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

export interface ErrorDetails {
  /**
   * A stable name for scripts, such as `IP_ADDRESS_NOT_FOUND`: an error code of the API, or a code that only this program
   * uses.
   */
  readonly code: string;
  /** The HTTP status, if the API responded. */
  readonly status?: number | undefined;
  /** What the user can do, one line each. */
  readonly hint?: Hint | readonly Hint[] | undefined;
  readonly cause?: unknown;
}

/** An expected error. It is reported as one line for each problem, with hints and without a stack. */
export class UpcError extends Error {
  /** The lines of the message. A line feed inside a line comes from untrusted text and is shown escaped (T-13). */
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly status: number | undefined;
  /** The hints, one line each. */
  readonly hints: readonly Hint[];

  constructor(exitCode: ExitCode, message: string | readonly string[], details: ErrorDetails) {
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.join('\n'), { cause: details.cause });
    this.lines = lines;
    this.name = new.target.name;
    this.exitCode = exitCode;
    this.code = details.code;
    this.status = details.status;
    this.hints = [details.hint ?? []].flat();
  }

  /**
   * The hints as text; undefined if there are none. Commands in this text lack options such as `--sandbox`, because an error
   * does not know which account is in use.
   */
  get hint(): string | undefined {
    const upc = createCommandFormatter('');
    return this.hints.length > 0 ? this.hints.map((hint) => renderHint(hint, upc)).join('\n') : undefined;
  }
}

/** Wrong usage, or a request that is rejected locally before anything is sent (exit 2). */
export class UsageError extends UpcError {
  constructor(message: string | readonly string[], hint?: ErrorDetails['hint'], code = 'USAGE') {
    super(exit.usage, message, { code, hint });
  }
}

/** The configuration cannot be read or used (exit 3). */
export class ConfigError extends UpcError {
  constructor(message: string | readonly string[], hint?: ErrorDetails['hint'], code = 'CONFIG_UNUSABLE') {
    super(exit.config, message, { code, hint });
  }
}

/** The files of the sandbox cannot be read or written (exit 3). */
export class SandboxError extends ConfigError {
  constructor(message: string | readonly string[], hint?: ErrorDetails['hint']) {
    super(message, hint, 'SANDBOX_UNUSABLE');
  }
}

/** Not signed in, or the credentials are rejected (exit 4). */
export class AuthError extends UpcError {
  constructor(message: string, details: Partial<ErrorDetails> = {}) {
    super(exit.auth, message, { code: 'NOT_SIGNED_IN', ...details });
  }
}

/** The requested object does not exist (exit 5). */
export class NotFoundError extends UpcError {
  constructor(message: string | readonly string[], details: Partial<ErrorDetails> = {}) {
    super(exit.notFound, message, { code: 'NOT_FOUND', ...details });
  }
}

/** The API is unreachable, too slow or rate-limited, and certainly nothing was changed (exit 7). */
export class UnreachableError extends UpcError {
  constructor(message: string, details: Partial<ErrorDetails> = {}) {
    super(exit.unreachable, message, { code: 'UNREACHABLE', ...details });
  }
}

/** The current state does not allow the request (exit 8). */
export class ConflictError extends UpcError {
  constructor(message: string | readonly string[], details: Partial<ErrorDetails> = {}) {
    super(exit.conflict, message, { code: 'CONFLICT', ...details });
  }
}

/** A change was sent and its outcome is unknown: it may have been carried out, or may be carried out later (exit 9). */
export class UnknownOutcomeError extends UpcError {
  constructor(message: string, details: Partial<ErrorDetails> = {}) {
    super(exit.unknown, message, { code: 'OUTCOME_UNKNOWN', ...details });
  }
}

/** A signal ended the command (exit 130 or 143). */
export class InterruptedError extends UpcError {
  constructor(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
    super(signal === 'SIGTERM' ? exit.terminated : exit.interrupted, 'Interrupted.', { code: 'INTERRUPTED' });
  }
}

/** A response that breaks the contract of the API (exit 1). */
export class UnexpectedResponseError extends UpcError {
  constructor(message: string, details: Partial<ErrorDetails> = {}) {
    super(exit.failure, message, { code: 'UNEXPECTED_ANSWER', ...details });
  }
}

/** Returns the thrown value if it is an expected error. @throws the value itself if it is an interrupt or a bug */
export function toExpectedError(thrown: unknown): UpcError {
  if (thrown instanceof UpcError && !(thrown instanceof InterruptedError)) return thrown;
  throw thrown;
}

/** The user declined a confirmation (exit 2). This is not a failure, so it is reported without "Error:". */
export class DeclinedError extends UsageError {
  constructor(done: 'changed' | 'released' = 'changed') {
    super(`Nothing was ${done}.`, undefined, 'NOT_CONFIRMED');
  }
}

/** Converts any thrown value to an error that can be reported. An unexpected value becomes the cause of the returned error. */
export function toUpcError(thrown: unknown): UpcError {
  if (thrown instanceof UpcError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (getErrorCode(thrown) === 'MODULE_NOT_FOUND')
    return new UpcError(exit.failure, `A part of upc is missing: ${message.split('\n', 1)[0]}`, {
      code: 'INCOMPLETE_INSTALLATION',
      hint: 'Install upc again. In a checkout, run: npm run build',
      cause: thrown,
    });
  return new UpcError(exit.failure, `Unexpected error: ${message}`, {
    code: 'UNEXPECTED_ERROR',
    hint: 'This is a bug in upc. Run the command again with --debug, and report the details.',
    cause: thrown,
  });
}
