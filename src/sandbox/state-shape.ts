import * as v from 'valibot';
import { DEFAULT_SETTINGS } from './server-defaults.ts';

const text = v.string();
const family = v.picklist(['IPv4', 'IPv6']);

/**
 * What rules need in every version of the state; upgrade.ts adds the rest. An edit by hand may have removed a part of
 * the file. This must be reported as damage to the file, not later as an error of the API.
 */
const stateShape = v.looseObject({
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  seed: text,
  accounts: v.pipe(
    v.array(
      v.looseObject({
        username: text,
        password: text,
        token: text,
        credits: v.number(),
        resource_limits: v.record(text, v.number()),
      }),
    ),
    v.minLength(1),
  ),
  zones: v.array(
    v.looseObject({
      id: text,
      description: text,
      pool: v.looseObject({ public: v.array(text), utility: v.array(text) }),
      ipv6_prefix: text,
      prices: v.looseObject({ ipv4_address: v.number(), server_core: v.number() }),
    }),
  ),
  servers: v.array(
    v.looseObject({
      uuid: text,
      owner: text,
      title: text,
      hostname: text,
      zone: text,
      state: v.picklist(['started', 'stopped', 'maintenance', 'error']),
      interfaces: v.array(v.looseObject({ index: v.number(), type: text, mac: text, network: text, family })),
    }),
  ),
  addresses: v.array(
    v.looseObject({
      address: text,
      owner: text,
      access: text,
      family,
      floating: v.boolean(),
      part_of_plan: v.boolean(),
      ptr_record: text,
      release_policy: v.picklist(['keep', 'release']),
      zone: text,
      mac: v.nullable(text),
      load_balancer: v.nullable(text),
    }),
  ),
  loadBalancers: v.array(
    v.looseObject({
      uuid: text,
      owner: text,
      name: text,
      zone: text,
      networks: v.array(v.looseObject({ name: text })),
      ip_addresses: v.array(v.looseObject({ address: text, network_name: text })),
    }),
  ),
});

const records = v.array(v.looseObject({}));

/** The members of the state that version 2 added. */
const version2 = v.looseObject({
  zones: v.array(v.looseObject({ number: v.number(), public_range: text })),
  servers: v.array(
    v.looseObject({
      ...Object.fromEntries(Object.keys(DEFAULT_SETTINGS).map((key) => [key, text])),
      upcoming: v.array(v.looseObject({ state: text, at: v.number() })),
      plan: text,
      core_number: text,
      memory_amount: text,
      created: v.number(),
      labels: records,
      interfaces: v.array(v.looseObject({ bootable: text, source_ip_filtering: text })),
    }),
  ),
  storages: v.array(
    v.looseObject({
      uuid: text,
      owner: text,
      title: text,
      size: v.number(),
      tier: text,
      zone: text,
      encrypted: text,
      labels: records,
      backup_rule: v.record(text, text),
      created: v.number(),
      device: v.nullable(v.looseObject({ server: text, address: text, boot_disk: text })),
    }),
  ),
  networks: v.array(
    v.looseObject({
      uuid: text,
      owner: text,
      name: text,
      zone: text,
      router: v.nullable(text),
      ip_network: v.looseObject({ address: text, dhcp_dns: v.array(text), family, gateway: text }),
    }),
  ),
  loadBalancers: v.array(
    v.looseObject({
      created_at: text,
      updated_at: text,
      labels: records,
      backends: records,
      frontends: records,
      resolvers: records,
    }),
  ),
});

/**
 * Returns the path of the first damaged value in a state, such as `servers.0.title`; undefined if the state is valid.
 */
export function findDamage(state: unknown): string | undefined {
  const { success, issues, output } = v.safeParse(stateShape, state, { abortEarly: true });
  if (!success) return (issues[0] && v.getDotPath(issues[0])) || 'the top level';
  const newer = output.version > 1 ? v.safeParse(version2, state, { abortEarly: true }) : undefined;
  if (newer?.issues) return v.getDotPath(newer.issues[0]) ?? 'the top level';
  const macs = new Set(output.servers.flatMap(({ interfaces }) => interfaces.map(({ mac }) => mac)));
  const services = new Set(output.loadBalancers.map(({ uuid }) => uuid));
  const zones = new Set(output.zones.map(({ id }) => id));
  const unresolved = output.addresses.findIndex(
    ({ mac, load_balancer, zone }) =>
      (mac !== null && !macs.has(mac)) || (load_balancer !== null && !services.has(load_balancer)) || !zones.has(zone),
  );
  return unresolved < 0 ? undefined : `addresses.${unresolved}`;
}
