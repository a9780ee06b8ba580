import { getErrorCode } from '../core/error-code.ts';
import { SandboxError } from '../core/errors.ts';
import { ForeignFolderError } from '../files/folder.ts';
import { LockTimeoutError } from '../files/lock.ts';

/**
 * Runs work that writes a file of the sandbox, and converts errors to messages for users.
 * @throws SandboxError if the file is locked, or if it cannot be written; any other error unchanged
 */
export async function mapWriteErrors<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LockTimeoutError)
      throw new SandboxError(`The sandbox's file ${file} is in use: it is locked by ${error.holder}.`, error.remedy);
    if (error instanceof ForeignFolderError)
      throw new SandboxError(
        error.message,
        'Run the command as the owner of this folder, or set UPC_SANDBOX_DIR to a folder that root owns.',
      );
    const code = getErrorCode(error);
    if (!/^E[A-Z0-9]+$/.test(code)) throw error;
    throw new SandboxError(
      `The sandbox's file ${file} could not be written (${code}).`,
      'Make the folder of this file writable, or set UPC_SANDBOX_DIR to another folder. `upc sandbox status` shows the path of the state file.',
    );
  }
}
