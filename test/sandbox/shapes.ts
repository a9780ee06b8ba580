/**
 * The keys and JSON types of a response. A key that ends in `?` is optional. An array with one member describes a list
 * whose members all have this shape. An empty array describes a list whose members are not checked.
 */
export type JsonShape =
  | 'str'
  | 'int'
  | 'num'
  | 'bool'
  | 'null'
  | readonly JsonShape[]
  | { readonly [key: string]: JsonShape };

const label = { key: 'str', value: 'str' } as const;

const address = {
  access: 'str',
  address: 'str',
  family: 'str',
  floating: 'str',
  mac: 'str',
  ptr_record: 'str',
  server: 'str',
  zone: 'str',
} as const;

const { mac: _mac, server: _server, ...detached } = address;

const interfaceShape = {
  bootable: 'str',
  index: 'int',
  ip_addresses: {
    ip_address: [{ address: 'str', dhcp_provided: 'str', family: 'str', floating: 'str', release_policy: 'str' }],
  },
  mac: 'str',
  network: 'str',
  source_ip_filtering: 'str',
  type: 'str',
} as const;

const serverSummaryShape = {
  core_number: 'str',
  created: 'int',
  host: 'int',
  hostname: 'str',
  labels: { label: [label] },
  license: 'int',
  memory_amount: 'str',
  plan: 'str',
  plan_ipv4_bytes: 'str',
  plan_ipv6_bytes: 'str',
  server_group: 'null',
  simple_backup: 'str',
  state: 'str',
  tags: { tag: [] },
  title: 'str',
  uuid: 'str',
  zone: 'str',
} as const;

const deviceShape = {
  address: 'str',
  boot_disk: 'str',
  labels: [label],
  storage: 'str',
  storage_encrypted: 'str',
  storage_size: 'int',
  storage_tier: 'str',
  storage_title: 'str',
  type: 'str',
} as const;

const server = {
  ...serverSummaryShape,
  boot_order: 'str',
  devices: { device: [] },
  firewall: 'str',
  ip_addresses: { ip_address: [{ access: 'str', address: 'str', family: 'str' }] },
  metadata: 'str',
  networking: { interfaces: { interface: [interfaceShape] } },
  nic_model: 'str',
  remote_access_enabled: 'str',
  remote_access_password: 'str',
  remote_access_type: 'str',
  storage_devices: { storage_device: [deviceShape] },
  timezone: 'str',
  video_model: 'str',
} as const;

const firewallRuleShape: JsonShape = Object.fromEntries(
  `action comment destination_address_end destination_address_start destination_port_end destination_port_start direction
   family icmp_type position protocol source_address_end source_address_start source_port_end source_port_start`
    .split(/\s+/)
    .map((key) => [key, 'str' as const]),
);

const ipNetworkShape = {
  address: 'str',
  dhcp: 'str',
  dhcp_default_route: 'str',
  dhcp_dns: ['str'],
  family: 'str',
  gateway: 'str',
} as const;

const networkShape = {
  ip_networks: { ip_network: [ipNetworkShape] },
  name: 'str',
  servers: { server: [{ title: 'str', uuid: 'str' }] },
  type: 'str',
  uuid: 'str',
  zone: 'str',
} as const;

const routesShape = {
  dhcp_effective_routes: [],
  dhcp_routes_configuration: {
    effective_routes_auto_population: {
      enabled: 'str',
      exclude_by_source: ['str'],
      filter_by_destination: ['str'],
      filter_by_route_type: ['str'],
    },
  },
} as const;

const storageShape = {
  access: 'str',
  backup_rule: { interval: 'str', retention: 'str', time: 'str' },
  backups: { backup: [] },
  created: 'str',
  labels: [label],
  license: 'int',
  servers: { server: [] },
  size: 'int',
  state: 'str',
  tier: 'str',
  title: 'str',
  type: 'str',
  uuid: 'str',
  zone: 'str',
} as const;

const timestampsShape = { created_at: 'str', updated_at: 'str' } as const;

