import { expect, onTestFinished, test } from 'vitest';
import { instantClock } from '../../faults/cell.ts';
import { type FaultResponder, startFaultServer } from '../../faults/fault-server.ts';
import { startTestSandbox } from '../../fixture.ts';

const WEB_2 = { uuid: '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832', mac: 'da:45:c4:5c:7a:02' };

interface ListedItem {
  address: string;
  [field: string]: unknown;
}

/**
 * Runs a command against a server that forwards to a sandbox. Only requests for the list at `path` get their response
 * from `respond`.
 */
async function runWithListResponse(line: string, path: string, respond: FaultResponder) {
  const b = await startTestSandbox();
  const server = await startFaultServer(b.origin, { on: { path: `/1.3/${path}` }, applies: true, respond });
  onTestFinished(async () => {
    await server.close();
    await b.close();
  });
  const env = { UPCLOUD_DEBUG_API_BASE_URL: server.origin };
  const { code, out, err } = await b.cli(`${line} --json`, { env, clock: instantClock });
  const fetchesDetails = server.wire.includes(`GET /1.3/server/${WEB_2.uuid}`);
  return { code, err, fetchesDetails, mac: code === 0 ? JSON.parse(out).mac : undefined };
}

const respondWithChangedAddresses =
  (change: (ip: ListedItem) => ListedItem[]): FaultResponder =>
  ({ request, response, original: { status, type, body } }) => {
    const { ip_addresses, ...created } = JSON.parse(body.toString());
    const list = () => ({ ip_addresses: { ip_address: ip_addresses.ip_address.flatMap(change) } });
    response.writeHead(status, { 'content-type': type });
    response.end(JSON.stringify(request.method === 'GET' ? list() : created));
  };

const commandLines = [
  'ip float attach 192.0.2.60 --server web-2',
  'ip float move 192.0.2.50 --to web-2',
  'ip float move 192.0.2.50 --from web-1 --to web-2',
  'ip float create --server web-2',
];
const REGULAR_ADDRESS = '192.0.2.11';
const respondWithoutAddress = (address: string) =>
  respondWithChangedAddresses((ip) => (ip.address === address ? [] : [ip]));
const respondWithChangedAddress = (address: string, change: object) =>
  respondWithChangedAddresses((ip) => [ip.address === address ? { ...ip, ...change } : ip]);
const respondUnavailable: FaultResponder = ({ response }) => void response.writeHead(503).end();

const listResponseCases: readonly (readonly [what: string, respond: FaultResponder, fetchesDetails: boolean])[] = [
  ['shows one regular public IPv4 address of the server', respondWithChangedAddress(REGULAR_ADDRESS, {}), false],
  ['lacks the regular address, because it lags (T-17)', respondWithoutAddress(REGULAR_ADDRESS), true],
  [
    'does not say whether the address is floating (R-GET-4)',
    respondWithChangedAddress(REGULAR_ADDRESS, { floating: undefined }),
    true,
  ],
  ['says that the address is floating', respondWithChangedAddress(REGULAR_ADDRESS, { floating: 'yes' }), true],
  ['shows a second regular address', respondWithChangedAddress('192.0.2.13', { server: WEB_2.uuid }), true],
  [
    'shows a floating IP on another interface',
    respondWithChangedAddress('192.0.2.80', { server: WEB_2.uuid, mac: 'da:0:0:0:0:1' }),
    true,
  ],
  [
    'shows another public IPv6 address and a utility address',
    respondWithChangedAddress('10.1.6.10', { server: WEB_2.uuid }),
    false,
  ],
];

test.each(
  commandLines.flatMap((line) =>
    listResponseCases.map(([what, respond, fetches]) => ({ line, what, respond, fetches })),
  ),
)('$line, where the list $what', async ({ line, respond, fetches }) => {
  const { err: _, ...result } = await runWithListResponse(line, 'ip_address', respond);
  expect(result).toEqual({ code: 0, fetchesDetails: fetches, mac: WEB_2.mac });
});

test.each(commandLines.slice(0, 3))(
  '%s does not need the list: without it, the details show the interface',
  async (line) => {
    expect(await runWithListResponse(line, 'ip_address', respondUnavailable)).toMatchObject({
      code: 0,
      fetchesDetails: true,
      mac: WEB_2.mac,
    });
  },
);

test.each(commandLines)('%s needs the servers', async (line) => {
  expect(await runWithListResponse(line, 'server', respondUnavailable)).toMatchObject({
    code: 7,
    fetchesDetails: false,
  });
});

test.each([
  'ip float attach 192.0.2.60 --mac DA-45-C4-5C-7A-02',
  'ip float move 192.0.2.50 --mac da:45:c4:5c:7a:02',
  'ip float create --mac da:45:c4:5c:7a:02',
])('%s: a server that the list of servers does not show yet is fetched (T-17)', async (line) => {
  const respondWithoutServers: FaultResponder = ({ response }) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"servers":{"server":[]}}');
  expect(await runWithListResponse(line, 'server', respondWithoutServers)).toMatchObject({
    code: 0,
    fetchesDetails: true,
    mac: WEB_2.mac,
  });
});

test.each(['ip float attach 192.0.2.60 --mac DA-45-C4-5C-7A-02', 'ip float move 192.0.2.50 --mac da:45:c4:5c:7a:02'])(
  '%s: an interface that has a floating IP only may not be one for floating IPs',
  async (line) => {
    const respond = respondWithChangedAddress(REGULAR_ADDRESS, { floating: 'yes' });
    expect(await runWithListResponse(line, 'ip_address', respond)).toMatchObject({ code: 0, fetchesDetails: true });
  },
);
