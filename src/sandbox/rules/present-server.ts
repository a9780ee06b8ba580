/** Renders servers as the API does. */
import type { Address, Server, ServerInterface, State, Storage } from '../state.ts';
import { listAddressesOnServer } from './find.ts';

const toYesNo = (value: boolean): 'yes' | 'no' => (value ? 'yes' : 'no');

/** Renders a server as an entry of the list of servers, without its interfaces. */
export function toServerSummary(server: Server): object {
  const { uuid, title, hostname, zone, state, plan, core_number, memory_amount, created, simple_backup } = server;
  return {
    core_number,
    created,
    host: 1,
    hostname,
    labels: { label: server.labels },
    license: 0,
    memory_amount,
    plan,
    plan_ipv4_bytes: '0',
    plan_ipv6_bytes: '0',
    server_group: null,
    simple_backup,
    state,
    tags: { tag: [] },
    title,
    uuid,
    zone,
  };
}

export function toServerBody(state: State, server: Server): object {
  const addresses = listAddressesOnServer(state, server);
  const { boot_order, firewall, metadata, nic_model, timezone, video_model } = server;
  const { remote_access_enabled, remote_access_password, remote_access_type } = server;
  const storages = state.storages.filter((it) => it.device?.server === server.uuid);
  return {
    ...toServerSummary(server),
    boot_order,
    devices: { device: [] },
    firewall,
    ip_addresses: { ip_address: [...addresses].sort(compareByAddressKind).map(toServerAddress) },
    metadata,
    networking: toNetworkingBody(state, server),
    nic_model,
    remote_access_enabled,
    remote_access_password,
    remote_access_type,
    storage_devices: { storage_device: storages.map(toDeviceBody) },
    timezone,
    video_model,
  };
}

export function toNetworkingBody(state: State, server: Server): object {
  const addresses = listAddressesOnServer(state, server);
  return { interfaces: { interface: server.interfaces.map((it) => toInterfaceBody(it, addresses)) } };
}

const ADDRESS_KIND_ORDER = ['utility IPv4', 'public IPv6', 'public IPv4', 'private IPv4'];

/** Compares addresses by their order in the API: utility, public IPv6, public IPv4, then private addresses. */
function compareByAddressKind(a: Address, b: Address): number {
  return ADDRESS_KIND_ORDER.indexOf(`${a.access} ${a.family}`) - ADDRESS_KIND_ORDER.indexOf(`${b.access} ${b.family}`);
}

function toServerAddress({ access, address, family, part_of_plan }: Address): object {
  return { access, address, family, ...(part_of_plan ? { part_of_plan: 'yes' } : {}) };
}

export function toInterfaceBody(it: ServerInterface, addresses: readonly Address[]): object {
  const { index, type, mac, network, bootable, source_ip_filtering } = it;
  const ip_address = addresses.filter((one) => one.mac === mac).map(toInterfaceAddress);
  return { index, ip_addresses: { ip_address }, mac, network, type, bootable, source_ip_filtering };
}

/**
 * Renders an address of an interface. Only regular IPv4 addresses come from DHCP: IPv6 uses SLAAC, and floating IPs are
 * configured by hand.
 */
function toInterfaceAddress({ address, family, floating, release_policy }: Address): object {
  const dhcp_provided = toYesNo(family === 'IPv4' && !floating);
  return { address, dhcp_provided, family, floating: toYesNo(floating), release_policy };
}

function toDeviceBody(storage: Storage): object {
  const { uuid, title, size, tier, encrypted, labels, device } = storage;
  return {
    address: device?.address,
    boot_disk: device?.boot_disk,
    labels,
    part_of_plan: 'no',
    storage: uuid,
    storage_encrypted: encrypted,
    storage_size: size,
    storage_tier: tier,
    storage_title: title,
    type: 'disk',
  };
}
