/**
 * `/storage`: only what a client needs to create servers, which is templates and disks. It has no backups, for example. A new
 * disk is ready at once.
 */

import type { Account, State, Storage } from '../state.ts';
import { TEMPLATES } from '../templates.ts';
import { defineRule, reject, rejectMissingAttribute } from './api-error.ts';
import { readText, unwrapBody } from './body.ts';
import { cloneDisk, createBlankDisk, findOwnStorage, parseDiskRequest } from './disks.ts';
import { findZone } from './find.ts';
import { assertCreditsLeft } from './limits.ts';
import { toStorageBody, toStorageDetails, toTemplateBody, toTemplateDetails } from './present-storage.ts';

/**
 * Whether each list `/storage/{which}` contains the public templates, and whether it contains the account's disks. The
 * sandbox has no other storages.
 */
const STORAGE_LIST_CONTENTS: Readonly<Record<string, { readonly templates: boolean; readonly disks: boolean }>> = {
  '': { templates: true, disks: true },
  public: { templates: true, disks: false },
  template: { templates: true, disks: false },
  private: { templates: false, disks: true },
  normal: { templates: false, disks: true },
  backup: { templates: false, disks: false },
  cdrom: { templates: false, disks: false },
  favorite: { templates: false, disks: false },
};

export const listStorages = defineRule((state, account) => createStorageListResponse(state, account, ''));

/** Returns a list or a single disk, because the path `/storage/{which}` serves both. */
export const getStorage = defineRule((state, account, { params }) => {
  const which = params.which ?? '';
  if (STORAGE_LIST_CONTENTS[which]) return createStorageListResponse(state, account, which);
  const template = TEMPLATES.find((it) => it.uuid === which);
  const storage = template ? toTemplateDetails(template) : toStorageDetails(findOwnStorage(state, account, which));
  return { state, response: { status: 200, body: { storage } } };
});

function createStorageListResponse(state: State, account: Account, which: string) {
  const { templates = false, disks = false } = STORAGE_LIST_CONTENTS[which] ?? {};
  const own = state.storages.filter((it) => it.owner === account.username);
  const storage = [...(templates ? TEMPLATES.map(toTemplateBody) : []), ...(disks ? own.map(toStorageBody) : [])];
  return { state, response: { status: 200, body: { storages: { storage } } } };
}

export const createStorage = defineRule((state, account, { body }, env) => {
  const fields = unwrapBody(body, 'storage');
  const requested = parseDiskRequest(fields);
  const zone = findZone(state, readText(fields, 'zone') ?? rejectMissingAttribute('zone')).id;
  const made = createBlankDisk(state, account, zone, requested, env);
  assertCreditsLeft(account);
  return createStorageResponse(state, made);
});

export const cloneStorage = defineRule((state, account, { params, body }, env) => {
  const fields = unwrapBody(body, 'storage');
  const requested = parseDiskRequest(fields);
  const zone = findZone(state, readText(fields, 'zone') ?? rejectMissingAttribute('zone')).id;
  const made = cloneDisk(state, account, params.which ?? '', zone, requested, env);
  assertCreditsLeft(account);
  return createStorageResponse(state, made);
});

function createStorageResponse(state: State, made: Storage) {
  const next = { ...state, storages: [...state.storages, made] };
  return { state: next, response: { status: 201, body: { storage: toStorageDetails(made) } } };
}

export const modifyStorage = defineRule((state, account, { params, body }) => {
  const before = findOwnStorage(state, account, params.which ?? '');
  const fields = unwrapBody(body, 'storage');
  const requested = parseDiskRequest(fields);
  const after: Storage = {
    ...before,
    title: requested.title ?? before.title,
    size: requested.size ?? before.size,
    labels: fields.labels === undefined ? before.labels : requested.labels,
    backup_rule: fields.backup_rule === undefined ? before.backup_rule : requested.backup_rule,
  };
  const next = { ...state, storages: state.storages.map((it) => (it === before ? after : it)) };
  return { state: next, response: { status: 202, body: { storage: toStorageDetails(after) } } };
});

export const deleteStorage = defineRule((state, account, { params }) => {
  const gone = findOwnStorage(state, account, params.which ?? '');
  if (gone.device)
    reject(409, 'STORAGE_ATTACHED', `The storage ${gone.uuid} is attached to a server and cannot be deleted.`);
  return { state: { ...state, storages: state.storages.filter((it) => it !== gone) }, response: { status: 204 } };
});
