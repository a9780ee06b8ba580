import type { Label, Server, Storage } from '../state.ts';
import { defineRule } from './api-error.ts';
import { findOwnServer, listAddressesOnServer } from './find.ts';
import { deleteOrDetachByPolicy } from './policy.ts';
import { toServerBody, toServerSummary } from './present-server.ts';
import { assertServerState } from './server-lifecycle.ts';

/**
 * Lists servers. With `?label=key` or `?label=key=value`, lists only servers with this label. Several filters must all
 * match.
 */
export const listServers = defineRule((state, account, { query }) => {
  const labels = query?.label ?? [];
  const own = state.servers.filter((it) => it.owner === account.username);
  const server = own
    .filter((it) => labels.every((label) => it.labels.some(createLabelMatcher(label))))
    .map(toServerSummary);
  return { state, response: { status: 200, body: { servers: { server } } } };
});

function createLabelMatcher(filter: string): (label: Label) => boolean {
  const [key, ...rest] = filter.split('=');
  return (label) => label.key === key && (rest.length === 0 || label.value === rest.join('='));
}

export const getServer = defineRule((state, account, { params }) => {
  const server = findOwnServer(state, account, params.uuid ?? '');
  return { state, response: { status: 200, body: { server: toServerBody(state, server) } } };
});

/**
 * Deletes a server. Its addresses are deleted or detached, depending on their release policies (R-POL-1 to R-POL-3). Its
 * disks are deleted only with `?storages=1`.
 */
export const deleteServer = defineRule((state, account, { params, query }) => {
  const server = findOwnServer(state, account, params.uuid ?? '');
  assertServerState(server, 'stopped');
  const left = deleteOrDetachByPolicy(state, listAddressesOnServer(state, server));
  const withDisks = ['1', 'true', 'yes'].includes(query?.storages?.[0] ?? '');
  const next = {
    ...left,
    servers: left.servers.filter((it) => it.uuid !== server.uuid),
    storages: withDisks
      ? left.storages.filter((it) => !isDiskOnServer(it, server))
      : left.storages.map((it) => detachDisk(it, server)),
  };
  return { state: next, response: { status: 204 } };
});

function isDiskOnServer(it: Storage, server: Server): boolean {
  return it.device?.server === server.uuid;
}

function detachDisk(it: Storage, server: Server): Storage {
  return isDiskOnServer(it, server) ? { ...it, device: null } : it;
}
