import { listAddresses } from '../../api/addresses.ts';
import type { Api } from '../../api/transport.ts';
import { addUnlisted } from '../../api/unlisted.ts';
import type { ArgumentSpec, OptionSpec } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import type { Address } from '../../domain/model.ts';
import { type PtrEntry, parsePtrFile } from '../../domain/ptr-file.ts';
import { type FileKind, readTextFile } from './text-file.ts';

export interface PlanOptions {
  prune?: boolean;
  ignoreMissing?: boolean;
}

/** The file of `plan` and `apply`. */
export const ptrFileArgument: ArgumentSpec = {
  name: '<file>',
  description: 'lines of address and hostname, CSV, or a BIND zone file; - for standard input',
  source: 'file',
  question: 'File, or - for standard input',
};

/** How `plan` and `apply` read it. */
export const ptrFileOptions: readonly OptionSpec[] = [
  { flags: '--prune', description: 'reset the PTR records of addresses that the file does not name' },
  { flags: '--ignore-missing', description: 'skip addresses that are not on the account' },
];

const ptrFile: FileKind = {
  hint: (upc) => `Create a file to start from: ${upc('ip ptr export > ptr.hosts')}`,
  pipe: 'upc ip ptr plan - < ptr.hosts',
  code: 'PTR_FILE_INVALID',
};

/**
 * Reads a reverse DNS file.
 * @param source a path, or `-` for standard input
 * @throws UsageError where it cannot be read or a line is bad; InterruptedError
 */
export async function readPtrFile(context: Context, source: string): Promise<PtrEntry[]> {
  return parsePtrFile(await readTextFile(context, source, ptrFile));
}

/** The account's addresses, with those of the file that its list does not show yet (T-17). */
export async function addressesFor(api: Api, entries: readonly PtrEntry[]): Promise<readonly Address[]> {
  const named = entries.map(({ address }) => address);
  return addUnlisted(api, await listAddresses(api), named);
}
