import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, bench } from '../../fixture.ts';

/**
 * Every documented error of every operation, given by the sandbox itself. The program refuses most of them before it sends
 * anything; to reach the API's own answer, the world changes after the program has looked (`edit` runs on the first change).
 */
describe("the API's own refusals, told in plain words", () => {
  let b: Bench;
  beforeAll(async () => {
    b = await bench();
  });
  afterAll(() => b.close());

  const cases: {
    name: string;
    line: string;
    status: number;
    code: string;
    exit: number;
    err: string;
    api?: [string, string];
  }[] = [
    {
      name: 'get',
      line: 'ip show 192.0.2.20',
      status: 403,
      code: 'IP_ADDRESS_FORBIDDEN',
      exit: 4,
      err: 'The IP address belongs to another account.',
    },
    {
      name: 'get',
      line: 'ip show 192.0.2.250',
      status: 404,
      code: 'IP_ADDRESS_NOT_FOUND',
      exit: 5,
      err: 'There is no such IP address on this account.',
    },
    {
      name: 'modify',
      line: 'ip ptr set 192.0.2.20 a.example.com',
      status: 403,
      code: 'IP_ADDRESS_FORBIDDEN',
      exit: 4,
      err: 'The IP address belongs to another account.',
    },
    {
      name: 'modify',
      line: 'ip ptr set 192.0.2.250 a.example.com',
      status: 404,
      code: 'IP_ADDRESS_NOT_FOUND',
      exit: 5,
      err: 'There is no such IP address on this account.',
    },
    {
      name: 'assign',
      line: 'ip assign --server web-1 --address 192.0.2.199',
      status: 403,
      code: 'ADDRESS_SELECTION_FORBIDDEN',
      exit: 4,
      err: 'This account may not choose an address itself.',
    },
    {
      name: 'create',
      line: 'ip float create --zone es-mad1',
      status: 409,
      code: 'IP_ADDRESS_RESOURCES_UNAVAILABLE',
      exit: 8,
      err: 'The zone has no free IP address left.',
    },
  ];

  test.each(cases)('$name: $code', async ({ line, code, status, exit, err }) => {
    // The one free address of es-mad1 is taken first, so that the next one asked for is refused.
    if (line.includes('es-mad1'))
      await b.ask('POST', '/ip_address', { ip_address: { family: 'IPv4', floating: 'yes', zone: 'es-mad1' } });
    const text = await b.cli(line);
    expect(text).toMatchObject({ code: exit, out: '' });
    expect(text.err.split('\n')[0]).toBe(`Error: ${err}`);
    expect(text.err.split('\n')[1]).not.toBe('');
    const json = await b.cli(`${line} --json`);
    expect(json).toMatchObject({ code: exit, out: '' });
    expect(JSON.parse(json.err)).toEqual({
      error: { code, message: err, status, hint: expect.any(String), exit_code: exit },
    });
  });

  test('INSUFFICIENT_CREDITS', async () => {
    const poor = await bench();
    await poor.edit((state) => ({
      ...state,
      accounts: state.accounts.map((account) => ({ ...account, credits: 0 })),
    }));
    const result = await poor.cli('ip float create --zone fi-hel2');
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toContain('Error: The account has not enough credits for this.\nAdd credits');
    await poor.close();
  });
});

