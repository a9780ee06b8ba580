/** `POST /server`, as far as addresses go: storage, plans and the rest of a real server are taken and ignored. */
import { DEFAULT_INTERFACES, DEFAULT_PLAN } from '../readings.ts';
import type { Access, Account, Environment, Family, Server, State } from '../state.ts';
import { classic, invalid, missing } from './api-error.ts';
import { putOnInterface } from './assign.ts';
import { choice, type Fields, object, objects, text, wrapped } from './body.ts';
import { addInterface } from './change.ts';
import { knownZone, ownServer } from './find.ts';
import { newMac, newUuid } from './identity.ts';
import { needsCredits, needsRoomOnAccount, needsRoomOnServer } from './limits.ts';
import { serverBody } from './present.ts';
import { isHostname } from './syntax.ts';

interface Slot {
  readonly type: Access;
  readonly family: Family;
}

export const createServer = classic((state, account, { body }, env) => {
  const fields = wrapped(body, 'server');
  const slots = readSlots(fields);
  const bare = bareServer(state, account, fields, env);
  needsCredits(account);
  const empty = { ...state, servers: [...state.servers, bare] };
  const next = slots.reduce<State>((so, slot) => withSlot(so, account, bare.uuid, slot, env), empty);
  const made = ownServer(next, account, bare.uuid);
  return { state: next, answer: { status: 202, body: { server: serverBody(next, made) } } };
});

function bareServer(state: State, account: Account, fields: Fields, env: Environment): Server {
  const zone = knownZone(state, text(fields, 'zone') ?? missing('zone')).id;
  const hostname = text(fields, 'hostname') ?? missing('hostname');
  // A server may have a bare host name, `web-1`; a PTR record may not.
  if (!isHostname(hostname) && !isHostname(`${hostname}.example`)) invalid('hostname');
  const title = text(fields, 'title') ?? missing('title');
  const uuid = newUuid('00', new Set(state.servers.map((it) => it.uuid)), env);
  return {
    uuid,
    owner: account.username,
    title,
    hostname,
    zone,
    state: 'started',
    plan: text(fields, 'plan') ?? DEFAULT_PLAN,
    core_number: text(fields, 'core_number') ?? '1',
    memory_amount: text(fields, 'memory_amount') ?? '1024',
    interfaces: [],
  };
}

/** One interface of `networking.interfaces.interface[]` may ask for several addresses; each gets its own (R-MOD-3). */
function readSlots(fields: Fields): readonly Slot[] {
  const networking = object(fields, 'networking');
  if (!networking) return DEFAULT_INTERFACES;
  const asked = objects(object(networking, 'interfaces') ?? missing('interfaces'), 'interface') ?? missing('interface');
  const slots = asked.flatMap(slotsOfInterface);
  return slots.length > 0 ? slots : missing('interface');
}

function slotsOfInterface(asked: Fields): readonly Slot[] {
  const type = choice(asked, 'type', ['public', 'utility']) ?? missing('type');
  const addresses = objects(object(asked, 'ip_addresses') ?? missing('ip_addresses'), 'ip_address');
  return (addresses ?? missing('ip_address')).map((it) => {
    const family = choice(it, 'family', ['IPv4', 'IPv6']) ?? 'IPv4';
    return type === 'utility' && family === 'IPv6' ? invalid('family') : { type, family };
  });
}

function withSlot(state: State, account: Account, uuid: string, slot: Slot, env: Environment): State {
  const server = ownServer(state, account, uuid);
  needsRoomOnServer(state, server, slot.type);
  needsRoomOnAccount(state, account, slot.type, slot.family);
  const mac = newMac(state, env);
  const ready = addInterface(state, server, slot.type, slot.family, mac);
  return putOnInterface(ready, server, mac, { access: slot.type, family: slot.family }).state;
}
