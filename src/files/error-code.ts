/** The system's name for what went wrong, such as ENOENT; empty for an error that did not come from the system. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