describe('what is refused here, before anything is sent', () => {
  let b: Bench;
  beforeAll(async () => {
    b = await bench();
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
      "198.51.100.60 belongs to zone de-fra1, but server 'web-1' is in fi-hel2.",
    ],
    ['ip float attach 192.0.2.60 --server db-1', "Server 'db-1' has 2 public IPv4 interfaces."],
    ['ip float attach 192.0.2.60 --server db-1 --interface 9', "Server 'db-1' has no public IPv4 interface 9."],
    [
      'ip float attach 192.0.2.60 --mac da:45:c4:5c:c5:4a',
      'No public IPv4 interface on this account has the MAC address da:45:c4:5c:c5:4a.',
    ],
    ['ip float create --zone nowhere', "There is no zone 'nowhere'."],
    ['ip float create', 'No zone given.'],
    ['ip float create --server web-1 --zone de-fra1', "Server 'web-1' is in zone fi-hel2, not de-fra1."],
    ['ip float move --all --from web-1 --to web-1', '--from and --to are the same server.'],
    ['ip float move --all --to web-1', '--all needs --from <server>: whose addresses are to move.'],
    ['ip float move 192.0.2.50', 'No server to move to.'],
    [`ip policy set keep ${six}`, `${six} is an IPv6 address: only public IPv4 addresses have a release policy.`],
    [
      'ip policy set maybe 192.0.2.10',
      "Command-argument value 'maybe' is invalid for argument 'policy'. A release policy is keep or release.",
    ],
    ['ip ptr set 10.1.6.10 a.example.com', '10.1.6.10 is a utility address and has no PTR record.'],
    ['ip ptr set 192.0.2.10 localhost', "'localhost' is not a host name: it has no domain."],
    ['ip assign --server edge-1', "Server 'edge-1' has five public addresses, which is the most it can have."],
    ['ip assign --server web-1 --access utility', "Server 'web-1' has its utility address already: 10.1.6.10."],
    ['ip assign --server mail-1', "No address can be assigned: server 'mail-1' is in state maintenance."],
    [
      'ip assign --server web-1 --mac da:45:c4:5c:65:6c',
      "Server 'web-1' is started: an interface can be named only while the server is stopped.",
    ],
    [
      'ip assign --server web-1 --family IPv6 --release-policy keep',
      'This address is an IPv6 address: only public IPv4 addresses have a release policy.',
    ],
    ['ip assign --server web-1 --family IPv6 --address 192.0.2.7', 'Only an IPv4 address can be chosen.'],
    ['ip assign', 'No server given.'],
    [
      'ip release 192.0.2.60',
      'Releasing one address for good needs a confirmation, and there is no terminal to ask at.',
    ],
    [
      'ip release 192.0.2.60 198.51.100.60',
      'Releasing 2 addresses for good needs a confirmation, and there is no terminal to ask at.',
    ],
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
    await b.ask('DELETE', '/ip_address/192.0.2.13');
    const both = await b.cli('ip release 192.0.2.12 192.0.2.10 --yes');
    expect(both.code).toBe(0);
    // db-1 is left with its utility address alone, which cannot be released either.
    expect((await b.cli('ip list --server db-1 -q')).out).toBe('10.1.6.12\n');
  });

  test('a bad argument among good ones: no request at all', async () => {
    const bad = await b.cli('ip release 192.0.2.60 192.0.2.999 bogus --yes');
    expect(bad).toMatchObject({ code: 2, out: '', requests: [] });
    expect(bad.err).toBe(
      "Error: '192.0.2.999' is not an IP address.\n'bogus' is not an IP address.\nNothing was sent. An IPv4 address has four numbers from 0 to 255 without leading zeros, such as 192.0.2.10.\n",
    );
    const unknown = await b.cli('ip release 192.0.2.60 192.0.2.250 --yes');
    expect(unknown).toMatchObject({ code: 5, out: '', changes: [] });
  });
});

describe('servers by name', () => {
  let b: Bench;
  beforeAll(async () => {
    b = await bench();
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
        "Error: 'web-1' fits 2 servers.",
        'Give the UUID of one, or its first characters:',
        '  0078c168-d578-4a64-95cf-07376f1dc524  web-1  web-1.example.com  fi-hel2',
        '  009e541c-3b8f-4c1d-a6e2-51d0c7f4b832  web-1  web-2.example.com  fi-hel2',
        '',
      ].join('\n'),
    );
    expect(await b.cli('ip float attach 192.0.2.60 --server 009e')).toMatchObject({ code: 0 });
    expect(await b.cli('ip float move 192.0.2.60 --to 007')).toMatchObject({ code: 5 });
    expect((await b.cli('ip float move 192.0.2.60 --to nobody')).err).toContain(
      'Servers: web-1, web-1, db-1, mail-1, edge-1',
    );
  });
});
