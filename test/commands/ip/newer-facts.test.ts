import { describe, expect, test } from 'vitest';
import { type CannedResponses, startApiServer } from '../../api-server.ts';
import { upc } from '../../fixture.ts';

const SERVER = '0078c168-d578-4a64-95cf-07376f1dc524';
const onServer = { server: SERVER, family: 'IPv4', zone: 'fi-hel2', ptr_record: '' };
const privateAddress = {
  ...onServer,
  access: 'private',
  address: '10.20.0.5',
  mac: 'da:45:c4:00:00:03',
  account_id: 4711,
  delegated_to_account_id: 4712,
  dhcp_provided: 'yes',
};
const floating = { ...onServer, access: 'public', address: '192.0.2.50', mac: 'DA:45:C4:00:00:01', floating: 'yes' };
const regular = { ...onServer, access: 'public', address: '192.0.2.10', mac: 'DA:45:C4:00:00:01' };
const detached = { ...floating, address: '192.0.2.60', server: '', mac: '' };
const addressWithNewAccess = { ...onServer, access: 'shared', address: '192.0.2.70', mac: 'da:45:c4:00:00:01' };
const allAddresses = [privateAddress, floating, regular, detached, addressWithNewAccess];

const networkInterface = (index: number, type: string, mac: string, addresses: readonly object[]) => ({
  index,
  type,
  mac,
  ip_addresses: { ip_address: addresses },
});
const server = {
  uuid: SERVER,
  title: 'web-1',
  hostname: 'web-1.example.com',
  zone: 'fi-hel2',
  state: 'started',
  networking: {
    interfaces: {
      interface: [
        networkInterface(1, 'public', 'da:45:c4:00:00:01', [regular, floating]),
        networkInterface(2, 'private', 'DA:45:C4:00:00:03', [
          { address: '10.20.0.5', family: 'IPv4', dhcp_provided: 'no' },
        ]),
      ],
    },
  },
};

const account = { username: 'ann.lee@example', credits: 9972.23 };
const accountDetailsRequest = `GET /account/details/ann.lee%40example`;

const startServerWithResponses = (more: CannedResponses = {}) =>
  startApiServer({
    'GET /ip_address': { body: { ip_addresses: { ip_address: allAddresses } } },
    ...Object.fromEntries(allAddresses.map((ip) => [`GET /ip_address/${ip.address}`, { body: { ip_address: ip } }])),
    'GET /server': { body: { servers: { server: [server] } } },
    [`GET /server/${SERVER}`]: { body: { server } },
    'GET /load-balancer': { body: [] },
    'GET /account': { body: { account } },
    [accountDetailsRequest]: { body: { account: { currency: 'USD' } } },
    'GET /price': { body: { prices: { zone: [{ name: 'fi-hel2', ipv4_address: { amount: 1, price: 0.336 } }] } } },
    ...more,
  });

const json = async (line: string, more?: CannedResponses) => {
  const { env } = await startServerWithResponses(more);
  const { code, out, err } = await upc(`${line} --json`, { env });
  return {
    code,
    err,
    value: out === '' ? undefined : JSON.parse(out),
    error: err.startsWith('{') ? JSON.parse(err).error : undefined,
  };
};
const text = async (line: string, more?: CannedResponses) =>
  (await upc(line, { env: (await startServerWithResponses(more)).env })).out;

