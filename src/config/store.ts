import { renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { getErrorCode } from '../core/error-code.ts';
import { ConfigError, UpcError } from '../core/errors.ts';
import { replaceWithStagedFile } from '../files/atomic.ts';
import { ensureFolder, ForeignFolderError } from '../files/folder.ts';
import { LockTimeoutError, withLock } from '../files/lock.ts';
import type { Conf } from '../libraries/conf.ts';
import { DAMAGED_CONFIG_CODE, parseConfigJson } from './config-schema.ts';
import { checkPrivateFolder, readPrivateFile } from './private-file.ts';

/**
 * The configuration that the `change` callback of changeConfig() edits. A key is a path with dots, such as
 * `profiles.work.zone`.
 */
export type ConfigDraft = Pick<Conf<Record<string, unknown>>, 'get' | 'set' | 'delete' | 'has'>;

export interface ChangeOptions {
  /** Shows a warning: permissions were fixed, or a damaged file was renamed. */
  readonly warn: (text: string) => void;
  /** Whether to rename a damaged file and start with an empty configuration. */
  readonly repair?: boolean;
  /** How long to wait for another process that changes the file, in milliseconds. */
  readonly lockTimeout?: number;
}

/**
 * Reads, changes and writes the configuration under a lock, so that no change of another process is lost (T-10).
 *
 * The library conf changes a copy of the file in a private folder. The copy then replaces the file. conf never opens the
 * configuration file itself, for these reasons:
 * - it writes the file at every `set` and `delete`, so a killed command could leave only half of its changes;
 * - it follows symbolic links;
 * - it does not sync the folder, so a power cut could undo a change;
 * - its temporary files do not show which process wrote them, so leftovers cannot be removed safely;
 * - if the environment variable SNAP is set, it overwrites the file in place.
 * @throws ConfigError if the file cannot be used or written
 */
export async function changeConfig(
  file: string,
  change: (draft: ConfigDraft) => void,
  { warn, repair = false, lockTimeout }: ChangeOptions,
): Promise<void> {
  try {
    await ensureFolder(dirname(file));
    for (const notice of checkPrivateFolder(dirname(file))) warn(notice);
    const { Conf } = await import('../libraries/conf.ts');
    await withLock(
      file,
      async () => {
        const before = readConfigContent(file, warn, repair);
        await replaceWithStagedFile(file, (folder) => {
          const conf = new Conf<Record<string, unknown>>({ cwd: folder, configName: 'config', configFileMode: 0o600 });
          conf.store = { profiles: {}, ...before, version: 1 };
          change(conf);
          return conf.path;
        });
      },
      lockTimeout,
    );
  } catch (error) {
    throw error instanceof UpcError ? error : createUnwritableConfigError(file, error);
  }
}

function readConfigContent(file: string, warn: (text: string) => void, repair: boolean): Record<string, unknown> {
  const { content, notices } = readPrivateFile(file);
  for (const notice of notices) warn(notice);
  if (!content) return {};
  try {
    return parseConfigJson(file, content);
  } catch (error) {
    if (!repair || !(error instanceof ConfigError) || error.code !== DAMAGED_CONFIG_CODE) throw error;
    const aside = `${file}.damaged-${new Date().toISOString().replace(/[^0-9TZ]/g, '')}`;
    renameSync(file, aside);
    warn(`The configuration was damaged. The damaged file is kept as ${basename(aside)} in the same folder.`);
    return {};
  }
}

/**
 * Returns the error for a configuration that cannot be written. Does not attach the original error as the cause, because an
 * error of a library may quote the content of the file (T-9).
 */
function createUnwritableConfigError(file: string, error: unknown): ConfigError {
  if (error instanceof LockTimeoutError)
    return new ConfigError(`The configuration ${file} is in use: it is locked by ${error.holder}.`, error.remedy);
  if (error instanceof ForeignFolderError)
    return new ConfigError(
      error.message,
      'Run the command as the owner of this folder, or point UPC_CONFIG_DIR to a folder that root owns.',
    );
  const code = getErrorCode(error) || (error instanceof Error ? error.name : 'unknown error');
  return new ConfigError(
    `The configuration ${file} could not be written (${code}).`,
    'Check the permissions of its folder and the space on its disk, or point UPC_CONFIG_DIR to another folder.',
  );
}
