import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { State } from '../../../src/sandbox/state.ts';
import { startApiServer } from '../../api-server.ts';
import { instantClock } from '../../faults/cell.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

const LOAD_BALANCER_UUID = '0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11';
const SHOP = '0a77d0b2-94c5-4e13-8a2f-6b1d3c5e9f22';
const PATH = `/1.3/load-balancer/${LOAD_BALANCER_UUID}/ip-addresses`;

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const runWithJsonOutput = async (line: string, options = {}) => {
  const result = await b.cli(`${line} --json`, options);
  return {
    ...result,
    value: result.out === '' ? undefined : JSON.parse(result.out),
    error: result.err.startsWith('{') ? JSON.parse(result.err).error : undefined,
  };
};
const findAddressInState = async (address: string) => (await b.state()).addresses.find((ip) => ip.address === address);
const setPolicy = (address: string, policy: 'keep' | 'release') => (state: State) => ({
  ...state,
  addresses: state.addresses.map((ip) => (ip.address === address ? { ...ip, release_policy: policy } : ip)),
});
/** Changes the load balancers, for example to move one to another account. */
const editLoadBalancers = (change: (one: State['loadBalancers'][number]) => State['loadBalancers'][number]) =>
  b.edit((state) => ({ ...state, loadBalancers: state.loadBalancers.map(change) }));