describe('R-MOD-7 an address of a private network', () => {
  test('is shown with what the service says of it, and explained', async () => {
    const out = await text('ip show 10.20.0.5');
    expect(out).toMatch(/^Kind +private IPv4, in a private \(SDN\) network$/m);
    expect(out).toMatch(/^DHCP +yes: the server gets it by DHCP$/m);
    expect(out).toMatch(/^Account +4711$/m);
    expect(out).toMatch(/^Delegated to account +4712$/m);
    expect(out).toMatch(/^Interface +2, private, DA:45:C4:00:00:03$/m);
    expect(out).toMatch(/^If deleted +The address belongs to a private network/m);
    expect(out).not.toMatch(/utility|IPv6|floating IP/);
    const { value } = await json('ip show 10.20.0.5');
    expect(value).toMatchObject({
      access: 'private',
      account_id: 4711,
      delegated_to_account_id: 4712,
      dhcp_provided: 'yes',
    });
  });

  test('is filtered by its access; others of its kind pass unfiltered', async () => {
    expect((await json('ip list --access private')).value.map(({ address }: { address: string }) => address)).toEqual([
      '10.20.0.5',
    ]);
    expect((await json('ip list')).value.map(({ access }: { access: string }) => access)).toContain('shared');
    expect(await text('ip list --columns address,kind --no-headers')).toMatch(/^10\.20\.0\.5 +private$/m);
  });

  test('appears on its interface in the tree, even without its MAC address', async () => {
    for (const mac of ['da:45:c4:00:00:03', '', null]) {
      const { value } = await json('ip tree', {
        'GET /ip_address': { body: { ip_addresses: { ip_address: [{ ...privateAddress, mac }] } } },
      });
      const [, second] = value[0].servers[0].interfaces;
      expect(second).toMatchObject({ index: 2, type: 'private', addresses: [{ address: '10.20.0.5' }] });
      expect(value[0].servers[0].interfaces).toHaveLength(2);
    }
  });

  test.each([
    ['ip policy set keep 10.20.0.5', 'RELEASE_POLICY_NOT_AVAILABLE'],
    ['ip ptr set 10.20.0.5 a.example.com', 'PTR_RECORD_NOT_SUPPORTED'],
    ['ip float detach 10.20.0.5', 'FLOATING_IP_NOT_AVAILABLE'],
  ])('%s is rejected and calls it neither utility nor IPv6', async (line, code) => {
    const { error } = await json(line);
    expect(error).toMatchObject({ code, exit_code: 2 });
    expect(error.message).toContain('10.20.0.5 is a private address');
  });

  test('a file of reverse DNS does not name it, and an audit is silent about it, as about utility addresses', async () => {
    const { env } = await startServerWithResponses();
    const plan = await upc('ip ptr plan - --json', { env, stdin: '10.20.0.5 a.example.com\n' });
    expect(JSON.parse(plan.err).error).toMatchObject({ code: 'PTR_RECORD_NOT_SUPPORTED' });
    expect(await text('ip ptr export')).not.toContain('10.20.0.5');
    const odd = { ...privateAddress, is_delegated: 'yes', release_policy: 'release', server: null, mac: null };
    const { value } = await json('ip audit', { 'GET /ip_address': { body: { ip_addresses: { ip_address: [odd] } } } });
    expect(value).toEqual([]);
    expect(
      (
        await json('ip list --detached', {
          'GET /ip_address': { body: { ip_addresses: { ip_address: [{ ...odd, is_delegated: 'no' }] } } },
        })
      ).value,
    ).toEqual([]);
  });
});

describe('what the service does not say is not claimed', () => {
  test.each([
    [
      floating,
      'The API reports no release policy. By default the address stays on the account as a detached floating IP',
    ],
    [
      { ...floating, is_delegated: 'yes', server: null },
      'By default the address becomes a detached floating IP when the load balancer',
    ],
    [regular, 'The API reports no release policy. By default the address is lost when its server is deleted.'],
    [{ ...floating, release_policy: 'release' }, 'The address is lost when its server is deleted.'],
    [{ ...floating, release_policy: 'archive' }, "does not know the release policy 'archive'"],
    [addressWithNewAccess, "does not know the access type 'shared'"],
  ])('of %o', async (ip, expected) => {
    const { value } = await json(`ip show ${ip.address}`, {
      [`GET /ip_address/${ip.address}`]: { body: { ip_address: ip } },
    });
    expect(value.on_deletion).toContain(expected);
  });

  test('an empty server or MAC address means none', async () => {
    const { value } = await json('ip list --detached');
    expect(value).toMatchObject([{ address: '192.0.2.60', server: null, mac: null }]);
    expect((await json('ip show 192.0.2.60')).value.on_deletion).toBe(
      'The address is detached and stays on the account until it is released.',
    );
  });
});

