import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { findServer } from '../domain/find-server.ts';
import type { Server } from '../domain/model.ts';
import { UUID } from '../domain/uuid.ts';
import type { Context } from './context.ts';
import type { LocalMachine } from './machine.ts';

/** The name that stands for the server on which the command runs. */
export const SELF = 'self';

type ServerIdentitySource = Pick<Context, 'env' | 'machine'>;

/**
 * Returns the server on which the command runs: the value of `UPC_SELF`, or the UUID from DMI or the metadata service. The
 * metadata service is queried only if the DMI vendor is UpCloud; on other machines nothing is sent.
 * @throws UsageError that lists what was tried
 */
export async function resolveOwnServerName({ env, machine }: ServerIdentitySource): Promise<string> {
  const named = env.UPC_SELF;
  if (named !== undefined) {
    if (named.trim() !== '') return named;
    throw new UsageError(
      'UPC_SELF is set but empty.',
      'Set UPC_SELF to the title or UUID of this server, or unset it.',
    );
  }
  const vendor = readDmiValue(machine, 'sys_vendor');
  if (vendor !== 'UpCloud') {
    throw createUnknownOwnServerError([
      'UPC_SELF is not set.',
      vendor === undefined
        ? 'The firmware (DMI) of this machine names no vendor.'
        : `The vendor of this machine (DMI) is '${vendor}', not UpCloud.`,
    ]);
  }
  const uuid = readDmiValue(machine, 'product_uuid')?.toLowerCase();
  if (uuid !== undefined && UUID.test(uuid)) return uuid;
  // Import the metadata client only here, because few commands need it. This file itself is loaded at every start.
  const { fetchInstanceId } = await import('../api/metadata.ts');
  const instance = await fetchInstanceId(machine.metadataUrl);
  if ('id' in instance) return instance.id;
  throw createUnknownOwnServerError([
    'UPC_SELF is not set.',
    uuid === undefined
      ? 'The product UUID of this machine (DMI) cannot be read: only root can read it.'
      : 'The product UUID of this machine (DMI) is not valid.',
    `The metadata service ${instance.problem}. It may be disabled for this server.`,
  ]);
}

/**
 * Returns the UUID of the server on which the command runs, or undefined if it is unknown.
 * @param listServers returns all servers of the account. Called only if `UPC_SELF` is a name and not a UUID. The list
 *   must be complete: otherwise a name that several servers share could look unique
 */
export async function findOwnServerUuid(
  source: ServerIdentitySource,
  listServers: () => Promise<readonly Server[]>,
): Promise<string | undefined> {
  try {
    const self = await resolveOwnServerName(source);
    const uuid = self.toLowerCase();
    return UUID.test(uuid) ? uuid : findServer(await listServers(), self).uuid;
  } catch {
    return undefined;
  }
}

function createUnknownOwnServerError(tried: readonly string[]): UsageError {
  return new UsageError(
    "Cannot find out which server this is, so 'self' cannot be used.",
    [...tried, 'Set UPC_SELF to the title or UUID of this server, or name the server.'],
    'SELF_UNKNOWN',
  );
}

function readDmiValue({ dmiFolder }: LocalMachine, name: string): string | undefined {
  try {
    return readFileSync(join(dmiFolder, name), 'utf8').trim();
  } catch {
    return undefined;
  }
}
