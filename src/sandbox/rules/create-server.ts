/** `POST /server`: creates a server with its interfaces, addresses and disks. */

import { DEFAULT_SETTINGS } from '../server-defaults.ts';
import type { Account, SandboxEnvironment, Server, State } from '../state.ts';
import { DEFAULT_INTERFACES } from '../undocumented-behaviour.ts';
import { defineRule, rejectMissingAttribute } from './api-error.ts';
import { attachInterface } from './attach-interface.ts';
import { type BodyFields, readLabels, readObject, readObjects, readText, unwrapBody } from './body.ts';
import { findOwnServer, findZone } from './find.ts';
import { createPassword, createUuid } from './identity.ts';
import { createInterfaceRequest, type RequestedInterface, readInterfaceRequest } from './interface-request.ts';
import { assertCreditsLeft } from './limits.ts';
import { toServerBody } from './present-server.ts';
import { addDisk, readDisks } from './server-disks.ts';
import { createStateOfNewServer } from './server-lifecycle.ts';
import { readHostname, readServerSettings, readServerSize } from './server-request.ts';

export const createServer = defineRule((state, account, { body }, env) => {
  const fields = unwrapBody(body, 'server');
  const interfaces = readInterfaces(fields);
  const disks = readDisks(fields);
  const bare = createServerRecord(state, account, fields, env);
  assertCreditsLeft(account);
  const empty = { ...state, servers: [...state.servers, bare] };
  const wired = interfaces.reduce<State>((next, it) => attachInterface(next, account, bare.uuid, it, env), empty);
  const next = disks.reduce<State>((current, it) => addDisk(current, account, bare, it, env), wired);
  const made = findOwnServer(next, account, bare.uuid);
  const server = { ...toServerBody(next, made), progress: '0', ...createServerLogin(fields, env) };
  return { state: next, response: { status: 202, body: { server } } };
});

function createServerRecord(state: State, account: Account, fields: BodyFields, env: SandboxEnvironment): Server {
  const zone = findZone(state, readText(fields, 'zone') ?? rejectMissingAttribute('zone')).id;
  const hostname = readHostname(fields) ?? rejectMissingAttribute('hostname');
  return {
    ...DEFAULT_SETTINGS,
    ...readServerSettings(fields),
    ...readServerSize(fields),
    ...createStateOfNewServer(env),
    title: readText(fields, 'title') ?? rejectMissingAttribute('title'),
    uuid: createUuid('00', new Set(state.servers.map((it) => it.uuid)), env),
    owner: account.username,
    hostname,
    zone,
    created: Math.floor(env.now() / 1000),
    labels: readLabels(fields) ?? [],
    interfaces: [],
  };
}

function readInterfaces(fields: BodyFields): readonly RequestedInterface[] {
  const networking = readObject(fields, 'networking');
  if (!networking) return DEFAULT_INTERFACES.map(({ type, family }) => createInterfaceRequest(type, family));
  const list =
    readObjects(readObject(networking, 'interfaces') ?? rejectMissingAttribute('interfaces'), 'interface') ??
    rejectMissingAttribute('interface');
  return list.length > 0 ? list.map(readInterfaceRequest) : rejectMissingAttribute('interface');
}

/** Returns the login of a new server, with a one-time password unless the request asks for no password. */
function createServerLogin(
  fields: BodyFields,
  env: SandboxEnvironment,
): { readonly username: string; readonly password?: string } {
  const login = readObject(fields, 'login_user') ?? {};
  const username = readText(login, 'username') || 'root';
  return login.create_password === 'no' ? { username } : { username, password: createPassword(env) };
}