const loadBalancerShape = {
  ...timestampsShape,
  backends: [
    {
      ...timestampsShape,
      members: [],
      name: 'str',
      properties: {
        health_check_expected_status: 'int',
        health_check_fall: 'int',
        health_check_interval: 'int',
        health_check_on_down: 'str',
        health_check_rise: 'int',
        health_check_tls_verify: 'bool',
        health_check_type: 'str',
        health_check_url: 'str',
        http2_enabled: 'bool',
        outbound_proxy_protocol: 'str',
        sticky_session_cookie_attributes: 'null',
        sticky_session_cookie_name: 'str',
        timeout_server: 'int',
        timeout_tunnel: 'int',
        tls_enabled: 'bool',
        tls_use_system_ca: 'bool',
        tls_verify: 'bool',
      },
      resolver: 'str',
      tls_configs: [],
    },
  ],
  configured_status: 'str',
  dns_name: 'str',
  frontends: [
    {
      ...timestampsShape,
      default_backend: 'str',
      mode: 'str',
      name: 'str',
      networks: [{ name: 'str' }],
      port: 'int',
      properties: { http2_enabled: 'bool', inbound_proxy_protocol: 'bool', timeout_client: 'int' },
      rules: [],
      tls_configs: [],
    },
  ],
  ip_addresses: [],
  labels: [],
  maintenance_dow: 'str',
  maintenance_time: 'str',
  name: 'str',
  network_uuid: 'str',
  networks: [{ ...timestampsShape, dns_name: 'str', family: 'str', name: 'str', type: 'str', 'uuid?': 'str' }],
  nodes: [{ networks: [], operational_state: 'str' }],
  operational_state: 'str',
  plan: 'str',
  resolvers: [
    {
      ...timestampsShape,
      cache_invalid: 'int',
      cache_valid: 'int',
      name: 'str',
      nameservers: ['str'],
      retries: 'int',
      timeout: 'int',
      timeout_retry: 'int',
    },
  ],
  uuid: 'str',
  zone: 'str',
} as const;

const priceShape = { amount: 'int', price: 'num' } as const;
const integerPriceShape = { amount: 'int', price: 'int' } as const;
const pricesShape = {
  name: 'str',
  firewall: priceShape,
  io_request_backup: integerPriceShape,
  io_request_hdd: integerPriceShape,
  io_request_maxiops: integerPriceShape,
  ipv4_address: priceShape,
  ipv6_address: integerPriceShape,
  network_private_vlan: priceShape,
  public_ipv4_bandwidth_in: integerPriceShape,
  public_ipv4_bandwidth_out: integerPriceShape,
  public_ipv6_bandwidth_in: integerPriceShape,
  public_ipv6_bandwidth_out: integerPriceShape,
  server_core: priceShape,
  server_memory: priceShape,
  storage_backup: priceShape,
  storage_hdd: priceShape,
  storage_maxiops: priceShape,
  storage_template: priceShape,
  'server_plan_1xCPU-1GB': priceShape,
} as const;

const texts = (keys: string): { readonly [key: string]: JsonShape } =>
  Object.fromEntries(keys.split(/\s+/).map((key) => [key, 'str' as const]));

const accountDetailsShape: JsonShape = {
  ...texts(
    'address allow_api allow_gui city company country currency email enable_3rd_party_services first_name language',
  ),
  ...texts('last_name main_account phone postal_code state timezone type username vat_number'),
  campaigns: { campaign: [] },
  ip_filters: { ip_filter: ['str'] },
  network_access: { network: ['str'] },
  roles: { role: ['str'] },
  server_access: { server: [{ storage: 'str', uuid: 'str' }] },
  storage_access: { storage: ['str'] },
  tag_access: { tag: [{ name: 'str', storage: 'str' }] },
};

