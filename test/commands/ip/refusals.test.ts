import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { knownRejectionCodes } from '../../../src/api/api-errors.ts';
import type { Address, Server, State } from '../../../src/sandbox/state.ts';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

/**
 * Provokes every documented error of every operation in the sandbox. The program rejects most of these operations
 * before it sends a request. So the tests change the account after the program has read it.
 */
describe('rejections by the API, in plain English', () => {
  const withAddress = (address: string, change: Partial<Address>) => (state: State) => ({
    ...state,
    addresses: state.addresses.map((ip) => (ip.address === address ? { ...ip, ...change } : ip)),
  });
  const withServer = (title: string, change: (server: Server) => Server) => (state: State) => ({
    ...state,
    servers: state.servers.map((server) => (server.title === title ? change(server) : server)),
  });
  const without = (address: string) => (state: State) => ({
    ...state,
    addresses: state.addresses.filter((ip) => ip.address !== address),
  });
  const withForeignAddress = (address: string) => withAddress(address, { owner: 'other' });
  const withDelegatedAddress = (address: string) => withAddress(address, { load_balancer: 'x', mac: null });
  const withServerInMaintenance = (title: string) =>
    withServer(title, (server) => ({ ...server, state: 'maintenance' }));
  const withoutCredits = (state: State) => ({
    ...state,
    accounts: state.accounts.map((one) => ({ ...one, credits: 0 })),
  });
  const withoutServer = (title: string) => (state: State) => ({
    ...state,
    servers: state.servers.filter((server) => server.title !== title),
  });
  const withFullWeb1 = (state: State): State => ({
    ...state,
    addresses: [
      ...state.addresses,
      ...[1, 2, 3, 4].flatMap((n) =>
        state.addresses.filter((ip) => ip.address === '192.0.2.10').map((ip) => ({ ...ip, address: `192.0.2.24${n}` })),
      ),
    ],
  });
  const withEmptyPool = (state: State) => ({
    ...state,
    zones: state.zones.map((zone) => ({ ...zone, pool: { ...zone.pool, public: [] } })),
  });

  type RejectedCommandCase = [
    operation: string,
    code: string,
    exit: number,
    status: number,
    line: string,
    edit: (state: State) => State,
    err: string,
  ];
  const returnUnchangedState = (state: State) => state;
  const cases: RejectedCommandCase[] = [
    [
      'get',
      'IP_ADDRESS_FORBIDDEN',
      4,
      403,
      'ip show 192.0.2.20',
      returnUnchangedState,
      'The IP address belongs to another account.',
    ],
    [
      'get',
      'IP_ADDRESS_NOT_FOUND',
      5,
      404,
      'ip show 192.0.2.250',
      returnUnchangedState,
      'This account has no IP address 192.0.2.250.',
    ],
    [
      'assign',
      'INSUFFICIENT_CREDITS',
      1,
      402,
      'ip assign --server web-1',
      withoutCredits,
      'The account does not have enough credits.',
    ],
    [
      'assign',
      'SERVER_FORBIDDEN',
      4,
      403,
      'ip assign --server web-1',
      withServer('web-1', (one) => ({ ...one, owner: 'other' })),
      'The server belongs to another account.',
    ],
    [
      'assign',
      'ADDRESS_SELECTION_FORBIDDEN',
      4,
      403,
      'ip assign --server web-1 --address 192.0.2.199',
      returnUnchangedState,
      'This account is not allowed to choose its addresses.',
    ],
    [
      'assign',
      'SERVER_NOT_FOUND',
      5,
      404,
      'ip assign --server web-1',
      withoutServer('web-1'),
      'This account has no such server.',
    ],
    [
      'assign',
      'IP_ADDRESS_LIMIT_REACHED',
      8,
      409,
      'ip assign --server web-1',
      withFullWeb1,
      'The limit on the number of IP addresses is reached.',
    ],
    [
      'assign',
      'IP_ADDRESS_RESOURCES_UNAVAILABLE',
      8,
      409,
      'ip assign --server web-1',
      withEmptyPool,
      'The zone has no free IP address left.',
    ],
    [
      'assign',
      'SERVER_STATE_ILLEGAL',
      8,
      409,
      'ip assign --server web-1',
      withServerInMaintenance('web-1'),
      'The state of the server does not allow this change.',
    ],
    [
      'create',
      'INSUFFICIENT_CREDITS',
      1,
      402,
      'ip float create --zone fi-hel2',
      withoutCredits,
      'The account does not have enough credits.',
    ],
    [
      'create',
      'IP_ADDRESS_RESOURCES_UNAVAILABLE',
      8,
      409,
      'ip float create --zone fi-hel2',
      withEmptyPool,
      'The zone has no free IP address left.',
    ],
    [
      'create',
      'MAC_INVALID',
      1,
      400,
      'ip float create --server web-1',
      withoutServer('web-1'),
      'No public IPv4 interface of this account has this MAC address.',
    ],
    [
      'modify',
      'IP_ADDRESS_FORBIDDEN',
      4,
      403,
      'ip ptr set 192.0.2.60 a.example.com',
      withForeignAddress('192.0.2.60'),
      'The IP address belongs to another account.',
    ],
    [
      'modify',
      'IP_ADDRESS_NOT_FOUND',
      5,
      404,
      'ip ptr set 192.0.2.60 a.example.com',
      without('192.0.2.60'),
      'This account has no such IP address.',
    ],
    [
      'modify',
      'MAC_INVALID',
      1,
      400,
      'ip float attach 192.0.2.60 --server web-1',
      withoutServer('web-1'),
      'No public IPv4 interface of this account has this MAC address.',
    ],
    [
      'modify',
      'PTR_RECORD_NOT_SUPPORTED',
      8,
      409,
      'ip ptr set 192.0.2.60 a.example.com',
      withAddress('192.0.2.60', { access: 'utility', floating: false }),
      'Utility addresses have no PTR record.',
    ],
    [
      'modify',
      'FLOATING_IP_NOT_AVAILABLE',
      8,
      409,
      'ip float attach 192.0.2.60 --server web-1',
      withAddress('192.0.2.60', { zone: 'de-fra1' }),
      'The API rejected this change of a floating IP.',
    ],
    [
      'modify',
      'IP_ADDRESS_DELEGATED',
      8,
      409,
      'ip float attach 192.0.2.60 --server web-1',
      withDelegatedAddress('192.0.2.60'),
      'The IP address is delegated to a service, which manages it.',
    ],
    [
      'modify',
      'RELEASE_POLICY_NOT_AVAILABLE',
      8,
      409,
      'ip policy set release 192.0.2.60',
      withAddress('192.0.2.60', { access: 'utility', floating: false }),
      'Only public IPv4 addresses have a release policy.',
    ],
    [
      'release',
      'IP_ADDRESS_FORBIDDEN',
      4,
      403,
      'ip release 192.0.2.60 --yes',
      withForeignAddress('192.0.2.60'),
      'The IP address belongs to another account.',
    ],
    [
      'release',
      'IP_ADDRESS_NOT_FOUND',
      5,
      404,
      'ip release 192.0.2.60 --yes',
      without('192.0.2.60'),
      'This account has no such IP address.',
    ],
    [
      'release',
      'SERVER_STATE_ILLEGAL',
      8,
      409,
      'ip release 192.0.2.10 --yes',
      withServerInMaintenance('web-1'),
      'The state of the server does not allow this change.',
    ],
    [
      'release',
      'CANNOT_DELETE_PRIVATE_ADDRESS',
      8,
      409,
      'ip release 192.0.2.60 --yes',
      withAddress('192.0.2.60', { access: 'utility', floating: false }),
      'A utility address cannot be released.',
    ],
    [
      'release',
      'IP_ADDRESS_DELEGATED',
      8,
      409,
      'ip release 192.0.2.60 --yes',
      withDelegatedAddress('192.0.2.60'),
      'The IP address is delegated to a service, which manages it.',
    ],
  ];

  test.each(cases)('%s: %s', async (_operation, code, exit, status, line, edit, err) => {
    for (const format of ['table', 'json'] as const) {
      const b = await startTestSandbox();
      b.editBeforeChange(edit);
      const result = await b.cli(`${line} -o ${format}`);
      expect(result).toMatchObject({ code: exit, out: '' });
      if (format === 'json') {
        const error = { code, message: err, status, hint: expect.any(String), exit_code: exit };
        expect(JSON.parse(result.err)).toEqual({ error });
      } else {
        const [first, hint] = result.err.split('\n');
        expect(first).toBe(`Error: ${err}`);
        expect(hint).toMatch(/^.{20,}$/);
      }
      expect(result.requests.at(-1)?.status).toBe(status);
      await b.close();
    }
  });

  test('every documented code has words of its own', () => {
    const documented = 'IP_ADDRESS_INVALID PTR_RECORD_INVALID SERVER_INVALID'
      .split(' ')
      .concat(cases.map(([, code]) => code));
    for (const code of documented) expect(knownRejectionCodes).toContain(code);
  });
});

