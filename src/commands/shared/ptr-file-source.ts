import { listAddresses } from '../../api/addresses.ts';
import type { Api } from '../../api/transport.ts';
import { addUnlistedAddresses } from '../../api/unlisted.ts';
import type { ArgumentSpec, OptionSpec } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import type { Address } from '../../domain/model.ts';
import { type PtrEntry, parsePtrFile } from '../../domain/ptr-file.ts';
import { readTextFile, type TextFileKind } from './text-file.ts';

export interface PtrFileOptions {
  prune?: boolean;
  ignoreMissing?: boolean;
}

/** The argument of `ip ptr plan` and `ip ptr apply` that names the reverse DNS file. */
export const ptrFileArgument: ArgumentSpec = {
  name: '<file>',
  description:
    'a file with an address and a hostname on each line, a CSV file or a BIND zone file; - for standard input',
  source: 'file',
  question: 'File, or - for standard input',
};

/** The options of `ip ptr plan` and `ip ptr apply` that say how to use the file. */
export const ptrFileOptions: readonly OptionSpec[] = [
  { flags: '--prune', description: 'reset the PTR records of addresses that are not in the file' },
  { flags: '--ignore-missing', description: 'skip addresses that are not on the account' },
];

const ptrFileKind: TextFileKind = {
  hint: (upc) => `Create a file to start from: ${upc('ip ptr export > ptr.hosts')}`,
  pipe: 'upc ip ptr plan - < ptr.hosts',
  code: 'PTR_FILE_INVALID',
};

/**
 * Reads a reverse DNS file.
 * @param source a path, or `-` for standard input
 * @throws UsageError if it cannot be read or a line is invalid; InterruptedError
 */
export async function readPtrFile(context: Context, source: string): Promise<PtrEntry[]> {
  return parsePtrFile(await readTextFile(context, source, ptrFileKind));
}

/** Lists the account's addresses. Also fetches the addresses of the file that this list does not show yet (T-17). Throws UpcError. */
export async function fetchAddressesOfEntries(api: Api, entries: readonly PtrEntry[]): Promise<readonly Address[]> {
  const named = entries.map(({ address }) => address);
  return addUnlistedAddresses(api, await listAddresses(api), named);
}
