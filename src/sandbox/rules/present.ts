/** How the state looks from outside: the bodies of the API's answers. */
import type { Address, Interface, Server, State } from '../state.ts';
import { addressesOn, serverOf } from './find.ts';

const yesNo = (value: boolean): 'yes' | 'no' => (value ? 'yes' : 'no');

/** R-MOD-1: what is always there, and what is there only when it says something. */
export function addressBody(state: State, it: Address): object {
  const server = serverOf(state, it);
  return {
    access: it.access,
    address: it.address,
    family: it.family,
    ...(it.part_of_plan ? { part_of_plan: 'yes' } : {}),
    ptr_record: it.ptr_record,
    ...(server ? { server: server.uuid, mac: it.mac } : {}),
    floating: yesNo(it.floating),
    release_policy: it.release_policy,
    ...(it.load_balancer === null ? {} : { is_delegated: 'yes' }),
    zone: it.zone,
  };
}

/** A server as the list of servers has it: no networking. */
export function serverSummary(server: Server): object {
  const { uuid, title, hostname, zone, state, plan, core_number, memory_amount } = server;
  return { uuid, title, hostname, zone, state, plan, core_number, memory_amount };
}

export function serverBody(state: State, server: Server): object {
  const addresses = addressesOn(state, server);
  return {
    ...serverSummary(server),
    ip_addresses: { ip_address: addresses.map(addressOfServer) },
    networking: { interfaces: { interface: server.interfaces.map((it) => interfaceBody(it, addresses)) } },
  };
}

function addressOfServer({ access, address, family, part_of_plan }: Address): object {
  return { access, address, family, ...(part_of_plan ? { part_of_plan: 'yes' } : {}) };
}

function interfaceBody({ index, type, mac, network }: Interface, addresses: readonly Address[]): object {
  const own = addresses.filter((it) => it.mac === mac);
  const ip_address = own.map(({ address, family, floating }) => ({ address, family, floating: yesNo(floating) }));
  return { index, type, mac, network, bootable: 'no', source_ip_filtering: 'yes', ip_addresses: { ip_address } };
}
