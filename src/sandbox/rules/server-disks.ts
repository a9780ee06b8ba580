/**
 * Creates or attaches the disks of a new server (`storage_devices`). Each disk is a copy of a template or disk, a new empty
 * disk, or an existing disk.
 */
import type { Account, SandboxEnvironment, Server, State, Storage } from '../state.ts';
import { reject, rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readChoice, readObject, readObjects, readOptionalText } from './body.ts';
import { attachDisk, cloneDisk, createBlankDisk, type DiskRequest, findOwnStorage, parseDiskRequest } from './disks.ts';

interface DeviceRequest extends DiskRequest {
  readonly action: 'clone' | 'create' | 'attach';
  /** The UUID of the disk or template to clone or attach; empty for the action `create`. */
  readonly storage: string;
}

export function readDisks(fields: BodyFields): readonly DeviceRequest[] {
  const devices = readObject(fields, 'storage_devices');
  return (readObjects(devices ?? {}, 'storage_device') ?? []).map((it) => {
    const action = readChoice(it, 'action', ['clone', 'create', 'attach']) ?? rejectMissingAttribute('action');
    const storage = readOptionalText(it, 'storage') ?? '';
    if (action !== 'create' && storage === '') rejectMissingAttribute('storage');
    return { ...parseDiskRequest(it), action, storage };
  });
}

export function addDisk(
  state: State,
  account: Account,
  server: Server,
  requested: DeviceRequest,
  env: SandboxEnvironment,
): State {
  const disk = createRequestedDisk(state, account, server, requested, env);
  const attached = state.storages.filter((it) => it.device?.server === server.uuid).length;
  const others = state.storages.filter((it) => it.uuid !== disk.uuid);
  return { ...state, storages: [...others, attachDisk(disk, server, attached)] };
}

function createRequestedDisk(
  state: State,
  account: Account,
  server: Server,
  requested: DeviceRequest,
  env: SandboxEnvironment,
): Storage {
  const titled = { ...requested, title: requested.title || `${server.hostname} disk` };
  if (requested.action === 'create') return createBlankDisk(state, account, server.zone, titled, env);
  if (requested.action === 'clone') return cloneDisk(state, account, requested.storage, server.zone, titled, env);
  const disk = findOwnStorage(state, account, requested.storage);
  if (disk.device) reject(409, 'STORAGE_ATTACHED', `The storage ${disk.uuid} is already attached to a server.`);
  return disk.zone === server.zone ? disk : rejectInvalidAttribute('storage');
}