describe('rejected locally, before anything is sent', () => {
  let b: TestSandbox;
  beforeAll(async () => {
    b = await startTestSandbox();
  });
  afterAll(() => b.close());

  const six = '2001:db8:1:1:d845:c4ff:fe5c:2beb';
  test.each([
    ['ip release 10.1.6.10 --yes', '10.1.6.10 is a utility address and cannot be released.'],
    ['ip release 198.51.100.10 --yes', "198.51.100.10 cannot be released: server 'mail-1' is in state maintenance."],
    [
      'ip release 192.0.2.80 --yes',
      "192.0.2.80 is delegated to load balancer 'lb-front' (0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11) and cannot be released.",
    ],
    ['ip float attach 10.1.6.10 --server web-1', '10.1.6.10 is a utility address: only floating IPs can be attached.'],
    ['ip float move 192.0.2.10 --to web-2', '192.0.2.10 is a regular address: only floating IPs can be moved.'],
    [
      'ip float attach 198.51.100.60 --server web-1',
      "198.51.100.60 is in zone de-fra1, but server 'web-1' is in zone fi-hel2.",
    ],
    ['ip float attach 192.0.2.60 --server db-1', "Server 'db-1' has 2 public IPv4 interfaces."],
    [
      'ip float attach 192.0.2.60 --server db-1 --interface 9',
      "Server 'db-1' has no public IPv4 interface with index 9.",
    ],
    [
      'ip float attach 192.0.2.60 --mac da:45:c4:5c:c5:4a',
      'No public IPv4 interface on this account has the MAC address da:45:c4:5c:c5:4a.',
    ],
    ['ip float create --zone nowhere', "There is no zone 'nowhere'."],
    ['ip float move 192.0.2.50 --to edge-1', "192.0.2.50 is in zone fi-hel2, but server 'edge-1' is in zone nl-ams1."],
    [
      'ip float attach 192.0.2.60 --server edge-1',
      "192.0.2.60 is in zone fi-hel2, but server 'edge-1' is in zone nl-ams1.",
    ],
    ['ip float create', 'No zone given.'],
    ['ip float create --server web-1 --zone de-fra1', "Server 'web-1' is in zone fi-hel2, not de-fra1."],
    ['ip float move --all --from web-1 --to web-1', '--from and --to are the same server.'],
    ['ip float move --all --to web-1', '--all needs --from <server>: the server whose addresses move.'],
    ['ip float move 192.0.2.50', 'No server to move to.'],
    ['ip float move', 'No address given.'],
    ['ip float move 192.0.2.50 --all --from web-1 --to web-2', '--all and an address cannot be combined.'],
    ['ip float attach 192.0.2.60', 'No server given.'],
    [
      'ip float attach 192.0.2.60 --server web-1 --interface eth1',
      "Option '--interface <index>' argument 'eth1' is invalid. Give the index of an interface, such as 2.",
    ],
    ['ip assign --server web-1 --access utility --family IPv6', 'Utility addresses are always IPv4.'],
    ['ip assign --mac da:45:c4:00:00:01', 'No interface on this account has the MAC address da:45:c4:00:00:01.'],
    ['ip assign --mac 00:00:00:00:00:00', "'00:00:00:00:00:00' cannot be the MAC address of an interface."],
    ['ip list --attached --detached', '--attached and --detached cannot be combined.'],
    ['ip list --json -o csv', '--json and -o csv cannot be combined.'],
    [['ip', 'list', '--server', ''], 'The server name is empty.'],
    [['ip', 'float', 'move', '192.0.2.50', '--to', ' '], 'The server name is empty.'],
    [`ip policy set keep ${six}`, `${six} is an IPv6 address: only public IPv4 addresses have a release policy.`],
    ['ip policy set maybe 192.0.2.10', "Unknown policy 'maybe'."],
    ['ip ptr set 10.1.6.10 a.example.com', '10.1.6.10 is a utility address and has no PTR record.'],
    ['ip ptr set 192.0.2.10 localhost', "'localhost' is not a hostname: it has no domain."],
    ['ip assign --server edge-1', "Server 'edge-1' has reached the limit of five public addresses."],
    ['ip assign --server web-1 --access utility', "Server 'web-1' already has a utility address: 10.1.6.10."],
    ['ip assign --server mail-1', "No address can be assigned: server 'mail-1' is in state maintenance."],
    ['ip float create --server mail-1', "The floating IP was not created: server 'mail-1' is in state maintenance."],
    [
      'ip assign --server web-1 --mac da:45:c4:5c:65:6c',
      "Server 'web-1' is started: --mac works only while the server is stopped.",
    ],
    [
      'ip assign --server web-1 --family IPv6 --release-policy keep',
      'This address is an IPv6 address: only public IPv4 addresses have a release policy.',
    ],
    ['ip assign --server web-1 --family IPv6 --address 192.0.2.7', 'Only an IPv4 address can be chosen.'],
    ['ip assign', 'No server given.'],
    ['ip release 192.0.2.60', 'Releasing one address needs confirmation, but there is no terminal.'],
    ['ip release 192.0.2.60 198.51.100.60', 'Releasing 2 addresses needs confirmation, but there is no terminal.'],
    [
      'ip release 192.0.2.60 --yes --concurrency 0',
      "Option '--concurrency <n>' argument '0' is invalid. Give a number from 1 to 16.",
    ],
  ])('%s', async (line, message) => {
    const result = await b.cli(line);
    expect(result).toMatchObject({ code: 2, out: '', changes: [] });
    expect(result.err.split('\n')[0]).toBe(`Error: ${message}`);
    expect(result.err.trim().split('\n').length).toBeGreaterThan(1);
  });

  test('the last address of a server, also when two go at once', async () => {
    await b.edit((state) => ({
      ...state,
      addresses: state.addresses.filter((ip) => ip.address !== '10.1.6.12'),
    }));
    const both = await b.cli('ip release 192.0.2.12 192.0.2.13 --yes');
    expect(both).toMatchObject({ code: 2, out: '', changes: [] });
    expect(both.err).toContain("192.0.2.12 is the last address of server 'db-1' and cannot be released.");
    expect(await b.cli('ip release 192.0.2.13 --yes')).toMatchObject({ code: 0 });
    expect(await b.cli('ip release 192.0.2.12 --yes')).toMatchObject({ code: 2, out: '', changes: [] });
  });

  test('a bad argument among good ones: no request at all', async () => {
    const bad = await b.cli('ip release 192.0.2.60 192.0.2.999 bogus --yes');
    expect(bad).toMatchObject({ code: 2, out: '', requests: [] });
    expect(bad.err).toBe(
      "Error: '192.0.2.999' is not an IP address.\n'bogus' is not an IP address.\nNothing was sent. Give four numbers from 0 to 255 without leading zeros, such as 192.0.2.10.\n",
    );
    const stdin = Array.from({ length: 14 }, (_, i) => `bogus-${i}`).join('\n');
    const many = await b.cli('ip release - --yes', { stdin });
    expect(many.err.split('\n').slice(8, 13)).toEqual([
      "'bogus-8' is not an IP address.",
      "'bogus-9' is not an IP address.",
      'And 4 more.',
      'Nothing was sent. Give an address such as 192.0.2.10 or 2001:db8::1. List yours with `upc ip list`.',
      '',
    ]);
    const rejected = await b.cli('ip release 192.0.2.80 10.1.6.10 192.0.2.60 --yes');
    expect(rejected).toMatchObject({ code: 2, out: '', changes: [] });
    expect(rejected.err).toMatch(/192\.0\.2\.80 is delegated .*\n10\.1\.6\.10 is a utility address/);
    const unknown = await b.cli('ip release 192.0.2.60 192.0.2.250 --yes');
    expect(unknown).toMatchObject({ code: 5, out: '', changes: [] });
  });
});

