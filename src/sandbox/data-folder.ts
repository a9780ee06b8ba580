import { posix, win32 } from 'node:path';
import { type Env, readEnvironmentVariable } from '../core/environment.ts';
import { SandboxError } from '../core/errors.ts';
import { getUserDataFolder, NoDataFolderError } from '../files/user-data.ts';

/**
 * Returns the folder of the sandbox's state. A relative path is rejected: the state would seem lost in another working
 * directory.
 * @throws SandboxError if no absolute path is known; ConfigError if UPC_SANDBOX_DIR is set but empty
 */
export function getSandboxFolder(env: Env, platform: NodeJS.Platform): string {
  const { isAbsolute } = platform === 'win32' ? win32 : posix;
  const chosen = readEnvironmentVariable(env, 'UPC_SANDBOX_DIR');
  if (chosen !== undefined) {
    if (!isAbsolute(chosen)) {
      throw new SandboxError(
        `UPC_SANDBOX_DIR is not an absolute path: ${chosen}.`,
        'Set UPC_SANDBOX_DIR to the absolute path of a folder.',
      );
    }
    return chosen;
  }
  try {
    return getUserDataFolder(env, platform);
  } catch (error) {
    if (!(error instanceof NoDataFolderError)) throw error;
    throw new SandboxError(
      `There is no folder for the sandbox's state: ${error.why}.`,
      'Set UPC_SANDBOX_DIR to the absolute path of a folder.',
    );
  }
}
