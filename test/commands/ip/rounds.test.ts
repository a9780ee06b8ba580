import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { startTestSandbox } from '../../fixture.ts';
import { type RequestRound, startRoundRecorder } from '../../round-recorder.ts';

const WEB_1 = '0078c168-d578-4a64-95cf-07376f1dc524';
const WEB_2 = '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832';
const DB_1 = '00c2a9f4-6d17-4e5b-8f30-9b7e21d4c605';
const MAIL_1 = '005f83d1-2c49-4a76-b1e8-d3064f9a2e57';
const EDGE_1 = '00b6e07a-91d3-4f28-a5c4-7e82f01b6d39';
const LB_FRONT = '0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11';

/**
 * The requests of each command, in rounds. A round contains the requests that the program sends without waiting for a
 * response in between. A command takes about one round-trip time for each round.
 */
const commands: readonly (readonly [line: string, rounds: readonly RequestRound[]])[] = [
  ['ip list', [['GET /ip_address', 'GET /load-balancer', 'GET /server']]],
  [
    'ip tree',
    [
      ['GET /ip_address', 'GET /load-balancer', 'GET /server'],
      [MAIL_1, WEB_1, WEB_2, EDGE_1, DB_1].map((uuid) => `GET /server/${uuid}`),
    ],
  ],
  [
    'ip audit',
    [
      ['GET /account', 'GET /ip_address', 'GET /load-balancer', 'GET /price', 'GET /server'],
      ['GET /account/details/sandbox'],
    ],
  ],
  ['ip show 192.0.2.50', [['GET /ip_address/192.0.2.50'], [`GET /server/${WEB_1}`]]],
  ['ip show 192.0.2.80', [['GET /ip_address/192.0.2.80'], ['GET /load-balancer']]],
  ['ip release 192.0.2.60 --yes', [['GET /ip_address', 'GET /server'], ['DELETE /ip_address/192.0.2.60']]],
  ['ip assign --server web-2', [['GET /ip_address', 'GET /server'], ['POST /ip_address']]],
  [
    'ip ptr set 192.0.2.10 a.example.com',
    [['GET /ip_address/192.0.2.10', 'GET /load-balancer', 'GET /server'], ['PATCH /ip_address/192.0.2.10']],
  ],
  ['ip ptr clear 192.0.2.10', [['GET /ip_address'], ['PATCH /ip_address/192.0.2.10']]],
  ['ip policy set release 192.0.2.60', [['GET /ip_address'], ['PATCH /ip_address/192.0.2.60']]],
  ['ip float list', [['GET /ip_address', 'GET /load-balancer', 'GET /server']]],
  ['ip float create --zone fi-hel2', [['GET /ip_address', 'GET /zone'], ['POST /ip_address']]],
  ['ip float create --server web-2', [['GET /ip_address', 'GET /server'], ['POST /ip_address']]],
  ['ip float create --mac da:45:c4:5c:7a:02', [['GET /ip_address', 'GET /server'], ['POST /ip_address']]],
  [
    'ip float create --server db-1 --interface 3',
    [['GET /ip_address', 'GET /server'], [`GET /server/${DB_1}`], ['POST /ip_address']],
  ],
  ['ip float create --reuse --zone fi-hel2', [['GET /ip_address', 'GET /zone'], ['GET /ip_address/192.0.2.60']]],
  [
    'ip float create --reuse --server web-2',
    [
      ['GET /ip_address', 'GET /server'],
      ['GET /ip_address/192.0.2.60'],
      ['PATCH /ip_address/192.0.2.60'],
      ['GET /ip_address/192.0.2.60'],
    ],
  ],
  [
    'ip float attach 192.0.2.60 --server web-2',
    [['GET /ip_address', 'GET /ip_address/192.0.2.60', 'GET /server'], ['PATCH /ip_address/192.0.2.60']],
  ],
  [
    'ip float attach 192.0.2.60 --mac da:45:c4:5c:7a:02',
    [['GET /ip_address', 'GET /ip_address/192.0.2.60', 'GET /server'], ['PATCH /ip_address/192.0.2.60']],
  ],
  [
    'ip float attach 192.0.2.60 --mac da:45:c4:5c:90:3f',
    [['GET /ip_address', 'GET /ip_address/192.0.2.60', 'GET /server'], ['PATCH /ip_address/192.0.2.60']],
  ],
  [
    'ip float attach 192.0.2.60 --server db-1 --interface 3',
    [
      ['GET /ip_address/192.0.2.60', 'GET /server'],
      [`GET /server/${DB_1}`],
      ['GET /ip_address/192.0.2.60'],
      ['PATCH /ip_address/192.0.2.60'],
    ],
  ],
  [
    'ip float move 192.0.2.50 --to web-2',
    [['GET /ip_address', 'GET /ip_address/192.0.2.50', 'GET /server'], ['PATCH /ip_address/192.0.2.50']],
  ],
  [
    'ip float move 192.0.2.50 --to db-1 --interface 3',
    [['GET /ip_address/192.0.2.50', 'GET /server'], [`GET /server/${DB_1}`], ['PATCH /ip_address/192.0.2.50']],
  ],
  [
    'ip float move 192.0.2.50 --from web-1 --to web-2',
    [
      ['GET /ip_address', 'GET /ip_address/192.0.2.50', 'GET /server'],
      ['PATCH /ip_address/192.0.2.50'],
      ['GET /ip_address/192.0.2.50'],
    ],
  ],
  [
    'ip float move 192.0.2.50 --from web-1 --to db-1 --interface 3',
    [
      ['GET /ip_address/192.0.2.50', 'GET /server'],
      [`GET /server/${DB_1}`],
      ['GET /ip_address/192.0.2.50'],
      ['PATCH /ip_address/192.0.2.50'],
      ['GET /ip_address/192.0.2.50'],
    ],
  ],
  [
    'ip float move --all --from web-1 --to web-2',
    [
      ['GET /ip_address', 'GET /server'],
      ['GET /ip_address/192.0.2.50'],
      ['PATCH /ip_address/192.0.2.50'],
      ['GET /ip_address/192.0.2.50'],
    ],
  ],
  ['ip float detach 192.0.2.50', [['GET /ip_address/192.0.2.50'], ['PATCH /ip_address/192.0.2.50']]],
  ['ip float config 192.0.2.50', [['GET /ip_address/192.0.2.50', 'GET /server']]],
  [
    'ip float config 192.0.2.60 --server web-2',
    [['GET /ip_address/192.0.2.60', 'GET /server'], [`GET /server/${WEB_2}`]],
  ],
  [
    'ip float delegate 192.0.2.60 --to lb-front',
    [
      ['GET /ip_address/192.0.2.60', 'GET /load-balancer'],
      ['GET /ip_address/192.0.2.60'],
      [`POST /load-balancer/${LB_FRONT}/ip-addresses`],
      ['GET /ip_address/192.0.2.60'],
    ],
  ],
  [
    'ip float undelegate 192.0.2.80',
    [
      ['GET /ip_address/192.0.2.80', 'GET /load-balancer'],
      ['GET /ip_address/192.0.2.80'],
      [`DELETE /load-balancer/${LB_FRONT}/ip-addresses/192.0.2.80`],
      ['GET /ip_address/192.0.2.80'],
    ],
  ],
  ['server list', [['GET /server']]],
  ['zone list', [['GET /zone']]],
  ['load-balancer list', [['GET /load-balancer']]],
];

