import { describe, expect, test } from 'vitest';
import { startTestSandbox, upc } from '../fixture.ts';
import { instantClock, parseReportedError, runWithFault } from './cell.ts';
import { type FaultResponder, type FaultSettings, startFaultServer } from './fault-server.ts';
import { changingOperations } from './operations.ts';
import { isSoakTest } from './soak.ts';

const RUN_COUNT = isSoakTest ? 200 : 10;

/** Ways in which a response is lost. */
const lostResponseResponders: readonly FaultResponder[] = [
  ({ request }) => void request.socket.destroy(),
  ({ request }) => void request.socket.end(),
  ({ response }) => {
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': '900' }).write('{"ip_address":{');
    setImmediate(() => response.socket?.destroy());
  },
  ({ response }) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
];

describe('T-5 many lost responses are all reported correctly', () => {
  test.concurrent.each(changingOperations)('$name', async (operation) => {
    for (let run = 0; run < RUN_COUNT; run += 1) {
      const applies = run % 3 !== 2;
      const respond = lostResponseResponders[run % lostResponseResponders.length] ?? (() => {});
      const outcome = await runWithFault(operation, { on: 'change', applies, respond });
      expect(outcome.changes).toHaveLength(1);
      // runWithFault() accepts exit code 9 for any outcome. Here, the program must report success if its check shows
      // the change.
      expect(outcome.code).toBe(applies ? 0 : 9);
      if (applies) expect(outcome.err).toContain('was lost. A check showed that the change was carried out.');
    }
  });
});

test('T-5 five creates whose responses are lost: each is sent once, and no address is claimed twice', async () => {
  for (let run = 0; run < (isSoakTest ? 40 : 4); run += 1) {
    const b = await startTestSandbox();
    const before = (await b.state()).addresses.length;
    const faulty: FaultSettings = {
      on: 'change',
      applies: true,
      respond: ({ request }) => void request.socket.destroy(),
    };
    const server = await startFaultServer(b.origin, faulty);
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const line = 'ip float create --zone fi-hel2 --json';
    const all = await Promise.all(Array.from({ length: 5 }, () => upc(line, { env, clock: instantClock })));
    const claimed = all.filter(({ code }) => code === 0).map(({ out }) => JSON.parse(out).address);
    expect(all.every(({ code }) => code === 0 || code === 9)).toBe(true);
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(server.wire.filter((request) => request.startsWith('POST'))).toHaveLength(5);
    expect((await b.state()).addresses).toHaveLength(before + 5);
    await server.close();
    await b.close();
  }
});

test.each([
  ['release', 'the release of 192.0.2.60', 'the address was still on this account', 'upc ip show 192.0.2.60'],
  ['attach', 'the change of 192.0.2.60', 'it was detached', 'upc ip show 192.0.2.60'],
  ['move', 'the change of 192.0.2.50', 'it was attached to interface da:45:c4:5c:65:6c', 'upc ip show 192.0.2.50'],
  ['ptr set', 'the change of 192.0.2.10', "its PTR record was 'www.example.com'", 'upc ip show 192.0.2.10'],
  ['policy set', 'the change of 192.0.2.60', 'its release policy was keep', 'upc ip show 192.0.2.60'],
  ['float create', 'the creation of the floating IP', 'no new address was listed', 'upc ip float list'],
])('T-5 %s that is not visible: the error says what was visible and what to do', async (name, what, seen, command) => {
  const operation = changingOperations.find((one) => one.name === name);
  if (!operation) throw new Error('no such operation');
  const outcome = await runWithFault(operation, { on: 'change', applies: false, respond: () => {} }, 1);
  expect(outcome.code).toBe(9);
  const { message, hint } = parseReportedError(outcome.err);
  expect(message).toContain(`whether ${what} was carried out is unknown. When last checked (`);
  expect(message).toContain(`Z), ${seen}; the change may still be carried out.`);
  expect(hint).toContain(`Check: ${command}`);
});