describe('servers by name', () => {
  let b: TestSandbox;
  beforeAll(async () => {
    b = await startTestSandbox();
  });
  afterAll(() => b.close());

  test('an ambiguous name lists the candidates and what to type', async () => {
    await b.edit((state) => ({
      ...state,
      servers: state.servers.map((server) => (server.title === 'web-2' ? { ...server, title: 'web-1' } : server)),
    }));
    const result = await b.cli('ip float attach 192.0.2.60 --server web-1');
    expect(result).toMatchObject({ code: 2, out: '', changes: [] });
    expect(result.err).toBe(
      [
        "Error: 'web-1' matches 2 servers.",
        'Give the UUID of one of them, or its first characters:',
        '  0078c168-d578-4a64-95cf-07376f1dc524  web-1  web-1.example.com  fi-hel2',
        '  009e541c-3b8f-4c1d-a6e2-51d0c7f4b832  web-1  web-2.example.com  fi-hel2',
        '',
      ].join('\n'),
    );
    expect(await b.cli('ip float attach 192.0.2.60 --server 009e')).toMatchObject({ code: 0 });
    expect(await b.cli('ip float move 192.0.2.60 --to 007')).toMatchObject({ code: 5 });
    expect((await b.cli('ip float move 192.0.2.60 --to nobody')).err).toContain(
      'Choose one of: web-1, web-1, db-1, mail-1, edge-1',
    );
  });
});

