import * as v from 'valibot';
import { DEFAULT_SETTINGS } from './server-defaults.ts';

const textShape = v.string();
const familyShape = v.picklist(['IPv4', 'IPv6']);

/**
 * The required structure of a saved state, for the parts that exist in every version. An edit by hand may have damaged the
 * file. Users must then see an error about the file, not an error of the API.
 */
const stateShape = v.looseObject({
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  seed: textShape,
  accounts: v.pipe(
    v.array(
      v.looseObject({
        username: textShape,
        password: textShape,
        token: textShape,
        credits: v.number(),
        resource_limits: v.record(textShape, v.number()),
      }),
    ),
    v.minLength(1),
  ),
  zones: v.array(
    v.looseObject({
      id: textShape,
      description: textShape,
      pool: v.looseObject({ public: v.array(textShape), utility: v.array(textShape) }),
      ipv6_prefix: textShape,
      prices: v.looseObject({ ipv4_address: v.number(), server_core: v.number() }),
    }),
  ),
  servers: v.array(
    v.looseObject({
      uuid: textShape,
      owner: textShape,
      title: textShape,
      hostname: textShape,
      zone: textShape,
      state: v.picklist(['started', 'stopped', 'maintenance', 'error']),
      interfaces: v.array(
        v.looseObject({ index: v.number(), type: textShape, mac: textShape, network: textShape, family: familyShape }),
      ),
    }),
  ),
  addresses: v.array(
    v.looseObject({
      address: textShape,
      owner: textShape,
      access: textShape,
      family: familyShape,
      floating: v.boolean(),
      part_of_plan: v.boolean(),
      ptr_record: textShape,
      release_policy: v.picklist(['keep', 'release']),
      zone: textShape,
      mac: v.nullable(textShape),
      load_balancer: v.nullable(textShape),
    }),
  ),
  loadBalancers: v.array(
    v.looseObject({
      uuid: textShape,
      owner: textShape,
      name: textShape,
      zone: textShape,
      networks: v.array(v.looseObject({ name: textShape })),
      ip_addresses: v.array(v.looseObject({ address: textShape, network_name: textShape })),
    }),
  ),
});

const recordsShape = v.array(v.looseObject({}));

/** The required structure of the parts of a state that version 2 added. */
const version2Shape = v.looseObject({
  zones: v.array(v.looseObject({ number: v.number(), public_range: textShape })),
  servers: v.array(
    v.looseObject({
      ...Object.fromEntries(Object.keys(DEFAULT_SETTINGS).map((key) => [key, textShape])),
      upcoming: v.array(v.looseObject({ state: textShape, at: v.number() })),
      plan: textShape,
      core_number: textShape,
      memory_amount: textShape,
      created: v.number(),
      labels: recordsShape,
      interfaces: v.array(v.looseObject({ bootable: textShape, source_ip_filtering: textShape })),
    }),
  ),
  storages: v.array(
    v.looseObject({
      uuid: textShape,
      owner: textShape,
      title: textShape,
      size: v.number(),
      tier: textShape,
      zone: textShape,
      encrypted: textShape,
      labels: recordsShape,
      backup_rule: v.record(textShape, textShape),
      created: v.number(),
      device: v.nullable(v.looseObject({ server: textShape, address: textShape, boot_disk: textShape })),
    }),
  ),
  networks: v.array(
    v.looseObject({
      uuid: textShape,
      owner: textShape,
      name: textShape,
      zone: textShape,
      router: v.nullable(textShape),
      ip_network: v.looseObject({
        address: textShape,
        dhcp_dns: v.array(textShape),
        family: familyShape,
        gateway: textShape,
      }),
    }),
  ),
  loadBalancers: v.array(
    v.looseObject({
      created_at: textShape,
      updated_at: textShape,
      labels: recordsShape,
      backends: recordsShape,
      frontends: recordsShape,
      resolvers: recordsShape,
    }),
  ),
});

/**
 * Returns the path of the first damaged value in a state, such as `servers.0.title`. Returns undefined if the state is
 * valid.
 */
export function findStateDamage(state: unknown): string | undefined {
  const { success, issues, output } = v.safeParse(stateShape, state, { abortEarly: true });
  if (!success) return (issues[0] && v.getDotPath(issues[0])) || 'the top level';
  const newer = output.version > 1 ? v.safeParse(version2Shape, state, { abortEarly: true }) : undefined;
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
