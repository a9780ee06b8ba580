import { renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type Conf from 'conf';
import { ConfigError, UpcError } from '../core/errors.ts';
import { replaceWithStagedFile } from '../files/atomic.ts';
import { codeOf } from '../files/error-code.ts';
import { ensureFolder, ForeignFolderError } from '../files/folder.ts';
import { LockTimeoutError, withLock } from '../files/lock.ts';
import { DAMAGED, parseConfig } from './config-schema.ts';
import { checkPrivateFolder, readPrivate } from './private-file.ts';

/** The content while it is being changed: conf's dot paths, such as `profiles.work.zone`. */
export type Draft = Pick<Conf<Record<string, unknown>>, 'get' | 'set' | 'delete' | 'has'>;

export interface ChangeOptions {
  /** Hears what was tightened or put aside. */
  readonly warn: (text: string) => void;
  /** Puts a damaged file aside and begins anew. */
  readonly repair?: boolean;
  /** How long to wait for another process that changes it, in milliseconds. */
  readonly lockTimeout?: number;
}

/**
 * Reads, changes and writes the configuration while no other process does (T-10).
 *
 * conf works on a copy in a private folder, and that copy then replaces the file. Working on the file itself would need as
 * much code and promise less: conf writes the file at every `set` and `delete`, so a killed logout could leave a profile in
 * use that is gone; it reads the file again by path and follows links; it does not sync the folder; it names its left-overs
 * so that nobody can see whether their writer is alive; and with SNAP in the environment it overwrites the file in place.
 * conf is loaded here only, because its imports take 50 ms.
 * @throws ConfigError where the file is not fit for use or cannot be written
 */
export async function changeConfig(
  file: string,
  change: (draft: Draft) => void,
  { warn, repair = false, lockTimeout }: ChangeOptions,
): Promise<void> {
  try {
    await ensureFolder(dirname(file));
    for (const notice of checkPrivateFolder(dirname(file))) warn(notice);
    const { default: Conf } = await import('conf');
    await withLock(
      file,
      async () => {
        const before = contentOf(file, warn, repair);
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
    throw error instanceof UpcError ? error : unwritable(file, error);
  }
}

function contentOf(file: string, warn: (text: string) => void, repair: boolean): Record<string, unknown> {
  const { content, notices } = readPrivate(file);
  for (const notice of notices) warn(notice);
  if (!content) return {};
  try {
    return parseConfig(file, content);
  } catch (error) {
    if (!repair || !(error instanceof ConfigError) || error.code !== DAMAGED) throw error;
    const aside = `${file}.damaged-${new Date().toISOString().replace(/[^0-9TZ]/g, '')}`;
    renameSync(file, aside);
    warn(`The configuration was damaged. It is kept as ${basename(aside)} beside the new one.`);
    return {};
  }
}

/** The cause is left out: an error of a library may quote what it was working on. */
function unwritable(file: string, error: unknown): ConfigError {
  if (error instanceof LockTimeoutError)
    return new ConfigError(`The configuration ${file} is in use: it is locked by ${error.holder}.`, error.remedy);
  if (error instanceof ForeignFolderError)
    return new ConfigError(error.message, 'Run it as that user, or point UPC_CONFIG_DIR to a folder of root.');
  const code = codeOf(error) || (error instanceof Error ? error.name : 'unknown error');
  return new ConfigError(
    `The configuration ${file} could not be written (${code}).`,
    'Look at the rights of that folder and the space on its disk, or point UPC_CONFIG_DIR to another one.',
  );
}