describe('what counts on a server', () => {
  const own = ['10.1.6.10', '192.0.2.10', '192.0.2.50', '2001:db8:1:1:d845:c4ff:fe5c:2beb'];
  const [utility, regular, floating] = own;

  /**
   * Starts a sandbox in which web-1 has a copy of each of these addresses, and no other address. To get several copies,
   * list an address several times.
   */
  const startSandboxWithAddressesOfWeb1 = async (likes: readonly (string | undefined)[]) => {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    await b.edit((state) => ({
      ...state,
      addresses: [
        ...state.addresses.filter(({ address }) => !own.includes(address)),
        ...likes.flatMap((like, i) =>
          state.addresses
            .filter(({ address }) => address === like)
            .map((ip) => ({ ...ip, address: like === utility ? ip.address : `192.0.2.${100 + i}` })),
        ),
      ],
    }));
    return b;
  };
  const parseJsonError = (err: string) => JSON.parse(err).error;

  test('a floating IP is not what a server is left with: its last regular address stays', async () => {
    const b = await startSandboxWithAddressesOfWeb1([regular, floating]);
    const { code, err, changes } = await b.cli('ip release 192.0.2.100 --yes --json');
    expect([code, changes]).toEqual([2, []]);
    expect(parseJsonError(err)).toMatchObject({
      code: 'SERVER_STATE_ILLEGAL',
      message: "192.0.2.100 is the last address of server 'web-1' and cannot be released.",
      hint: 'Assign another address to the server first, or delete the server.',
    });
    const two = await startSandboxWithAddressesOfWeb1([regular, regular]);
    expect((await two.cli('ip release 192.0.2.100 --yes --dry-run')).code).toBe(0);
    expect((await two.cli('ip release 192.0.2.100 192.0.2.101 --yes --dry-run')).code).toBe(2);
  });

  test('five public addresses are the most, floating and utility ones not counted', async () => {
    const four = await startSandboxWithAddressesOfWeb1([
      regular,
      regular,
      regular,
      regular,
      floating,
      floating,
      utility,
    ]);
    expect((await four.cli('ip assign --server web-1 --dry-run')).code).toBe(0);
    const five = await startSandboxWithAddressesOfWeb1([regular, regular, regular, regular, regular]);
    expect((await five.cli('ip assign --server web-1 --access utility --dry-run')).code).toBe(0);
    const { code, err } = await five.cli('ip assign --server web-1 --dry-run --json');
    expect(code).toBe(2);
    expect(parseJsonError(err)).toMatchObject({
      code: 'IP_ADDRESS_LIMIT_REACHED',
      message: "Server 'web-1' has reached the limit of five public addresses.",
      hint: 'Release one of them first, or attach a floating IP, which does not count towards this limit.',
    });
    const two = await (await startSandboxWithAddressesOfWeb1([regular, utility])).cli(
      'ip assign --server web-1 --access utility --dry-run --json',
    );
    expect(parseJsonError(two.err)).toMatchObject({
      code: 'IP_ADDRESS_LIMIT_REACHED',
      message: "Server 'web-1' already has a utility address: 10.1.6.10.",
      hint: 'Use that address: a server has at most one utility address.',
    });
  });

  test('a server in maintenance, and one in error', async () => {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    const { err } = await b.cli('ip assign --server mail-1 --json');
    expect(parseJsonError(err)).toMatchObject({
      code: 'SERVER_STATE_ILLEGAL',
      message: "No address can be assigned: server 'mail-1' is in state maintenance.",
      hint: 'Wait until the maintenance is over.',
    });
  });
});

