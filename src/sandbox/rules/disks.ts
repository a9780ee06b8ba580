/** Creates, finds and attaches disks. */

import type { Account, Label, SandboxEnvironment, Server, State, Storage, YesNo } from '../state.ts';
import { TEMPLATES } from '../templates.ts';
import { reject, rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readChoice, readLabels, readObject, readOptionalText, readWholeNumber } from './body.ts';
import { createUuid } from './identity.ts';
import { parseUuid } from './syntax.ts';

/** The attributes of a disk in a request. */
export interface DiskRequest {
  readonly title: string | undefined;
  readonly size: number | undefined;
  readonly tier: string | undefined;
  readonly encrypted: YesNo;
  readonly labels: readonly Label[];
  readonly backup_rule: Storage['backup_rule'];
}

export function parseDiskRequest(fields: BodyFields): DiskRequest {
  return {
    title: readOptionalText(fields, 'title'),
    size: readWholeNumber(fields, 'size'),
    tier: readChoice(fields, 'tier', ['maxiops', 'standard', 'hdd', 'archive']),
    encrypted: readChoice(fields, 'encrypted', ['yes', 'no']) ?? 'no',
    labels: readLabels(fields) ?? [],
    backup_rule: parseBackupRule(fields),
  };
}

function parseBackupRule(fields: BodyFields): Storage['backup_rule'] {
  const given = fields.backup_rule === null ? {} : (readObject(fields, 'backup_rule') ?? {});
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

export function createBlankDisk(
  state: State,
  account: Account,
  zone: string,
  requested: DiskRequest,
  env: SandboxEnvironment,
): Storage {
  return {
    uuid: createUuid('01', new Set(state.storages.map((it) => it.uuid)), env),
    owner: account.username,
    title: requested.title ?? rejectMissingAttribute('title'),
    size: requested.size ?? rejectMissingAttribute('size'),
    tier: requested.tier ?? 'maxiops',
    zone,
    encrypted: requested.encrypted,
    labels: requested.labels,
    backup_rule: requested.backup_rule,
    created: Math.floor(env.now() / 1000),
    device: null,
  };
}

/** Creates a disk as a copy of a public template or of a disk of the account. Rejects a size smaller than the original's. */
export function cloneDisk(
  state: State,
  account: Account,
  source: string,
  zone: string,
  requested: DiskRequest,
  env: SandboxEnvironment,
): Storage {
  const template = TEMPLATES.find((it) => it.uuid === source);
  const { size: least } = template ?? findOwnStorage(state, account, source);
  const size = requested.size ?? Math.max(least, 10);
  return createBlankDisk(
    state,
    account,
    zone,
    { ...requested, size: size >= least ? size : rejectInvalidAttribute('size') },
    env,
  );
}

export function findOwnStorage(state: State, account: Account, text: string): Storage {
  const uuid = parseUuid(text) ?? rejectInvalidAttribute('storage');
  const found = state.storages.find((it) => it.uuid === uuid);
  if (!found) return reject(404, 'STORAGE_NOT_FOUND', `The storage ${uuid} does not exist.`);
  if (found.owner === account.username) return found;
  return reject(403, 'STORAGE_FORBIDDEN', `The storage ${uuid} is owned by another account.`);
}

/** Attaches a disk to a server as disk number `nth`, and returns the changed disk. The server boots from disk 0. */
export function attachDisk(disk: Storage, server: Server, nth: number): Storage {
  return {
    ...disk,
    device: { server: server.uuid, address: `virtio:${nth}`, boot_disk: nth === 0 ? '1' : '0' },
  };
}
