/** `storage_devices` of a new server: disks cloned from a template or another disk, created empty, or attached. */
import type { Account, Environment, Server, State, Storage } from '../state.ts';
import { invalid, missing, reject } from './api-error.ts';
import { choice, type Fields, object, objects, optionalText } from './body.ts';
import { attachedTo, blankDisk, cloneOf, type DiskRequest, ownStorage, parseDiskRequest } from './disks.ts';

interface DeviceRequest extends DiskRequest {
  readonly action: 'clone' | 'create' | 'attach';
  /** The UUID of the disk or template to clone or attach. */
  readonly storage: string;
}

export function readDisks(fields: Fields): readonly DeviceRequest[] {
  const devices = object(fields, 'storage_devices');
  return (objects(devices ?? {}, 'storage_device') ?? []).map((it) => {
    const action = choice(it, 'action', ['clone', 'create', 'attach']) ?? missing('action');
    const storage = optionalText(it, 'storage') ?? '';
    if (action !== 'create' && storage === '') missing('storage');
    return { ...parseDiskRequest(it), action, storage };
  });
}

export function addDisk(
  state: State,
  account: Account,
  server: Server,
  requested: DeviceRequest,
  env: Environment,
): State {
  const disk = diskOf(state, account, server, requested, env);
  const attached = state.storages.filter((it) => it.device?.server === server.uuid).length;
  const others = state.storages.filter((it) => it.uuid !== disk.uuid);
  return { ...state, storages: [...others, attachedTo(disk, server, attached)] };
}

function diskOf(state: State, account: Account, server: Server, requested: DeviceRequest, env: Environment): Storage {
  const titled = { ...requested, title: requested.title || `${server.hostname} disk` };
  if (requested.action === 'create') return blankDisk(state, account, server.zone, titled, env);
  if (requested.action === 'clone') return cloneOf(state, account, requested.storage, server.zone, titled, env);
  const disk = ownStorage(state, account, requested.storage);
  if (disk.device) reject(409, 'STORAGE_ATTACHED', `The storage ${disk.uuid} is attached to a server.`);
  return disk.zone === server.zone ? disk : invalid('storage');
}
