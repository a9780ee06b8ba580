import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { findServer } from '../domain/find-server.ts';
import type { Server } from '../domain/model.ts';
import type { Context } from './context.ts';
import type { Machine } from './machine.ts';

/** The name that stands for the server on which the command runs. */
export const SELF = 'self';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const METADATA_MS = 2_000;
/** Most bytes of the metadata document; it usually has a few thousand. */
const METADATA_MAX = 1024 * 1024;

type Source = Pick<Context, 'env' | 'machine'>;

/**
 * Returns the server on which the command runs: the value of `UPC_SELF`, or the UUID from DMI or the metadata service. The
 * metadata service is queried only if the DMI vendor is UpCloud; on other machines nothing is sent.
 * @throws UsageError that lists what was tried
 */
export async function resolveSelf({ env, machine }: Source): Promise<string> {
  const named = env.UPC_SELF;
  if (named !== undefined) {
    if (named.trim() !== '') return named;
    throw new UsageError(
      'UPC_SELF is set but empty.',
      'Set UPC_SELF to the title or UUID of this server, or unset it.',
    );
  }
  const vendor = readDmi(machine, 'sys_vendor');
  if (vendor !== 'UpCloud') {
    throw selfUnknown([
      'UPC_SELF is not set.',
      vendor === undefined ? 'The machine has no DMI vendor.' : `The DMI vendor is '${vendor}', not UpCloud.`,
    ]);
  }
  const uuid = readDmi(machine, 'product_uuid')?.toLowerCase();
  if (uuid !== undefined && UUID.test(uuid)) return uuid;
  const instance = await fetchInstanceId(machine.metadataUrl);
  if (instance !== undefined) return instance;
  throw selfUnknown([
    'UPC_SELF is not set.',
    'Only root can read the DMI product UUID.',
    `The metadata service did not respond within ${METADATA_MS / 1_000} s: it may be disabled for this server.`,
  ]);
}

/** Returns the UUID of the server on which the command runs; undefined if it is unknown or not in the list. */
export async function findSelf(source: Source, servers: readonly Server[]): Promise<string | undefined> {
  try {
    return findServer(servers, await resolveSelf(source)).uuid;
  } catch {
    return undefined;
  }
}

function selfUnknown(tried: readonly string[]): UsageError {
  return new UsageError(
    "Cannot find out which server this is, so 'self' cannot be used.",
    [...tried, 'Set UPC_SELF to the title or UUID of this server, or name the server.'],
    'SELF_UNKNOWN',
  );
}

function readDmi({ dmiFolder }: Machine, name: string): string | undefined {
  try {
    return readFileSync(join(dmiFolder, name), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Uses an agent of its own: the service is link-local, so a proxy could not reach it. */
function fetchInstanceId(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: new Agent(), signal: AbortSignal.timeout(METADATA_MS) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > METADATA_MAX) request.destroy();
      });
      response.on('end', () => resolve(instanceIdOf(text)));
      response.on('error', () => resolve(undefined));
      response.on('close', () => resolve(undefined));
    });
    request.on('error', () => resolve(undefined));
  });
}

function instanceIdOf(text: string): string | undefined {
  try {
    const { instance_id: id } = JSON.parse(text) as { instance_id?: unknown };
    const uuid = typeof id === 'string' ? id.toLowerCase() : '';
    return UUID.test(uuid) ? uuid : undefined;
  } catch {
    return undefined;
  }
}
