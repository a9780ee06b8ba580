/** Returns the system's error code, such as ENOENT; empty for an error that is not from the system. */
export function getErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
