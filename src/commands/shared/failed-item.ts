import { exit, InterruptedError, UpcError } from '../../core/errors.ts';

/** One of several addresses that could not be read. */
export class FailedItem {
  readonly line: string;
  readonly error: UpcError;

  constructor(address: string, error: UpcError) {
    this.line = `${address}: ${error.message}`;
    this.error = error;
  }
}

/** An interrupt ends the whole command; any other error is about one address. */
export function orFailedItem(address: string): (error: unknown) => FailedItem {
  return (error) => {
    if (!(error instanceof UpcError) || error instanceof InterruptedError) throw error;
    return new FailedItem(address, error);
  };
}

/** Returns the error for all of several: with the code and the hints of all, where they failed for one reason. */
export function allFailed(failures: readonly FailedItem[]): UpcError {
  const [first] = failures.map(({ error }) => error);
  const isCommon = failures.every(({ error }) => error.exitCode === first?.exitCode && error.code === first.code);
  return new UpcError(
    isCommon && first ? first.exitCode : exit.partial,
    failures.map(({ line }) => line),
    {
      code: isCommon && first ? first.code : 'SEVERAL_FAILED',
      status: isCommon ? first?.status : undefined,
      hint: isCommon ? first?.hints : undefined,
    },
  );
}