describe('T-12 MAC addresses are compared by value', () => {
  test.each(['da:45:c4:00:00:01', 'DA-45-C4-00-00-01'])(
    '--mac %s names the interface, whatever its case',
    async (mac) => {
      const { code, value } = await json(`ip float attach 192.0.2.50 --mac ${mac}`);
      expect({ code, changed: value.changed }).toEqual({ code: 0, changed: false });
      const dry = await json(`ip float attach 192.0.2.60 --mac ${mac} --dry-run`);
      expect(dry.value[0].body).toEqual({ ip_address: { mac: 'da:45:c4:00:00:01' } });
    },
  );

  test('a response in capitals is what was asked for', async () => {
    const attached = { ...detached, server: SERVER, mac: 'DA:45:C4:00:00:01' };
    const { code, value } = await json('ip float attach 192.0.2.60 --server web-1', {
      'PATCH /ip_address/192.0.2.60': { status: 202, body: { ip_address: attached } },
    });
    expect({ code, changed: value?.changed }).toEqual({ code: 0, changed: true });
  });
});

describe("amounts are in the account's own currency", () => {
  const forbidden = { status: 403, body: { error: { error_code: 'ACTION_FORBIDDEN', error_message: 'No.' } } };
  const unknown = [
    { [accountDetailsRequest]: forbidden },
    { [accountDetailsRequest]: { status: 404, body: {} } },
    { [accountDetailsRequest]: { body: { account: {} } } },
  ];

  test('whoami names it', async () => {
    expect(await text('whoami')).toMatch(/^Credits +99\.72 USD \(9972\.23 credits\)$/m);
    expect((await json('whoami')).value).toMatchObject({ credits: 9972.23, currency: 'USD' });
  });

  test('an audit names it, and fills the euros only where it is the euro', async () => {
    const fetchDetachedFinding = async (more?: CannedResponses) =>
      (await json('ip audit', more)).value.find(({ id }: { id: string }) => id === 'floating-detached');
    expect(await fetchDetachedFinding()).toMatchObject({
      message: '192.0.2.60 is detached. It costs 0.336 cents an hour (2.45 USD for 730 hours).',
      cost: { cents_per_hour: 0.336, hours_per_month: 730, currency: 'USD', per_month: 2.45, eur_per_month: null },
    });
    expect(
      (await fetchDetachedFinding({ [accountDetailsRequest]: { body: { account: { currency: 'EUR' } } } })).cost,
    ).toMatchObject({
      currency: 'EUR',
      per_month: 2.45,
      eur_per_month: 2.45,
    });
  });

  test.each(unknown)(
    'without permission to read it, amounts have no currency, and both commands warn (%#)',
    async (more) => {
      const who = await json('whoami', more);
      expect(who.code).toBe(0);
      expect(who.value).toMatchObject({ credits: 9972.23, currency: null });
      expect(who.err).toContain('Warning: The currency of the account could not be fetched: ');
      expect(await text('whoami', more)).toMatch(/^Credits +9972\.23 credits \(1 credit is 1 cent; .* unknown\)$/m);
      const audit = await json('ip audit', more);
      expect(audit.err).toContain('Warning: The currency of the account could not be fetched: ');
      const found = audit.value.find(({ id }: { id: string }) => id === 'floating-detached');
      expect(found.cost).toMatchObject({ currency: null, per_month: 2.45, eur_per_month: null });
      expect(found.message).not.toMatch(/EUR|USD/);
    },
  );

  test('an audit without an amount does not speak of it', async () => {
    const { err } = await json('ip audit', {
      [accountDetailsRequest]: forbidden,
      'GET /ip_address': { body: { ip_addresses: { ip_address: [regular] } } },
    });
    expect(err).not.toContain('currency');
  });
});
