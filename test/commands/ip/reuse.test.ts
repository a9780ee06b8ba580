import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { State } from '../../../src/sandbox/state.ts';
import { startApiServer } from '../../api-server.ts';
import { instantClock } from '../../faults/cell.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

const WEB2_MAC = 'da:45:c4:5c:7a:02';
const WEB1 = '0078c168-d578-4a64-95cf-07376f1dc524';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const json = async (line: string, options = {}) => {
  const result = await b.cli(`${line} --json`, options);
  return { ...result, value: result.out === '' ? undefined : JSON.parse(result.out) };
};
const withAddressChange =
  (address: string, change: Partial<State['addresses'][number]>) =>
  (state: State): State => ({
    ...state,
    addresses: state.addresses.map((ip) => (ip.address === address ? { ...ip, ...change } : ip)),
  });

describe('upc ip float create --reuse', () => {
  test('takes a detached floating IP of the zone, changes nothing and says so; again and again', async () => {
    for (const _ of [1, 2]) {
      const { code, value, changes, err } = await json('ip float create --reuse --zone fi-hel2');
      expect({ code, changes }).toEqual({ code: 0, changes: [] });
      expect(value).toMatchObject({ address: '192.0.2.60', changed: false });
      expect(err).toBe('');
    }
    const { err } = await b.cli('ip float create --reuse --zone fi-hel2');
    expect(err).toBe('Reused 192.0.2.60, detached in zone fi-hel2 (unchanged).\n');
  });

  test('creates one where the zone has none that is free', async () => {
    const { code, value, changes } = await json('ip float create --reuse --zone nl-ams1');
    expect({ code, changed: value.changed, zone: value.zone }).toEqual({ code: 0, changed: true, zone: 'nl-ams1' });
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatch(/^POST /);
  });

  test('neither a delegated address nor one on a server is free', async () => {
    await b.edit(withAddressChange('192.0.2.60', { mac: WEB2_MAC }));
    const { value } = await json('ip float create --reuse --zone fi-hel2');
    expect(['192.0.2.50', '192.0.2.60', '192.0.2.80']).not.toContain(value.address);
  });

  test('attaches it with --server, in one request together with policy and PTR record', async () => {
    const line = 'ip float create --reuse --server web-2 --ptr new.example.com --release-policy release';
    const { code, value, changes } = await json(line);
    expect(code).toBe(0);
    expect(changes).toEqual([
      `PATCH /1.3/ip_address/192.0.2.60 {"ip_address":{"mac":"${WEB2_MAC}","ptr_record":"new.example.com","release_policy":"release"}}`,
    ]);
    expect(value).toMatchObject({ address: '192.0.2.60', mac: WEB2_MAC, ptr_record: 'new.example.com', changed: true });
  });

  test('points to the configuration of the server, as attach does', async () => {
    const { err } = await b.cli('ip float create --reuse --server web-2');
    expect(err).toMatch(/^Reused 192\.0\.2\.60, attached to web-2\.\n.*upc ip float config 192\.0\.2\.60\n$/);
  });

  test('prefers an address that has the requested PTR record, then one with the default', async () => {
    const made = JSON.parse((await b.cli('ip float create --zone fi-hel2 --ptr spare.example.com --json')).out).address;
    const second = JSON.parse((await b.cli('ip float create --zone fi-hel2 --json')).out).address;
    await b.cli('ip ptr set 192.0.2.60 standby.example.com');
    expect((await json('ip float create --reuse --zone fi-hel2')).value.address).toBe(second);
    const named = await json('ip float create --reuse --zone fi-hel2 --ptr spare.example.com');
    expect(named).toMatchObject({ value: { address: made, changed: false }, changes: [] });
  });

  test('--dry-run shows what would be sent, which may be nothing', async () => {
    const attach = await json('ip float create --reuse --server web-2 --dry-run');
    expect(attach).toMatchObject({ changes: [], value: [{ method: 'PATCH', path: '/1.3/ip_address/192.0.2.60' }] });
    expect((await json('ip float create --reuse --zone fi-hel2 --dry-run')).value).toEqual([]);
    expect((await json('ip float create --reuse --zone nl-ams1 --dry-run')).value).toMatchObject([{ method: 'POST' }]);
  });

  test('an address that another process took after the list is left to it, and the next one is used (T-15)', async () => {
    const createDetachedFloatingIp = (address: string) => ({
      access: 'public',
      address,
      family: 'IPv4',
      floating: 'yes',
      zone: 'fi-hel2',
    });
    const taken = { ...createDetachedFloatingIp('192.0.2.60'), server: WEB1, mac: 'da:45:c4:5c:65:6c' };
    const { env, changes } = await startApiServer({
      'GET /ip_address': {
        body: {
          ip_addresses: {
            ip_address: [createDetachedFloatingIp('192.0.2.60'), createDetachedFloatingIp('192.0.2.61')],
          },
        },
      },
      'GET /ip_address/192.0.2.60': { body: { ip_address: taken } },
      'GET /ip_address/192.0.2.61': { body: { ip_address: createDetachedFloatingIp('192.0.2.61') } },
      'GET /zone': { body: { zones: { zone: [{ id: 'fi-hel2' }] } } },
    });
    const { code, out } = await upc('ip float create --reuse --zone fi-hel2 -q', { env });
    expect({ code, out, changes }).toEqual({ code: 0, out: '192.0.2.61\n', changes: [] });
  });

  test('of two commands that attach one address at once, the one that lost it reports where it is (T-15)', async () => {
    const { store } = b;
    const transact = store.transact.bind(store);
    Object.assign(store, {
      transact: async (change: Parameters<typeof transact>[0]) => {
        const before = await store.read();
        const outcome = await transact(change);
        const after = await store.read();
        const isAddressOnWeb2 = (state: State) =>
          state.addresses.some((ip) => ip.address === '192.0.2.60' && ip.mac === WEB2_MAC);
        if (!isAddressOnWeb2(before) && isAddressOnWeb2(after))
          await transact((state) => ({ state: withAddressChange('192.0.2.60', { mac: 'da:45:c4:5c:65:6c' })(state) }));
        return outcome;
      },
    });
    const { code, out, err } = await json('ip float create --reuse --server web-2', { clock: instantClock });
    expect({ code, out }).toEqual({ code: 8, out: '' });
    expect(JSON.parse(err).error.code).toBe('ADDRESS_MOVED_ON');
    expect((await b.state()).addresses.find((ip) => ip.address === '192.0.2.60')?.mac).not.toBe(WEB2_MAC);
  });
});