describe('upc ip float delegate', () => {
  test.each(['lb-front', 'LB-Front', LOAD_BALANCER_UUID, LOAD_BALANCER_UUID.slice(0, 6)])(
    'hands the address over, to %s',
    async (name) => {
      const { code, value, changes } = await runWithJsonOutput(`ip float delegate 192.0.2.60 --to ${name}`);
      expect(code).toBe(0);
      expect(changes).toEqual([`POST ${PATH} {"address":"192.0.2.60","network_name":"public-IPv4"}`]);
      expect(value).toMatchObject({
        address: '192.0.2.60',
        is_delegated: 'yes',
        changed: true,
        delegated_to: { service: 'load-balancer', name: 'lb-front', uuid: LOAD_BALANCER_UUID },
      });
      expect(await findAddressInState('192.0.2.60')).toMatchObject({ load_balancer: LOAD_BALANCER_UUID });
    },
  );

  test('is idempotent, and says so', async () => {
    const first = await b.cli('ip float delegate 192.0.2.60 --to lb-front');
    expect(first.err).toBe('Delegated 192.0.2.60 to load balancer lb-front.\n');
    const again = await runWithJsonOutput('ip float delegate 192.0.2.60 --to lb-front');
    expect(again).toMatchObject({
      code: 0,
      changes: [],
      value: { changed: false, delegated_to: { uuid: LOAD_BALANCER_UUID } },
    });
  });

  test('--dry-run shows the request and sends nothing', async () => {
    const dry = await runWithJsonOutput('ip float delegate 192.0.2.60 --to lb-front --dry-run');
    const body = { address: '192.0.2.60', network_name: 'public-IPv4' };
    expect(dry).toMatchObject({ code: 0, changes: [], value: [{ method: 'POST', path: PATH, body }] });
    expect((await runWithJsonOutput('ip float delegate 192.0.2.80 --to lb-front --dry-run')).value).toEqual([]);
  });

  test.each([
    ['a regular address', 'ip float delegate 192.0.2.10 --to lb-front', 2, 'FLOATING_IP_NOT_AVAILABLE'],
    ['another zone', 'ip float delegate 198.51.100.60 --to lb-front', 2, 'FLOATING_IP_NOT_AVAILABLE'],
    ['an address on a server', 'ip float delegate 192.0.2.50 --to lb-front', 8, 'ADDRESS_ATTACHED'],
    ['an unknown load balancer', 'ip float delegate 192.0.2.60 --to lb-none', 5, 'LOAD_BALANCER_NOT_FOUND'],
    ['an empty name', 'ip float delegate 192.0.2.60 --to=', 2, 'USAGE'],
    ['an unknown network', 'ip float delegate 192.0.2.60 --to lb-front --network x', 2, 'NETWORK_AMBIGUOUS'],
    ['an unknown address', 'ip float delegate 192.0.2.199 --to lb-front', 5, 'IP_ADDRESS_NOT_FOUND'],
  ])('rejects %s before anything is sent', async (_what, line, code, name) => {
    const result = await runWithJsonOutput(line);
    expect(result).toMatchObject({ code, out: '', changes: [], error: { code: name, exit_code: code } });
  });

  test('an address of another load balancer stays there (exit 8)', async () => {
    await editLoadBalancers((one) => ({ ...one, owner: 'sandbox' }));
    const { code, changes, error } = await runWithJsonOutput('ip float delegate 192.0.2.80 --to lb-shop');
    expect({ code, changes }).toEqual({ code: 8, changes: [] });
    expect(error.code).toBe('ADDRESS_DELEGATED_ELSEWHERE');
    expect(error.message).toContain('lb-front');
    expect(error.hint).toBe('Take the address back first: upc ip float undelegate 192.0.2.80');
  });

  test('several load balancers of one name are listed, and none is chosen', async () => {
    await editLoadBalancers((one) => ({ ...one, owner: 'sandbox', name: 'twin' }));
    const { code, error, changes } = await runWithJsonOutput('ip float delegate 192.0.2.60 --to twin');
    expect({ code, changes, name: error.code }).toEqual({ code: 2, changes: [], name: 'LOAD_BALANCER_AMBIGUOUS' });
    expect(error.hint).toContain(SHOP);
  });

  test('of several public IPv4 networks one must be named', async () => {
    const times = { created_at: '', updated_at: '' };
    const second = { name: 'second', type: 'public', family: 'IPv4', ...times } as const;
    await editLoadBalancers((one) => ({ ...one, networks: [...one.networks, second] }));
    expect((await runWithJsonOutput('ip float delegate 192.0.2.60 --to lb-front')).error).toMatchObject({
      code: 'NETWORK_AMBIGUOUS',
      hint: 'Choose one:\n  --network public-IPv4\n  --network second',
    });
    const { changes } = await runWithJsonOutput('ip float delegate 192.0.2.60 --to lb-front --network second');
    expect(changes).toEqual([`POST ${PATH} {"address":"192.0.2.60","network_name":"second"}`]);
    const other = await runWithJsonOutput('ip float delegate 192.0.2.60 --to lb-front --network public-IPv4');
    expect(other).toMatchObject({ code: 8, changes: [], error: { code: 'ADDRESS_DELEGATED_ELSEWHERE' } });
  });

  test('an address that was attached while the load balancer was looked up stays on its server (T-15)', async () => {
    const ip = { access: 'public', address: '192.0.2.60', family: 'IPv4', floating: 'yes', zone: 'fi-hel2' };
    const server = { server: '0078c168-d578-4a64-95cf-07376f1dc524', mac: 'da:45:c4:00:00:01' };
    const { env, changes } = await startApiServer({
      'GET /ip_address/192.0.2.60': [{ body: { ip_address: ip } }, { body: { ip_address: { ...ip, ...server } } }],
      'GET /load-balancer': { body: [{ uuid: LOAD_BALANCER_UUID, name: 'lb-front', zone: 'fi-hel2' }] },
    });
    const { code, err } = await upc('ip float delegate 192.0.2.60 --to lb-front --json', { env });
    expect({ code, name: JSON.parse(err).error.code }).toEqual({ code: 8, name: 'ADDRESS_ATTACHED' });
    expect(changes).toEqual([]);
  });

  test('warns where the release policy deletes the address with the load balancer', async () => {
    await b.edit(setPolicy('192.0.2.60', 'release'));
    const { code, err } = await b.cli('ip float delegate 192.0.2.60 --to lb-front');
    expect(code).toBe(0);
    expect(err).toContain('To keep it: upc ip policy set keep 192.0.2.60');
  });

  test('completion offers the load balancers of the zone of the address', async () => {
    const listOfferedLoadBalancers = async (address: string) =>
      (await b.cli(['__complete', 'fish', 'ip', 'float', 'delegate', address, '--to', ''])).out;
    expect(await listOfferedLoadBalancers('192.0.2.60')).toContain('lb-front\tfi-hel2');
    expect(await listOfferedLoadBalancers('198.51.100.60')).not.toContain('lb-front');
  });

  test('a terminal is asked for the load balancer', async () => {
    const { code, err } = await b.cli('ip float delegate 192.0.2.60', {
      answers: [
        ['Which load balancer?', '1'],
        ['Run upc ip float delegate 192.0.2.60 --to=lb-front', 'y'],
      ],
    });
    expect(code, err).toBe(0);
    expect(await findAddressInState('192.0.2.60')).toMatchObject({ load_balancer: LOAD_BALANCER_UUID });
  });
});

