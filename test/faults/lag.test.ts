import { describe, expect, onTestFinished, test } from 'vitest';
import { startApiServer } from '../api-server.ts';
import { startTestSandbox, upc } from '../fixture.ts';
import { instantClock } from './cell.ts';
import { startFaultServer } from './fault-server.ts';

const notFound = { status: 404, body: { error: { error_code: 'IP_ADDRESS_NOT_FOUND', error_message: 'No.' } } };
const forbidden = { status: 403, body: { error: { error_code: 'IP_ADDRESS_FORBIDDEN', error_message: 'No.' } } };
const slow = { status: 503, body: {} };
const ip = {
  address: '192.0.2.60',
  access: 'public',
  family: 'IPv4',
  floating: 'yes',
  zone: 'fi-hel2',
  release_policy: 'keep',
  ptr_record: 'a.example.com',
};
const lagging = {
  'GET /ip_address': { body: { ip_addresses: { ip_address: [] } } },
  'GET /server': { body: { servers: { server: [] } } },
};

describe('T-17 an address that the list does not show yet is fetched directly before it counts as missing', () => {
  test.each([
    ['ip release 192.0.2.60 --yes', 'DELETE'],
    ['ip release 192.0.2.60 --ignore-missing --yes', 'DELETE'],
    ['ip policy set release 192.0.2.60', 'PATCH'],
    ['ip ptr clear 192.0.2.60', 'PATCH'],
    ['ip ptr apply - --yes', 'PATCH'],
  ])('%s', async (line, method) => {
    const { env, changes } = await startApiServer({
      ...lagging,
      'GET /ip_address/192.0.2.60': { body: { ip_address: ip } },
      'PATCH /ip_address/192.0.2.60': {
        status: 202,
        body: { ip_address: { ...ip, release_policy: 'release', ptr_record: 'b.example.com' } },
      },
      'DELETE /ip_address/192.0.2.60': { status: 204, text: '' },
    });
    const result = await upc(`${line} --json`, { env, clock: instantClock, stdin: '192.0.2.60 b.example.com\n' });
    expect({ code: result.code, changes }).toEqual({ code: 0, changes: [`${method} /ip_address/192.0.2.60`] });
    expect(JSON.parse(result.out)).toEqual([{ address: '192.0.2.60', outcome: 'ok', changed: true }]);
  });

  test('ip ptr plan', async () => {
    const { env } = await startApiServer({ ...lagging, 'GET /ip_address/192.0.2.60': { body: { ip_address: ip } } });
    const { out } = await upc('ip ptr plan - --json', { env, stdin: '192.0.2.60 b.example.com\n' });
    expect(JSON.parse(out)).toMatchObject([{ action: 'change', from: 'a.example.com', to: 'b.example.com' }]);
  });

  test.each([
    ['on no account', notFound, 5],
    ['on another account', forbidden, 5],
    ['impossible to fetch', slow, 7],
  ])('an address that is %s is not changed', async (_what, response, expected) => {
    for (const line of ['ip release 192.0.2.60 --yes', 'ip policy set keep 192.0.2.60', 'ip ptr check 192.0.2.60']) {
      const { env, changes } = await startApiServer({ ...lagging, 'GET /ip_address/192.0.2.60': response });
      const { code, out } = await upc(line, { env, clock: instantClock });
      expect({ code, out, changes }).toEqual({ code: expected, out: '', changes: [] });
    }
  });
});

describe('T-17 the PTR record of a new address that reads do not show yet', () => {
  test('is set as soon as they show it', async () => {
    const b = await startTestSandbox();
    const server = await startFaultServer(b.origin, {
      on: { path: '/1.3/ip_address/192.0.2.100' },
      applies: false,
      // Respond with 404 to the PATCH and to the two GETs after it.
      times: 3,
      respond: ({ response }) =>
        void response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(notFound.body)),
    });
    onTestFinished(async () => {
      await server.close();
      await b.close();
    });
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const { code, out } = await upc('ip float create --zone fi-hel2 --ptr a.example.com --json', {
      env,
      clock: instantClock,
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ address: '192.0.2.100', ptr_record: 'a.example.com' });
    expect(server.wire.filter((line) => line.startsWith('PATCH'))).toHaveLength(2);
  });

  test('is not set if they never show it, and the address is reported', async () => {
    const b = await startTestSandbox();
    const server = await startFaultServer(b.origin, {
      on: { path: '/1.3/ip_address/192.0.2.100' },
      applies: false,
      respond: ({ response }) =>
        void response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(notFound.body)),
    });
    onTestFinished(async () => {
      await server.close();
      await b.close();
    });
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const line = 'ip float create --zone fi-hel2 --ptr a.example.com --json';
    const { code, out, err } = await upc(line, { env, clock: instantClock });
    expect({ code, address: JSON.parse(out).address }).toEqual({ code: 6, address: '192.0.2.100' });
    expect(err).toContain('upc ip ptr set 192.0.2.100 a.example.com');
    expect(server.wire.filter((request) => /^(POST|PATCH)/.test(request))).toHaveLength(2);
  });
});
