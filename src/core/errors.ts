import { createCommandWriter, type Hint, renderHint } from './hint.ts';

/** Exit codes are a contract: scripts branch on them. `upc help exit-codes` and the README tell the same table. */
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
  /** Stable name for scripts: the API's own error code, or ours in the same spelling. */
  readonly code: string;
  /** The HTTP status, where the API answered. */
  readonly status?: number | undefined;
  /** What the user can do next, a line each. */
  readonly hint?: Hint | readonly Hint[] | undefined;
  readonly cause?: unknown;
}

/** An error that was expected: told in a line (several where several things are wrong) with a hint, never with a stack. */
export class UpcError extends Error {
  /** The message; a line feed within one of its lines is somebody else's, and is shown as what it is (T-13). */
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly status: number | undefined;
  /** As `lines`, of the hint. */
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

  /** The hints, a line each, with commands that name no account; undefined where there are none. */
  get hint(): string | undefined {
    const upc = createCommandWriter('');
    return this.hints.length > 0 ? this.hints.map((hint) => renderHint(hint, upc)).join('\n') : undefined;
  }
}

/** Wrong usage, or refused here before anything was sent (exit 2). */
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

/** The sandbox's files cannot be read or written: the user's to mend, as a configuration is (exit 3). */
export class SandboxError extends ConfigError {
  constructor(message: string | readonly string[], hint?: ErrorDetails['hint']) {
    super(message, hint, 'SANDBOX_UNUSABLE');
  }
}

/** Not signed in, or credentials refused (exit 4). */
export class AuthError extends UpcError {
  constructor(message: string, details: Partial<ErrorDetails> = {}) {
    super(exit.auth, message, { code: 'NOT_SIGNED_IN', ...details });
  }
}

/** The wished thing is not there (exit 5). */
export class NotFoundError extends UpcError {
  constructor(message: string | readonly string[], details: Partial<ErrorDetails> = {}) {
    super(exit.notFound, message, { code: 'NOT_FOUND', ...details });
  }
}

/** Unreachable, out of time or rate-limited, and certainly nothing was changed (exit 7). */
export class UnreachableError extends UpcError {
  constructor(message: string, details: Partial<ErrorDetails> = {}) {
    super(exit.unreachable, message, { code: 'UNREACHABLE', ...details });
  }
}

/** At odds with the present state (exit 8). */
export class ConflictError extends UpcError {
  constructor(message: string | readonly string[], details: Partial<ErrorDetails> = {}) {
    super(exit.conflict, message, { code: 'CONFLICT', ...details });
  }
}

/** Sent, and the requested state was not seen: it may have been carried out, or may be later (exit 9). */
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

/** An answer that breaks the API's contract (exit 1). */
export class UnexpectedResponseError extends UpcError {
  constructor(message: string, details: Partial<ErrorDetails> = {}) {
    super(exit.failure, message, { code: 'UNEXPECTED_ANSWER', ...details });
  }
}

/** Any thrown thing as an error that can be told; what was not expected keeps itself as the cause. */
export function asUpcError(thrown: unknown): UpcError {
  if (thrown instanceof UpcError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new UpcError(exit.failure, `Unexpected error: ${message}`, {
    code: 'UNEXPECTED_ERROR',
    hint: 'This is a fault of upc. Run the command again with --debug for the details to report.',
    cause: thrown,
  });
}