describe('upc ip float undelegate', () => {
  test('takes the address back, and is idempotent', async () => {
    const first = await runWithJsonOutput('ip float undelegate 192.0.2.80');
    expect(first).toMatchObject({ code: 0, changes: [`DELETE ${PATH}/192.0.2.80`] });
    expect(first.value).toMatchObject({ is_delegated: 'no', changed: true, delegated_to: null, released: false });
    const again = await runWithJsonOutput('ip float undelegate 192.0.2.80');
    expect(again).toMatchObject({
      code: 0,
      changes: [],
      value: { changed: false, delegated_to: null, released: false },
    });
    expect((await runWithJsonOutput('ip float undelegate 192.0.2.80 --dry-run')).value).toEqual([]);
  });

  test('what `detach` says of a delegated address is this command', async () => {
    const { code, error } = await runWithJsonOutput('ip float detach 192.0.2.80');
    expect({ code, hint: error.hint }).toEqual({
      code: 2,
      hint: 'Take the address back first: upc ip float undelegate 192.0.2.80',
    });
  });

  test('a regular address is rejected', async () => {
    expect(await runWithJsonOutput('ip float undelegate 192.0.2.10')).toMatchObject({ code: 2, changes: [] });
  });

  describe('R-DEL-2 with the release policy release', () => {
    beforeEach(() => b.edit(setPolicy('192.0.2.80', 'release')));

    test.each(['', '--yes', '--dry-run'])('is never deleted silently: %s', async (flags) => {
      const { code, changes, error } = await runWithJsonOutput(`ip float undelegate 192.0.2.80 ${flags}`);
      expect({ code, changes, name: error.code }).toEqual({ code: 2, changes: [], name: 'ADDRESS_WOULD_BE_DELETED' });
      expect(await findAddressInState('192.0.2.80')).toMatchObject({ load_balancer: LOAD_BALANCER_UUID });
    });

    test('--keep sets the policy first', async () => {
      const { code, value, changes } = await runWithJsonOutput('ip float undelegate 192.0.2.80 --keep');
      expect({ code, changes }).toEqual({
        code: 0,
        changes: [
          'PATCH /1.3/ip_address/192.0.2.80 {"ip_address":{"release_policy":"keep"}}',
          `DELETE ${PATH}/192.0.2.80`,
        ],
      });
      expect(value).toMatchObject({ release_policy: 'keep', changed: true, released: false });
      expect(await findAddressInState('192.0.2.80')).toMatchObject({ load_balancer: null, release_policy: 'keep' });
    });

    test('--release needs --yes without a terminal, and then deletes', async () => {
      const unconfirmed = await runWithJsonOutput('ip float undelegate 192.0.2.80 --release');
      expect(unconfirmed).toMatchObject({ code: 2, changes: [], error: { code: 'CONFIRMATION_NEEDED' } });
      const { code, value } = await runWithJsonOutput('ip float undelegate 192.0.2.80 --release --yes');
      expect({ code, released: value.released, changed: value.changed }).toEqual({
        code: 0,
        released: true,
        changed: true,
      });
      expect(await findAddressInState('192.0.2.80')).toBeUndefined();
    });

    test.each([
      ['192.0.2.80', 0],
      ['no', 2],
      ['yes', 130],
    ])('at a terminal the address must be typed: %s', async (typed, code) => {
      const question =
        'Type 192.0.2.80 to take it back from load balancer lb-front and delete it. This cannot be undone';
      const result = await b.cli('ip float undelegate 192.0.2.80', { answers: [[question, typed]] });
      expect(result.code, result.err).toBe(code);
      expect((await findAddressInState('192.0.2.80')) === undefined).toBe(code === 0);
    });

    test('--keep and --release cannot be combined', async () => {
      expect(await runWithJsonOutput('ip float undelegate 192.0.2.80 --keep --release')).toMatchObject({
        code: 2,
        requests: [],
      });
    });
  });

  test('--release leaves an address with the policy keep on the account', async () => {
    const { value } = await runWithJsonOutput('ip float undelegate 192.0.2.80 --release --yes');
    expect(value).toMatchObject({ is_delegated: 'no', released: false });
    expect(await findAddressInState('192.0.2.80')).toBeDefined();
  });

  const delegated = {
    access: 'public',
    address: '192.0.2.80',
    family: 'IPv4',
    floating: 'yes',
    zone: 'fi-hel2',
    is_delegated: 'yes',
  };
  const kept = { body: { ip_address: { ...delegated, release_policy: 'keep' } } };
  const holder = {
    uuid: LOAD_BALANCER_UUID,
    name: 'lb-front',
    zone: 'fi-hel2',
    ip_addresses: [{ address: '192.0.2.80' }],
  };

  test('a policy that the service does not show may be release (R-GET-4)', async () => {
    const { env, changes } = await startApiServer({
      'GET /ip_address/192.0.2.80': { body: { ip_address: delegated } },
      'GET /load-balancer': { body: [holder] },
    });
    const { code, err } = await upc('ip float undelegate 192.0.2.80 --json', { env });
    expect({ code, name: JSON.parse(err).error.code }).toEqual({ code: 2, name: 'ADDRESS_WOULD_BE_DELETED' });
    expect(changes).toEqual([]);
  });

  test('a policy that another process set to release meanwhile stops it (T-15)', async () => {
    const { env, changes } = await startApiServer({
      'GET /ip_address/192.0.2.80': [kept, { body: { ip_address: { ...delegated, release_policy: 'release' } } }],
      'GET /load-balancer': { body: [holder] },
    });
    const { code, err } = await upc('ip float undelegate 192.0.2.80 --json', { env });
    expect({ code, name: JSON.parse(err).error.code }).toEqual({ code: 8, name: 'ADDRESS_CHANGED_MEANWHILE' });
    expect(changes).toEqual([]);
  });

  const released = { body: { ip_address: { ...delegated, release_policy: 'release' } } };
  const createApiErrorBody = (code: string) => ({ error: { error_code: code, error_message: 'No.' } });
  const setToKeep = { ...kept, status: 202 };
  const DELETE = `DELETE /load-balancer/${LOAD_BALANCER_UUID}/ip-addresses/192.0.2.80`;
  const policySet = 'The release policy of 192.0.2.80 was set to keep before the command failed.';

  test('--keep: a read that lags behind the policy names no other process (T-17)', async () => {
    const back = { body: { ip_address: { ...delegated, release_policy: 'keep', is_delegated: 'no' } } };
    const { env, changes } = await startApiServer({
      'GET /ip_address/192.0.2.80': [released, released, kept, back],
      'GET /load-balancer': { body: [holder] },
      'PATCH /ip_address/192.0.2.80': setToKeep,
      [DELETE]: { status: 204, text: '' },
    });
    const { code } = await upc('ip float undelegate 192.0.2.80 --keep', { env, clock: instantClock });
    expect({ code, changes }).toEqual({ code: 0, changes: ['PATCH /ip_address/192.0.2.80', DELETE] });
  });

  test.each([
    ['certainly not carried out', { status: 429, body: createApiErrorBody('TOO_MANY_REQUESTS') }, 6],
    ['rejected', { status: 409, body: createApiErrorBody('SERVICE_BUSY') }, 8],
  ])('--keep: the policy is reported if taking back is %s (T-5)', async (_what, response, expected) => {
    const { env } = await startApiServer({
      'GET /ip_address/192.0.2.80': [released, kept],
      'GET /load-balancer': { body: [holder] },
      [`GET /load-balancer/${LOAD_BALANCER_UUID}`]: { body: holder },
      'PATCH /ip_address/192.0.2.80': setToKeep,
      [DELETE]: response,
    });
    const { code, err } = await upc('ip float undelegate 192.0.2.80 --keep', { env, clock: instantClock });
    expect(code, err).toBe(expected);
    expect(err).toContain(policySet);
    expect(err).not.toContain('Nothing was changed');
  });

  test('--keep: the policy release that stays names no other process', async () => {
    const { env, changes } = await startApiServer({
      'GET /ip_address/192.0.2.80': released,
      'GET /load-balancer': { body: [holder] },
      'PATCH /ip_address/192.0.2.80': setToKeep,
    });
    const { code, err } = await upc('ip float undelegate 192.0.2.80 --keep', { env, clock: instantClock });
    expect({ code, changes }).toEqual({ code: 8, changes: ['PATCH /ip_address/192.0.2.80'] });
    expect(err).toContain("still shows 'release'");
    expect(err).not.toContain('another process');
  });

  test('a list of load balancers that lags behind is read again, and never believed over the address (T-17)', async () => {
    const free = { ...delegated, address: '192.0.2.60', is_delegated: 'no' };
    const old = { ...holder, ip_addresses: [{ address: '192.0.2.60', network_name: 'public-IPv4' }] };
    const networks = [{ name: 'public-IPv4', type: 'public', family: 'IPv4' }];
    const { env, changes } = await startApiServer({
      'GET /ip_address/192.0.2.60': [
        { body: { ip_address: free } },
        { body: { ip_address: free } },
        { body: { ip_address: free } },
        { body: { ip_address: { ...free, is_delegated: 'yes' } } },
      ],
      'GET /load-balancer': [{ body: [{ ...old, networks }] }, { body: [{ ...old, networks, ip_addresses: [] }] }],
      [`POST /load-balancer/${LOAD_BALANCER_UUID}/ip-addresses`]: {
        status: 201,
        body: { address: '192.0.2.60', network_name: 'public-IPv4' },
      },
    });
    const { code, out } = await upc('ip float delegate 192.0.2.60 --to lb-front --json', { env, clock: instantClock });
    expect({ code, changes, changed: JSON.parse(out).changed }).toEqual({
      code: 0,
      changes: [`POST /load-balancer/${LOAD_BALANCER_UUID}/ip-addresses`],
      changed: true,
    });
  });

  test('an address that was to stay and does not show afterwards is unknown (exit 9)', async () => {
    const { env } = await startApiServer({
      'GET /ip_address/192.0.2.80': [
        kept,
        kept,
        { status: 404, body: { error: { error_code: 'IP_ADDRESS_NOT_FOUND', error_message: 'No.' } } },
      ],
      'GET /load-balancer': { body: [holder] },
      [`DELETE /load-balancer/${LOAD_BALANCER_UUID}/ip-addresses/192.0.2.80`]: { status: 204, text: '' },
    });
    const { code, out, err } = await upc('ip float undelegate 192.0.2.80 --json', { env, clock: instantClock });
    expect({ code, out }).toEqual({ code: 9, out: '' });
    expect(JSON.parse(err.split('\n').findLast((line) => line.startsWith('{')) ?? '').error).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      hint: expect.stringContaining('upc ip show 192.0.2.80'),
    });
  });

  test('a delegated address that no load balancer lists is a conflict', async () => {
    await editLoadBalancers((one) => ({ ...one, ip_addresses: [] }));
    expect(await runWithJsonOutput('ip float undelegate 192.0.2.80')).toMatchObject({
      code: 8,
      changes: [],
      error: { code: 'DELEGATION_HOLDER_UNKNOWN' },
    });
  });
});
