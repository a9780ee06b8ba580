import * as v from 'valibot';
import { addressSchema, validateBody } from '../../api/schema.ts';
import type { ArgumentSpec } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { UpcError, UsageError } from '../../core/errors.ts';
import type { Address } from '../../domain/model.ts';
import { readTextFile, type TextFileKind } from './text-file.ts';

export const snapshotArgument: ArgumentSpec = {
  name: '<snapshot>',
  description: 'a file with the output of `upc ip list --json`, or - for standard input',
  source: 'file',
  question: 'Snapshot: a file with the output of `upc ip list --json`',
};

const snapshotSchema = v.array(addressSchema);
const snapshotFileKind: TextFileKind = {
  hint: (upc) => `Create a snapshot without filters: ${upc('ip list --json > snapshot.json')}`,
  pipe: 'upc ip diff - < snapshot.json',
  code: 'SNAPSHOT_INVALID',
};

/** Reads a snapshot of the account. Throws UsageError if it is not a list of addresses. */
export async function readSnapshot(context: Context, source: string): Promise<Address[]> {
  const text = await readTextFile(context, source, snapshotFileKind);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw createInvalidSnapshotError('it is not JSON');
  }
  if (!Array.isArray(value)) throw createInvalidSnapshotError('it is not an array of addresses');
  try {
    // Convert values to lower case, as the service spells them: a person may have edited the file.
    return validateBody(snapshotSchema, value).map((ip) => ({
      ...ip,
      server: ip.server?.toLowerCase() ?? null,
      release_policy: ip.release_policy?.toLowerCase() ?? null,
    }));
  } catch (error) {
    if (!(error instanceof UpcError)) throw error;
    throw createInvalidSnapshotError(error.message.replace(/^.*?: /, '').replace(/\.$/, ''));
  }
}

function createInvalidSnapshotError(why: string): UsageError {
  return new UsageError(`The snapshot cannot be used: ${why}.`, snapshotFileKind.hint, snapshotFileKind.code);
}