test.each(commands)('the sequential round trips of upc %s', async (line, expected) => {
  const sizes = expected.map((round) => round.length);
  // The program opens as many connections as the largest round needs, and later rounds reuse them. Only `ip tree` opens
  // more: three for its lists and five for server details, before it knows the number of servers.
  const connections = line === 'ip tree' ? 8 : Math.max(...sizes);
  expect(await runInRounds(line, sizes)).toEqual({ code: 0, rounds: expected, connections });
});

test('upc ip tree fetches the details of 16 servers at a time', async () => {
  const { rounds } = await runInRounds('ip tree', [3, 16, 2], 'large:90');
  expect(rounds.map((round) => round.length)).toEqual([3, 16, 2]);
});

/** This clock stands still. Otherwise, on a slow machine, the program would repeat a read whose result is too old. */
const stoppedClock = { ...systemClock, elapsed: () => 0 };

async function runInRounds(line: string, sizes: readonly number[], seed?: string) {
  const b = await startTestSandbox(seed);
  onTestFinished(() => b.close());
  const { origin, rounds, connections } = await startRoundRecorder(b.origin, sizes);
  const { code } = await b.cli(line, { env: { UPCLOUD_DEBUG_API_BASE_URL: origin }, clock: stoppedClock });
  return { code, rounds, connections: connections() };
}
