import { expect, test } from 'vitest';
import { startApiServer } from '../../api-server.ts';
import { instantClock } from '../../faults/cell.ts';
import { startTestSandbox, upc } from '../../fixture.ts';

const address = {
  address: '192.0.2.50',
  access: 'public',
  family: 'IPv4',
  floating: 'yes',
  zone: 'fi-hel2',
  ptr_record: '',
};
const servers = ['web-1', 'web-2', 'web-3'].map((title, i) => ({
  uuid: `00000000-0000-4000-8000-00000000000${i + 1}`,
  title,
  hostname: `${title}.example.com`,
  zone: 'fi-hel2',
  state: 'started',
}));
const getMacOfServer = (i: number) => `da:45:c4:00:00:0${i + 1}`;
const createResponseOnServer = (i: number) => ({
  body: { ip_address: { ...address, server: servers[i]?.uuid, mac: getMacOfServer(i) } },
});
const detachedResponse = { body: { ip_address: address } };

const networkInterface = {
  index: 2,
  type: 'public',
  mac: getMacOfServer(1),
  ip_addresses: { ip_address: [{ address: '192.0.2.11', family: 'IPv4', floating: 'no' }] },
};
const web2 = { ...servers[1], networking: { interfaces: { interface: [networkInterface] } } };

type ReadResponse = { readonly status?: number; readonly body: unknown };

const regularAddress = {
  ...address,
  address: '192.0.2.11',
  floating: 'no',
  server: servers[1]?.uuid,
  mac: getMacOfServer(1),
};

/**
 * Starts an API that accepts a move to web-2. Reads of the address get these responses, in order.
 * @param otherAddresses the other addresses in the list. If none is a regular address of web-2, the program also
 *   fetches the details of web-2.
 */
async function startApiWithReads(
  reads: readonly [ReadResponse, ...ReadResponse[]],
  otherAddresses: readonly object[] = [],
) {
  return startApiServer({
    'GET /server': { body: { servers: { server: servers } } },
    [`GET /server/${servers[1]?.uuid}`]: { body: { server: web2 } },
    'GET /ip_address': {
      body: { ip_addresses: { ip_address: [createResponseOnServer(0).body.ip_address, ...otherAddresses] } },
    },
    'GET /ip_address/192.0.2.50': reads,
    'PATCH /ip_address/192.0.2.50': { ...createResponseOnServer(1), status: 202 },
  });
}

/**
 * Moves the address from web-1 to web-2, and returns the result of the command. Reads of the address after the move get
 * these responses.
 */
async function runMove(...afterwards: readonly ReadResponse[]) {
  const { env } = await startApiWithReads([createResponseOnServer(0), createResponseOnServer(0), ...afterwards]);
  return upc('ip float move 192.0.2.50 --from web-1 --to web-2 --json', { env, clock: instantClock });
}

test.each([
  [
    'ip float move 192.0.2.50 --from web-1 --to web-2',
    [createResponseOnServer(0), createResponseOnServer(2)],
    'is not on web-1: it is on web-3. It was not moved.',
  ],
  [
    'ip float move 192.0.2.50 --from web-1 --to web-2',
    [createResponseOnServer(0), detachedResponse],
    'is not on web-1: it is detached. It was not moved.',
  ],
  [
    'ip float move --all --from web-1 --to web-2',
    [createResponseOnServer(2)],
    'is not on web-1: it is on web-3. It was not moved.',
  ],
  [
    'ip float attach 192.0.2.50 --server web-2',
    [detachedResponse, createResponseOnServer(2)],
    'is attached to another server: web-3.',
  ],
] as const)('T-15: %s reads the address immediately before it moves it', async (line, reads, expectedMessage) => {
  const { env, changes } = await startApiWithReads(reads);
  const { code, out, err } = await upc(`${line} --json`, { env });
  expect({ code, out, changes }).toEqual({ code: 8, out: '', changes: [] });
  expect(JSON.parse(err).error.message).toBe(`192.0.2.50 ${expectedMessage}`);
});

const unavailable = { status: 503, body: {} };

test.each([
  ['move 192.0.2.50 --from web-1 --to web-2', [unavailable, createResponseOnServer(0), createResponseOnServer(2)]],
  ['attach 192.0.2.50 --server web-2', [unavailable, detachedResponse, createResponseOnServer(2)]],
] as const)('T-15: %s reads the address again if the first read was retried', async (line, reads) => {
  const { env, changes } = await startApiWithReads(reads, [regularAddress]);
  const { code } = await upc(`ip float ${line}`, { env, clock: instantClock });
  expect({ code, changes }).toEqual({ code: 8, changes: [] });
});

