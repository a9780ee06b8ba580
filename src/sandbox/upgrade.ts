/** Upgrades states that were saved by older versions of this program. */
import { getNetworkId } from './rules/network-ids.ts';
import { createDefaultPtr, padInterfaceIdentifier } from './rules/syntax.ts';
import { DEFAULT_SETTINGS, SEED_SERVER_CREATED_AT } from './server-defaults.ts';
import type { Address, LoadBalancer, Server, ServerInterface, State, Zone } from './state.ts';
import { listZones } from './zones.ts';

/** The version of the states that this program saves. */
export const STATE_VERSION = 2;

/** A saved state, of this version or an older one. */
export type StoredState = Omit<State, 'version'> & { readonly version: number };

/** Converts a saved state to the newest version. */
export function upgradeState(stored: StoredState): State {
  return stored.version === STATE_VERSION ? { ...stored, version: STATE_VERSION } : upgradeFromVersion1(stored);
}

/**
 * Upgrades a state of version 1. Version 1 had four zones, no disks and no SDN networks, and spelled IPv6 addresses without
 * leading zeros.
 */
function upgradeFromVersion1(stored: StoredState): State {
  const zones = addMissingZones(stored.zones);
  return {
    ...stored,
    version: STATE_VERSION,
    zones,
    servers: stored.servers.map((it) => addServerSettings(it, zones)),
    addresses: stored.addresses.map(toServiceSpelling),
    loadBalancers: stored.loadBalancers.map(addLoadBalancerTimes),
    storages: [],
    networks: [],
  };
}

function addMissingZones(stored: readonly Zone[]): readonly Zone[] {
  return listZones().map((zone) => {
    const known = stored.find((it) => it.id === zone.id);
    return known ? { ...zone, pool: known.pool, prices: known.prices } : zone;
  });
}

function addServerSettings(stored: Server, zones: readonly Zone[]): Server {
  const interfaces = stored.interfaces.map((it) => addInterfaceNetwork(stored, it, zones));
  return { ...DEFAULT_SETTINGS, ...stored, created: SEED_SERVER_CREATED_AT, labels: [], upcoming: [], interfaces };
}

function addInterfaceNetwork(
  { owner, zone: id }: Server,
  it: ServerInterface,
  zones: readonly Zone[],
): ServerInterface {
  const zone = zones.find((one) => one.id === id);
  const network = zone && it.type !== 'private' ? getNetworkId(owner, zone, it.type, it.family) : it.network;
  return { ...it, network, bootable: 'no', source_ip_filtering: 'yes' };
}

function toServiceSpelling(it: Address): Address {
  if (it.family !== 'IPv6') return it;
  const address = padInterfaceIdentifier(it.address);
  const isDefault = it.ptr_record === createDefaultPtr(it.address, it.family, it.zone);
  return { ...it, address, ptr_record: isDefault ? createDefaultPtr(address, it.family, it.zone) : it.ptr_record };
}

function addLoadBalancerTimes(it: LoadBalancer): LoadBalancer {
  const times = { created_at: it.created_at, updated_at: it.created_at };
  return {
    ...it,
    ...times,
    configured_status: 'started',
    networks: it.networks.map((network) => ({ ...network, ...times })),
    ip_addresses: it.ip_addresses.map((held) => ({ ...held, ...times })),
    labels: [],
    backends: [],
    frontends: [],
    resolvers: [],
  };
}
