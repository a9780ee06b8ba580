import { exit, toExpectedError, UpcError } from '../../core/errors.ts';

/** The error of one address, among the results for several addresses. */
export class FailedAddress {
  readonly line: string;
  readonly error: UpcError;

  constructor(address: string, error: UpcError) {
    this.line = `${address}: ${error.message}`;
    this.error = error;
  }
}

/**
 * Returns an error handler that turns an error of the API or the network into a FailedAddress. It rethrows interrupts and
 * bugs, so that they end the whole command.
 */
export function createFailureHandler(address: string): (error: unknown) => FailedAddress {
  return (error) => new FailedAddress(address, toExpectedError(error));
}

/**
 * Combines the errors when every address failed. If all errors have the same exit code and error code, the combined error
 * has these codes, with the status and the hints of the first error. Otherwise it has the exit code for a partial failure, the
 * code SEVERAL_FAILED and no hints.
 */
export function createAllFailedError(failures: readonly FailedAddress[]): UpcError {
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
