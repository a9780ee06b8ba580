/**
 * The account that the benchmark's server shows. Each group of four addresses belongs to one server: a floating IP, a public
 * IPv4, an IPv6 and a utility address. The floating IP of every fourth server is detached. The account is computed for each
 * request, not stored.
 */
const ZONES = ['fi-hel2', 'de-fra1', 'nl-ams1'];
const GROUP_SIZE = 4;

const toPaddedHex = (n, digits) => n.toString(16).padStart(digits, '0');
const getGroupZone = (group) => ZONES[(group >> 6) % ZONES.length];
const createServerUuid = (group) => `00100000-0000-4000-8000-${toPaddedHex(group, 12)}`;
const parseGroupNumber = (uuid) => Number.parseInt(uuid.slice(24), 16);
const createMac = (n) =>
  `da:45:${toPaddedHex((n >> 24) & 255, 2)}:${toPaddedHex((n >> 16) & 255, 2)}:${toPaddedHex((n >> 8) & 255, 2)}:${toPaddedHex(n & 255, 2)}`;
const parseMacNumber = (mac) => Number.parseInt(mac.slice(6).replaceAll(':', ''), 16);

/** Returns the nth IPv4 address from 198.18.0.0 on; n begins at 0. */
export function createIPv4Address(n) {
  const value = 198 * 2 ** 24 + 18 * 2 ** 16 + n;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Returns the index of an address in the account. */
function parseAddressIndex(address) {
  const [, , second, third, fourth] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  return ((Number(second) - 18) << 16) + (Number(third) << 8) + Number(fourth);
}

function createAddressAt(i) {
  const group = Math.floor(i / GROUP_SIZE);
  const isDetached = i % GROUP_SIZE === 0 && group % 4 === 0;
  const kind = [
    {
      access: 'public',
      address: createIPv4Address(i),
      family: 'IPv4',
      floating: 'yes',
      mac: createMac(i + 1),
      release_policy: 'keep',
    },
    {
      access: 'public',
      address: createIPv4Address(i),
      family: 'IPv4',
      floating: 'no',
      mac: createMac(i),
      release_policy: 'release',
    },
    {
      access: 'public',
      address: `2001:db8:${toPaddedHex(i >> 16, 1)}:${toPaddedHex(i & 65535, 1)}:d845:c4ff:fe5c:0b77`,
      family: 'IPv6',
    },
    { access: 'utility', address: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`, family: 'IPv4' },
  ][i % GROUP_SIZE];
  return {
    floating: 'no',
    mac: createMac(i),
    release_policy: 'release',
    ptr_record: kind.access === 'public' ? `host-${i}.example.com` : '',
    ...kind,
    ...(isDetached ? { mac: undefined } : { server: createServerUuid(group) }),
    zone: getGroupZone(group),
  };
}

const createServerSummary = (group) => ({
  uuid: createServerUuid(group),
  title: `node-${group}`,
  hostname: `node-${group}.example.com`,
  zone: getGroupZone(group),
  state: 'started',
});

function createServerDetails(group) {
  const all = Array.from({ length: GROUP_SIZE }, (_, n) => createAddressAt(group * GROUP_SIZE + n));
  const networkInterface = (index, type, mac) => ({
    index,
    type,
    mac,
    network: '',
    ip_addresses: {
      ip_address: all
        .filter((ip) => ip.mac === mac)
        .map(({ address, family, floating }) => ({ address, family, floating })),
    },
  });
  const interfaces = [1, 2, 3].map((n) => networkInterface(n, all[n].access, all[n].mac));
  return { ...createServerSummary(group), networking: { interfaces: { interface: interfaces } } };
}

/** Returns the body of a GET response for an account with `count` addresses. */
export function createGetBody(path, count) {
  const [resource, id] = path.split('/');
  if (resource === 'load-balancer') return [];
  if (resource === 'zone') return { zones: { zone: ZONES.map((zone) => ({ id: zone, description: zone })) } };
  if (path === 'account') return { account: { username: 'bench', credits: 100_000, resource_limits: {} } };
  if (resource === 'account') return { account: { currency: 'EUR' } };
  if (resource === 'price')
    return { prices: { zone: ZONES.map((name) => ({ name, ipv4_address: { amount: 1, price: 0.5 } })) } };
  if (resource === 'server' && id) return { server: createServerDetails(parseGroupNumber(id)) };
  if (resource === 'server')
    return {
      servers: { server: Array.from({ length: Math.ceil(count / GROUP_SIZE) }, (_, i) => createServerSummary(i)) },
    };
  if (id) return { ip_address: createAddressAt(parseAddressIndex(id)) };
  return { ip_addresses: { ip_address: Array.from({ length: count }, (_, i) => createAddressAt(i)) } };
}

/** Returns the body of the response to a POST or PATCH: the address with the requested changes. */
export function createChangeBody(path, request) {
  const [, address] = path.split('/');
  const { mac, server, zone, ...fields } = request.ip_address;
  const old = address
    ? createAddressAt(parseAddressIndex(address))
    : {
        ...createAddressAt(0),
        address: createIPv4Address(1_000_000),
        zone: zone ?? ZONES[0],
        server: undefined,
        mac: undefined,
      };
  const group = mac ? Math.floor(parseMacNumber(mac) / GROUP_SIZE) : undefined;
  const place =
    mac === undefined
      ? {}
      : mac
        ? { mac, server: createServerUuid(group), zone: getGroupZone(group) }
        : { mac: undefined, server: undefined };
  return { ip_address: { ...old, ...fields, ...place } };
}
