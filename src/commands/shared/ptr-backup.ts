import { dirname, join, resolve } from 'node:path';
import { formatUtcTime } from '../../api/change-and-confirm.ts';
import type { OptionSpec } from '../../app/command.ts';
import { withHelpHeading } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { getErrorCode } from '../../core/error-code.ts';
import { ConfigError, UpcError, UsageError } from '../../core/errors.ts';
import { quoteShellWord } from '../../core/shell-safe-word.ts';
import { waitWithinBounds } from '../../core/within-bounds.ts';
import { isHostname } from '../../domain/hostname.ts';
import type { Address } from '../../domain/model.ts';
import { createPrivateFile } from '../../files/atomic.ts';
import { assertNoForeignFolder, ensureFolder, ForeignFolderError } from '../../files/folder.ts';
import { getUserDataFolder, NoDataFolderError } from '../../files/user-data.ts';
import { formatHostsLine } from '../../output/ptr.ts';

export interface BackupOptions {
  /** The path of the backup file; false for no backup; undefined for a file in the data folder of the user. */
  readonly backup?: string | false;
  readonly force?: boolean;
}

export const backupOptions: readonly OptionSpec[] = withHelpHeading('Safety:', [
  {
    flags: '--backup <file>',
    description:
      'save the current PTR records in this new file before they are replaced; by default in a file in your data folder',
    source: 'file',
    parse: parseBackupPath,
  },
  { flags: '--no-backup', description: 'do not save the current PTR records' },
]);

/** The --force option, for commands that can reset many PTR records. */
export const forceOption: readonly OptionSpec[] = withHelpHeading('Safety:', [
  {
    flags: '--force',
    description:
      'allow resetting more than 30 % of the custom PTR records (needed only if the account has ten or more)',
  },
]);

export const backupNotes: readonly string[] = [
  'Before PTR records are replaced, they are saved in a file, and its path is printed on stderr.',
  '`upc ip ptr apply <file>` restores saved PTR records. If PTR records cannot be saved, nothing is changed (exit code 3).',
];

function parseBackupPath(text: string): string {
  if (text.trim() !== '') return text;
  throw new UsageError('--backup is empty.', 'Give the path of a new file, or leave out --backup.');
}

/**
 * Saves PTR records before they are replaced, in a file that `ip ptr apply` accepts. Prints the path of the file.
 * @param replaced the addresses as they are before the change
 * @throws ConfigError if the file cannot be written; InterruptedError; UnreachableError if the disk does not respond
 */
export async function savePtrBackup(
  context: Context,
  replaced: readonly Address[],
  { backup }: BackupOptions,
): Promise<void> {
  if (backup === false || replaced.length === 0) return;
  for (const { address, ptr_record: name } of replaced) {
    if (name !== '' && isHostname(name)) continue;
    context.out.warn(
      `The PTR record of ${address} is not a valid hostname and cannot be restored: the backup contains it as a comment.`,
    );
  }
  const text = formatPtrBackup(context, replaced);
  const path = await waitWithinBounds(context, 'Saving the backup', () => writePtrBackup(context, backup, text)).catch(
    (error) => {
      throw createBackupError(error);
    },
  );
  const count = replaced.length === 1 ? '1 PTR record' : `${replaced.length} PTR records`;
  context.out.note((upc) => `Saved ${count} in ${path}. Undo: ${upc(`ip ptr apply ${quoteShellWord(path)}`)}`);
}

function formatPtrBackup({ clock }: Context, replaced: readonly Address[]): string {
  return `# PTR records before a change of ${formatUtcTime(clock.now())}\n${replaced.map(formatHostsLine).join('')}`;
}

/** Writes the backup and returns its path. */
async function writePtrBackup(context: Context, backup: string | undefined, text: string): Promise<string> {
  if (backup !== undefined) {
    const path = resolve(backup);
    assertNoForeignFolder(dirname(path));
    await createPrivateFile(path, text);
    return path;
  }
  const folder = join(await getDataFolder(context), 'backups');
  await ensureFolder(folder);
  const stamp = formatUtcTime(context.clock.now()).replaceAll(':', '');
  for (let n = 1; ; n++) {
    const path = join(folder, `ptr-${stamp}${n === 1 ? '' : `-${n}`}.hosts`);
    try {
      await createPrivateFile(path, text);
      return path;
    } catch (error) {
      // Another backup with this name was saved within the same second. Try the next number.
      if (getErrorCode(error) !== 'EEXIST' || n === MAX_BACKUPS_PER_SECOND) throw error;
    }
  }
}

const MAX_BACKUPS_PER_SECOND = 1_000;

/** Returns the folder for backups. Backups of the sandbox are in the folder of the sandbox's state. */
async function getDataFolder({ globals, env, platform }: Context): Promise<string> {
  if (!globals.sandbox) return getUserDataFolder(env, platform);
  const { getStateLocation } = await import('../../sandbox/embedded.ts');
  return (await getStateLocation(env, platform)).folder;
}

function createBackupError(error: unknown): unknown {
  if (error instanceof UpcError) return error;
  const why =
    error instanceof NoDataFolderError
      ? error.why
      : error instanceof ForeignFolderError
        ? error.message
        : getErrorCode(error);
  if (why === '') return error;
  return new ConfigError(
    `The current PTR records could not be saved: ${backupFailureTexts[why] ?? why.replace(/\.$/, '')}.`,
    'Nothing was changed. Name a new file with --backup <file>, or leave out the backup with --no-backup.',
    'BACKUP_FAILED',
  );
}

const backupFailureTexts: Readonly<Record<string, string>> = {
  EEXIST: 'the file exists already',
  ENOENT: 'its folder does not exist',
  EACCES: 'its folder is not writable',
  ENOSPC: 'the disk is full',
};
