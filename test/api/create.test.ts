import { describe, expect, test } from 'vitest';
import { startApiServer } from '../api-server.ts';
import { instantClock, parseReportedError } from '../faults/cell.ts';
import { upc } from '../fixture.ts';

const WEB1 = '00000000-0000-4000-8000-000000000001';
const WEB2 = '00000000-0000-4000-8000-000000000002';
const servers = [WEB1, WEB2].map((uuid, i) => ({
  uuid,
  title: `web-${i + 1}`,
  hostname: `web-${i + 1}.example.com`,
  zone: 'fi-hel2',
  state: 'stopped',
}));
const MAC = 'da:45:c4:00:00:01';
const existingAddress = {
  address: '192.0.2.10',
  access: 'public',
  family: 'IPv4',
  zone: 'fi-hel2',
  server: WEB1,
  mac: MAC,
};
const ip = (address: string, rest: object = {}) => ({ ...existingAddress, mac: 'da:45:c4:00:00:09', address, ...rest });
const createListResponse = (...addresses: readonly object[]) => ({
  body: { ip_addresses: { ip_address: [existingAddress, ...addresses] } },
});
const htmlErrorResponse = { status: 502, text: '<html>' };

interface ApiResponses {
  /** The responses to `GET /ip_address` after the create request, in order. */
  readonly lists: readonly ReturnType<typeof createListResponse>[];
  readonly post?: { readonly status: number; readonly text?: string; readonly body?: unknown };
}

async function runAssign(line: string, { lists, post = htmlErrorResponse }: ApiResponses) {
  const { env, changes } = await startApiServer({
    'GET /ip_address': [createListResponse(), ...lists],
    'GET /server': { body: { servers: { server: servers } } },
    'GET /zone': { body: { zones: { zone: [{ id: 'fi-hel2', description: 'Helsinki #2', public: 'yes' }] } } },
    'POST /ip_address': post,
  });
  const result = await upc(`ip ${line} --json`, { env, clock: instantClock });
  expect(changes).toEqual(['POST /ip_address']);
  return { ...result, address: result.out === '' ? undefined : JSON.parse(result.out).address };
}

describe('T-5 the created address is recognized in the list', () => {
  const A = ip('192.0.2.20');
  const B = ip('192.0.2.21');

  test.each<[string, ApiResponses['lists'], string | undefined]>([
    ['one that matches, alone in two lists', [createListResponse(A), createListResponse(A)], A.address],
    [
      'not yet listed at first',
      [createListResponse(), createListResponse(), createListResponse(A), createListResponse(A)],
      A.address,
    ],
    [
      'one that replaces another between two checks',
      [createListResponse(A), createListResponse(B), createListResponse(B)],
      B.address,
    ],
    [
      'one that stays when another disappears',
      [createListResponse(A, B), createListResponse(A), createListResponse(A)],
      A.address,
    ],
    [
      'one listed only at the last check',
      [
        createListResponse(),
        createListResponse(),
        createListResponse(),
        createListResponse(),
        createListResponse(A),
        createListResponse(),
      ],
      undefined,
    ],
    [
      'two that alternate',
      [
        createListResponse(A),
        createListResponse(B),
        createListResponse(A),
        createListResponse(B),
        createListResponse(A),
        createListResponse(),
      ],
      undefined,
    ],
    ['two that match', [createListResponse(A, B)], undefined],
    ['first one alone, then two', [createListResponse(A), createListResponse(A, B)], undefined],
    ['none', [createListResponse()], undefined],
  ])('%s', async (_what, lists, expected) => {
    const { code, address, err } = await runAssign('assign --server web-1', { lists });
    expect({ code, address }).toEqual({ code: expected === undefined ? 9 : 0, address: expected });
    if (expected !== undefined) return;
    expect(parseReportedError(err).hint).toBe(
      `Check: upc ip list --server ${WEB1}\nCheck this before you repeat the command: repeating it may create a second address.`,
    );
  });

  test.each<[string, string, object, object]>([
    ['of another server', 'assign --server web-1', ip('192.0.2.20'), { server: WEB2 }],
    ['of no server', 'assign --server web-1', ip('192.0.2.20'), { server: null }],
    [
      'not the requested one',
      'assign --server web-1 --address 192.0.2.20',
      ip('192.0.2.20'),
      { address: '192.0.2.21' },
    ],
    [`on another interface`, `assign --mac ${MAC}`, ip('192.0.2.20', { mac: MAC }), { mac: 'da:45:c4:00:00:02' }],
    [
      'of the other family',
      'assign --server web-1',
      ip('192.0.2.20'),
      { family: 'IPv6', address: '2001:db8:0:0:0:0:0:1' },
    ],
    ['of the other access', 'assign --server web-1', ip('192.0.2.20'), { access: 'utility' }],
    ['regular', 'float create --zone fi-hel2', ip('192.0.2.20', { floating: 'yes' }), { floating: 'no' }],
    ['of another zone', 'float create --zone fi-hel2', ip('192.0.2.20', { floating: 'yes' }), { zone: 'de-fra1' }],
  ])('an address that is %s is not the created one', async (_what, line, fitting, other) => {
    expect(await runAssign(line, { lists: [createListResponse(fitting)] })).toMatchObject({
      code: 0,
      address: '192.0.2.20',
    });
    expect(await runAssign(line, { lists: [createListResponse({ ...fitting, ...other })] })).toMatchObject({
      code: 9,
      out: '',
    });
    // Such an address is also rejected in the response to the create request, unless it differs only in `floating`. The
    // program ignores this field there, because older responses leave it out (R-GET-4).
    if ('floating' in other) return;
    const post = { status: 201, body: { ip_address: { ...fitting, ...other } } };
    expect(await runAssign(line, { lists: [createListResponse()], post })).toMatchObject({ code: 9, out: '' });
  });

  test('an address that existed before is not the created one, whatever the response says', async () => {
    const post = { status: 201, body: { ip_address: existingAddress } };
    expect(await runAssign('assign --server web-1', { lists: [createListResponse()], post })).toMatchObject({
      code: 9,
      out: '',
    });
  });
});

describe('T-4 a create that is rate-limited', () => {
  const slow = { error: { error_code: 'TOO_MANY_REQUESTS', error_message: 'Slow down.' } };

  test('but was carried out is found in the list and not sent again', async () => {
    const post = { status: 429, body: slow };
    const made = ip('192.0.2.20');
    expect(await runAssign('assign --server web-1', { lists: [createListResponse(made)], post })).toMatchObject({
      code: 0,
      address: made.address,
    });
  });

  test.each([
    { status: 429, body: slow },
    { status: 429, text: '<html>' },
  ])('and is not in the list is unknown: %j', async (post) => {
    const { code, err } = await runAssign('assign --server web-1', { lists: [createListResponse()], post });
    expect(code).toBe(9);
    expect(parseReportedError(err).message).toContain(
      'whether the assignment of the address was carried out is unknown',
    );
    expect(parseReportedError(err).hint).toContain('Check this before you repeat the command');
  });

  test('a rejection by the API itself is certain, so nothing is checked', async () => {
    const post = { status: 409, body: { error: { error_code: 'IP_ADDRESS_LIMIT_REACHED', error_message: 'No.' } } };
    expect(
      await runAssign('assign --server web-1', { lists: [createListResponse(ip('192.0.2.20'))], post }),
    ).toMatchObject({
      code: 8,
      out: '',
    });
  });
});