test.each([
  ['move 192.0.2.50 --from web-1 --to web-2', [createResponseOnServer(0), createResponseOnServer(1)]],
  ['attach 192.0.2.50 --server web-2', [detachedResponse, createResponseOnServer(2)]],
] as const)('%s relies on a read that is at most one round trip old', async (line, reads) => {
  const { env, changes } = await startApiWithReads(reads, [regularAddress]);
  // This clock stands still. Otherwise, on a slow machine, the program would repeat a read whose result is too old.
  const { code } = await upc(`ip float ${line}`, { env, clock: { ...instantClock, elapsed: () => 0 } });
  expect({ code, changes }).toEqual({ code: 0, changes: ['PATCH /ip_address/192.0.2.50'] });
});

test('T-5 after a lost response, the requested state is success, and any other state is unknown', async () => {
  for (const [now, code] of [
    [createResponseOnServer(0), 9],
    [createResponseOnServer(1), 0],
    [createResponseOnServer(2), 9],
    [detachedResponse, 9],
  ] as const) {
    const { env, changes } = await startApiServer({
      'GET /ip_address/192.0.2.50': [createResponseOnServer(0), now],
      'PATCH /ip_address/192.0.2.50': { status: 502, body: {} },
      'GET /server': { body: { servers: { server: servers } } },
      [`GET /server/${servers[1]?.uuid}`]: { body: { server: web2 } },
    });
    const { code: exitCode } = await upc('ip float move 192.0.2.50 --to web-2', { env, clock: instantClock });
    expect({ exitCode, changes }).toEqual({ exitCode: code, changes: ['PATCH /ip_address/192.0.2.50'] });
  }
});

test('a created floating IP need not say that it is one (R-GET-4)', async () => {
  const { floating: _, ...plain } = { ...createResponseOnServer(0).body.ip_address, server: null, mac: null };
  const { env } = await startApiServer({
    'GET /ip_address': { body: { ip_addresses: { ip_address: [] } } },
    'GET /zone': { body: { zones: { zone: [{ id: 'fi-hel2', description: 'Helsinki #2', public: 'yes' }] } } },
    'POST /ip_address': { status: 201, body: { ip_address: plain } },
  });
  expect(await upc('ip float create --zone fi-hel2 -q', { env })).toEqual({ code: 0, out: '192.0.2.50\n', err: '' });
});

test('a PTR record that the API shows with a dot at the end is the one that was asked for', async () => {
  const createResponseWithPtr = (name: string) => ({
    body: { ip_address: { ...createResponseOnServer(0).body.ip_address, ptr_record: name } },
  });
  const { env } = await startApiServer({
    'GET /ip_address/192.0.2.50': createResponseWithPtr('old.example.com'),
    'PATCH /ip_address/192.0.2.50': { ...createResponseWithPtr('new.example.com.'), status: 202 },
  });
  expect(await upc('ip ptr set 192.0.2.50 new.example.com -q', { env })).toEqual({
    code: 0,
    out: '192.0.2.50\n',
    err: '',
  });
});

test('T-15: a conditional move verifies the result, and reports a further move by another client', async () => {
  const expectedMessage = (await runMove(createResponseOnServer(1))).out;
  expect(JSON.parse(expectedMessage)).toMatchObject({ mac: getMacOfServer(1), changed: true });
  for (const [afterwards, place] of [
    [createResponseOnServer(2), 'on web-3'],
    [detachedResponse, 'detached'],
  ] as const) {
    const { code, out, err } = await runMove(afterwards);
    expect({ code, out }).toEqual({ code: 8, out: '' });
    expect(JSON.parse(err).error).toMatchObject({
      code: 'ADDRESS_MOVED_ON',
      message: `192.0.2.50 was moved to web-2, but another client moved it again: it is ${place}.`,
    });
  }
});

test('T-17: a move that reads do not show yet is not mistaken for a move by another client', async () => {
  // After the move, reads may still show an older location of the address, even a location from before the first read.
  // Such a read does not prove that another client moved the address.
  for (const afterwards of [
    [createResponseOnServer(0), createResponseOnServer(0), createResponseOnServer(1)],
    [
      createResponseOnServer(0),
      createResponseOnServer(0),
      createResponseOnServer(0),
      createResponseOnServer(0),
      createResponseOnServer(1),
    ],
    [createResponseOnServer(2), createResponseOnServer(2), createResponseOnServer(1)],
    [detachedResponse, createResponseOnServer(1)],
  ]) {
    const { code, out } = await runMove(...afterwards);
    expect({ code, changed: JSON.parse(out).changed }).toEqual({ code: 0, changed: true });
  }
});

test.each([
  ['the state before it', [createResponseOnServer(0)], 'on web-1'],
  [
    'a third state once',
    [
      createResponseOnServer(0),
      createResponseOnServer(0),
      createResponseOnServer(0),
      createResponseOnServer(0),
      createResponseOnServer(2),
    ],
    'on web-3',
  ],
  [
    'a third state before that',
    [createResponseOnServer(2), createResponseOnServer(2), createResponseOnServer(0)],
    'on web-1',
  ],
] as const)(
  'T-17: a move after which all reads show %s is not seen yet: exit 9, and no one is named',
  async (_what, reads, place) => {
    const { code, out, err } = await runMove(...reads);
    expect({ code, out }).toEqual({ code: 9, out: '' });
    const { error } = JSON.parse(err);
    expect(error.message).toMatch(
      new RegExp(
        `^The API confirmed the move of 192\\.0\\.2\\.50 to web-2, but does not show it yet\\. .*the address was ${place}\\.$`,
      ),
    );
    expect(error.hint).toBe('Check: upc ip show 192.0.2.50\nRepeating the command is safe.');
  },
);

