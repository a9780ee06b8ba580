import { SandboxError } from '../core/errors.ts';
import { codeOf } from '../files/error-code.ts';
import { ForeignFolderError } from '../files/folder.ts';
import { LockTimeoutError } from '../files/lock.ts';

/**
 * Does what writes a file of the sandbox's.
 * @throws SandboxError where another process keeps its lock, or the system does not let it be written; what is no such trouble
 */
export async function mapWriteErrors<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LockTimeoutError)
      throw new SandboxError(`The sandbox's file ${file} is in use: it is locked by ${error.holder}.`, error.remedy);
    if (error instanceof ForeignFolderError)
      throw new SandboxError(error.message, 'Run it as that user, or point UPC_SANDBOX_DIR to a folder of root.');
    const code = codeOf(error);
    if (!/^E[A-Z0-9]+$/.test(code)) throw error;
    throw new SandboxError(
      `The sandbox's file ${file} could not be written (${code}).`,
      'Its folder must be writable; UPC_SANDBOX_DIR names another, `upc sandbox status` shows the file.',
    );
  }
}