describe('a limit that the API rejects is explained as what it is', () => {
  const error = (err: string) => JSON.parse(err).error;

  test('the limit of a server, not that of the account', async () => {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    // Another client assigns addresses just after the program has counted them.
    b.editBeforeChange((state) => ({
      ...state,
      addresses: state.addresses.flatMap((ip) =>
        ip.address === '192.0.2.10' ? [0, 1, 2, 3, 4].map((n) => ({ ...ip, address: `192.0.2.1${n}` })) : [ip],
      ),
    }));
    const { code, err } = await b.cli('ip assign --server web-1 --json');
    expect(code).toBe(8);
    const { message, hint } = error(err);
    expect(message).toBe('The limit on the number of IP addresses is reached.');
    expect(hint).toContain(
      'UpCloud says: The maximum number of public IP addresses, 5, is already attached to the server.',
    );
    expect(hint).toContain('The server is full: it can have five public addresses');
    expect(hint).not.toContain('whoami');
  });

  test('the limit of the account', async () => {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    await b.edit((state) => ({
      ...state,
      accounts: state.accounts.map((one) => ({ ...one, resource_limits: { ...one.resource_limits, public_ipv4: 1 } })),
    }));
    const { code, err } = await b.cli('ip assign --server web-1 --json');
    expect(code).toBe(8);
    expect(error(err).hint).toContain('`upc whoami` shows the limits of the account.');
    expect(error(err).hint).not.toContain('five');
  });
});