test('T-17: move --all: a further move by another client is reported as changed, a move that is not visible yet as unknown', async () => {
  for (const [afterwards, outcome, changed] of [
    [createResponseOnServer(2), 'failed', true],
    [createResponseOnServer(0), 'unknown', null],
  ] as const) {
    const { env } = await startApiServer({
      'GET /server': { body: { servers: { server: servers } } },
      [`GET /server/${servers[1]?.uuid}`]: { body: { server: web2 } },
      'GET /ip_address': {
        body: {
          ip_addresses: {
            ip_address: [
              createResponseOnServer(0).body.ip_address,
              { ...createResponseOnServer(0).body.ip_address, address: '192.0.2.51' },
            ],
          },
        },
      },
      'GET /ip_address/192.0.2.50': [createResponseOnServer(0), afterwards],
      'PATCH /ip_address/192.0.2.50': { ...createResponseOnServer(1), status: 202 },
    });
    const { out } = await upc('ip float move --all --from web-1 --to web-2 --json', { env, clock: instantClock });
    expect(JSON.parse(out)[0]).toMatchObject({ address: '192.0.2.50', outcome, changed });
  }
});

test('a floating IP is not moved with the others to a server of another zone', async () => {
  const b = await startTestSandbox();
  const { code, err, changes } = await b.cli('ip float move --all --from web-1 --to edge-1 --interface 2');
  expect({ code, changes }).toEqual({ code: 2, changes: [] });
  expect(err).toContain('192.0.2.50 is in zone fi-hel2');
  await b.close();
});

test('a response about another server is no response about this one', async () => {
  const { env, changes } = await startApiServer({
    'GET /server': { body: { servers: { server: servers } } },
    [`GET /server/${servers[1]?.uuid}`]: { body: { server: { ...web2, uuid: servers[2]?.uuid } } },
    'GET /ip_address/192.0.2.50': createResponseOnServer(0),
    'PATCH /ip_address/192.0.2.50': { ...createResponseOnServer(1), status: 202 },
  });
  const { code, err } = await upc('ip float move 192.0.2.50 --to web-2 --json', { env });
  expect({ code, changes }).toEqual({ code: 1, changes: [] });
  expect(JSON.parse(err).error.code).toBe('UNEXPECTED_ANSWER');
});

test('T-15: a move that cannot be verified is still reported as done', async () => {
  const { code, out, err } = await runMove({ status: 404, body: {} });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ changed: true });
  expect(err).toContain('192.0.2.50 was moved, but its location could not be verified.');
});

test('an interface names its server: assign --mac, and where the server is given, too', async () => {
  const b = await startTestSandbox();
  await b.edit((state) => ({
    ...state,
    servers: state.servers.map((server) => (server.title === 'web-1' ? { ...server, state: 'stopped' } : server)),
  }));
  const { changes } = await b.cli('ip assign --mac DA-45-C4-5C-65-6C --dry-run');
  expect(changes).toEqual([]);
  const made = await b.cli('ip assign --mac DA-45-C4-5C-65-6C --json');
  expect(made.code).toBe(0);
  expect(JSON.parse(made.out)).toMatchObject({ mac: 'da:45:c4:5c:65:6c', floating: 'no' });
  await b.close();
});

test('moving an address to a server that is not running causes a warning', async () => {
  const warning = 'Warning: Server web-2 is stopped and may not respond.\n';
  for (const [line, warns] of [
    ['ip float move 192.0.2.50 --to web-2', true],
    ['ip float attach 192.0.2.60 --server web-2', true],
    ['ip float move --all --from web-1 --to web-2', true],
    // These two commands move nothing: db-1 has no floating IP, and 192.0.2.50 is already on web-1.
    ['ip float move --all --from db-1 --to web-2', false],
    ['ip float move 192.0.2.50 --to web-1', false],
  ] as const) {
    const b = await startTestSandbox();
    await b.edit((state) => ({
      ...state,
      servers: state.servers.map((server) => (server.title === 'web-2' ? { ...server, state: 'stopped' } : server)),
    }));
    const { code, err } = await b.cli(line);
    expect([line, code, err.includes(warning)]).toEqual([line, 0, warns]);
    await b.close();
  }
});

test('a conditional move asks for the servers once', async () => {
  for (const line of ['192.0.2.50 --from web-1 --to web-2', '--all --from web-1 --to web-2']) {
    const b = await startTestSandbox();
    const { code, requests } = await b.cli(`ip float move ${line}`);
    expect(code).toBe(0);
    expect(requests.filter(({ path }) => path === '/1.3/server')).toHaveLength(1);
    await b.close();
  }
});