/** The status and body of each response, by method and path. The paths are those of the route table. */
export const RESPONSE_SHAPES: Readonly<Record<string, { readonly status: number; readonly body?: JsonShape }>> = {
  'GET /ip_address': {
    status: 200,
    body: { ip_addresses: { ip_address: [{ ...detached, 'mac?': 'str', 'server?': 'str' }] } },
  },
  'POST /ip_address': { status: 201, body: { ip_address: address } },
  'PATCH /ip_address/:address': { status: 202, body: { ip_address: address } },
  'DELETE /ip_address/:address': { status: 204 },
  'GET /server/:uuid': { status: 200, body: { server } },
  'POST /server': { status: 202, body: { server: { ...server, password: 'str', progress: 'str', username: 'str' } } },
  'GET /server': { status: 200, body: { servers: { server: [serverSummaryShape] } } },
  'PUT /server/:uuid': { status: 202, body: { server } },
  'POST /server/:uuid/start': { status: 200, body: { server } },
  'POST /server/:uuid/stop': { status: 200, body: { server } },
  'POST /server/:uuid/restart': { status: 200, body: { server } },
  'DELETE /server/:uuid': { status: 204 },
  'GET /server/:uuid/networking': {
    status: 200,
    body: { networking: { interfaces: { interface: [interfaceShape] } } },
  },
  'POST /server/:uuid/networking/interface': { status: 201, body: { interface: interfaceShape } },
  'PUT /server/:uuid/networking/interface/:index': { status: 200, body: { interface: interfaceShape } },
  'DELETE /server/:uuid/networking/interface/:index': { status: 204 },
  'GET /server/:uuid/firewall_rule': { status: 200, body: { firewall_rules: { firewall_rule: [firewallRuleShape] } } },
  'GET /zone': { status: 200, body: { zones: { zone: [{ description: 'str', id: 'str', public: 'str' }] } } },
  'GET /plan': {
    status: 200,
    body: {
      plans: {
        plan: [
          {
            core_number: 'int',
            memory_amount: 'int',
            name: 'str',
            public_traffic_out: 'int',
            storage_size: 'int',
            storage_tier: 'str',
          },
        ],
      },
    },
  },
  'GET /price': { status: 200, body: { prices: { zone: [pricesShape] } } },
  'GET /network': { status: 200, body: { networks: { network: [{ ...networkShape, 'router?': 'str' }] } } },
  'GET /network/:uuid': {
    status: 200,
    body: {
      network: {
        ...networkShape,
        effective_routes: [],
        ip_networks: { ip_network: [{ ...ipNetworkShape, ...routesShape }] },
        labels: [],
      },
    },
  },
  'POST /storage': { status: 201, body: { storage: storageShape } },
  'GET /load-balancer/:uuid': { status: 200, body: loadBalancerShape },
  'POST /load-balancer': { status: 201, body: loadBalancerShape },
  'DELETE /load-balancer/:uuid': { status: 204 },
  'GET /account/details/:username': { status: 200, body: { account: accountDetailsShape } },
};

/** Returns a description, with its path, of each value that is missing or has the wrong type. */
export function findMismatches(shape: JsonShape, value: unknown, path = ''): string[] {
  if (typeof shape === 'string')
    return isOfType(shape, value) ? [] : [`${path}: ${JSON.stringify(value)} is not ${shape}`];
  if (isListShape(shape)) {
    if (!Array.isArray(value)) return [`${path} is not a list`];
    const [member] = shape;
    return member === undefined ? [] : value.flatMap((it, at) => findMismatches(member, it, `${path}[${at}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is not an object`];
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.entries(shape).flatMap(([key, wanted]) => {
    const name = key.replace(/\?$/, '');
    if (!fields.has(name)) return key.endsWith('?') ? [] : [`${path}.${name} is missing`];
    return findMismatches(wanted, fields.get(name), `${path}.${name}`);
  });
}

function isListShape(shape: JsonShape): shape is readonly JsonShape[] {
  return Array.isArray(shape);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'int') return Number.isSafeInteger(value);
  if (type === 'null') return value === null;
  const names: Record<string, string> = { str: 'string', num: 'number', bool: 'boolean' };
  return typeof value === names[type];
}
