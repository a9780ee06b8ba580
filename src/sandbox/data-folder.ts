import { posix, win32 } from 'node:path';
import { readVariable } from '../core/environment.ts';
import { SandboxError } from '../core/errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the folder of the sandbox's state. The path must be absolute: state in a path that depends on the current folder would
 * seem lost after the next `cd`.
 * @throws SandboxError if no absolute path is known; ConfigError if UPC_SANDBOX_DIR is set but empty
 */
export function dataFolder(env: Variables, platform: NodeJS.Platform): string {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const chosen = readVariable(env, 'UPC_SANDBOX_DIR');
  if (chosen !== undefined) {
    if (!isAbsolute(chosen)) {
      throw new SandboxError(
        `UPC_SANDBOX_DIR is not an absolute path: ${chosen}.`,
        'Give the absolute path of a folder.',
      );
    }
    return chosen;
  }
  if (platform === 'win32') return join(windowsData(env), 'upcloud-ip');
  // The XDG specification says to ignore a relative path.
  if (env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME)) return join(env.XDG_DATA_HOME, 'upcloud-ip');
  const home = absolute(env.HOME, 'HOME', isAbsolute);
  return platform === 'darwin'
    ? join(home, 'Library', 'Application Support', 'upcloud-ip')
    : join(home, '.local', 'share', 'upcloud-ip');
}

function windowsData(env: Variables): string {
  if (env.LOCALAPPDATA && win32.isAbsolute(env.LOCALAPPDATA)) return env.LOCALAPPDATA;
  return win32.join(absolute(env.USERPROFILE, 'USERPROFILE', win32.isAbsolute), 'AppData', 'Local');
}

function absolute(value: string | undefined, name: string, isAbsolute: (path: string) => boolean): string {
  if (value && isAbsolute(value)) return value;
  const problem = value ? 'not an absolute path' : 'not set';
  throw new SandboxError(
    `The sandbox's state has no folder: ${name} is ${problem}.`,
    'Set it, or set UPC_SANDBOX_DIR to a folder.',
  );
}
