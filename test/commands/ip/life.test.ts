import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

describe('the life of a floating IP', () => {
  let b: TestSandbox;
  let made: Record<string, unknown>;
  let ip: string;
  const WEB1 = '0078c168-d578-4a64-95cf-07376f1dc524';
  const WEB2 = '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832';
  const LB = '0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11';
  beforeEach(async () => {
    b = await startTestSandbox();
    made = await json('ip float create --zone fi-hel2');
    ip = String(made.address);
  });
  afterEach(() => b.close());
  const json = async (line: string) => JSON.parse((await b.cli(`${line} --json`)).out);
  const show = () => json(`ip show ${ip}`);
  const attach = (server: string) => json(`ip float attach ${ip} --server ${server}`);
  const delegate = () => json(`ip float delegate ${ip} --to lb-front`);

  test('is created detached, in a zone, with policy keep', async () => {
    expect(made).toMatchObject({ floating: 'yes', server: null, mac: null, zone: 'fi-hel2', release_policy: 'keep' });
    expect(await show()).toMatchObject({
      on_deletion: 'The address is detached and stays on the account until it is released.',
      server_details: null,
    });
  });

  test('is attached by the name of a server; a second time changes nothing and sends nothing', async () => {
    const first = await b.cli(`ip float attach ${ip} --server web-1 --json`);
    expect(JSON.parse(first.out)).toMatchObject({ server: WEB1, mac: 'da:45:c4:5c:65:6c', changed: true });
    expect(first.changes).toEqual([`PATCH /1.3/ip_address/${ip} {"ip_address":{"mac":"da:45:c4:5c:65:6c"}}`]);
    const again = await b.cli(`ip float attach ${ip} --server WEB-1.example.com --json`);
    expect(JSON.parse(again.out)).toMatchObject({ changed: false });
    expect(again.changes).toEqual([]);
  });

  test('is not taken from its server by attach, but moved by move', async () => {
    await attach('web-1');
    const rejected = await b.cli(`ip float attach ${ip} --server web-2`);
    expect(rejected).toMatchObject({ code: 8, out: '', changes: [] });
    expect(rejected.err).toBe(
      `Error: ${ip} is attached to another server: web-1.\nMove it: upc ip float move ${ip} --to web-2\n`,
    );
    expect(await json(`ip float move ${ip} --to web-2`)).toMatchObject({ server: WEB2, changed: true });
  });

  test('is already on the requested server, however many interfaces it has', async () => {
    await b.cli('ip assign --server web-1');
    for (const line of [
      'ip float attach 192.0.2.50 --server web-1',
      'ip float move 192.0.2.50 --to web-1',
      'ip float move 192.0.2.50 --from web-2 --to web-1',
    ]) {
      const { code, out, changes } = await b.cli(`${line} --json`);
      expect({ code, changes }).toEqual({ code: 0, changes: [] });
      expect(JSON.parse(out)).toMatchObject({ server: WEB1, changed: false });
    }
    expect(await b.cli('ip float move 192.0.2.60 --to web-1')).toMatchObject({ code: 2, changes: [] });
  });

  test('is moved only if it is on the expected server', async () => {
    await attach('web-2');
    const elsewhere = await b.cli(`ip float move ${ip} --from edge-1 --to web-1`);
    expect(elsewhere).toMatchObject({ code: 8, out: '', changes: [] });
    expect(elsewhere.err).toContain(`${ip} is not on edge-1: it is on web-2. It was not moved.`);
    expect(await json(`ip float move ${ip} --from web-2 --to web-1`)).toMatchObject({ server: WEB1, changed: true });
    const done = await b.cli(`ip float move ${ip} --from web-2 --to web-1 --json`);
    expect(done).toMatchObject({ code: 0, changes: [] });
    expect(JSON.parse(done.out)).toMatchObject({ changed: false });
  });

  test('gets a PTR record, and the default back', async () => {
    expect(await json(`ip ptr set ${ip} Service.Example.com.`)).toMatchObject({
      ptr_record: 'service.example.com',
      changed: true,
    });
    expect(await json(`ip ptr set ${ip} service.example.com`)).toMatchObject({ changed: false });
    expect(await json(`ip ptr clear ${ip}`)).toEqual([{ address: ip, outcome: 'ok', changed: true }]);
    expect((await show()).ptr_record).toBe(`${ip.replaceAll('.', '-')}.fi-hel2.upcloud.host`);
    expect(await json(`ip ptr clear ${ip}`)).toEqual([{ address: ip, outcome: 'ok', changed: false }]);
  });

  test('outlives its server with keep', async () => {
    await attach('web-1');
    expect(await json(`ip policy set keep ${ip}`)).toEqual([{ address: ip, outcome: 'ok', changed: false }]);
    expect((await show()).on_deletion).toBe(
      'The address stays on the account as a detached floating IP when its server is deleted.',
    );
    await b.ask('POST', `/server/${WEB1}/stop`, { stop_server: { stop_type: 'soft', timeout: '60' } });
    expect((await b.ask('DELETE', `/server/${WEB1}`)).status).toBe(204);
    expect(await show()).toMatchObject({ server: null, floating: 'yes', release_policy: 'keep' });
  });

  test('is delegated to a load balancer: some changes are rejected, others work', async () => {
    expect(await delegate()).toMatchObject({ changed: true, is_delegated: 'yes' });
    expect((await show()).delegated_to).toEqual({ service: 'load-balancer', name: 'lb-front', uuid: LB });
    for (const line of [`ip float attach ${ip} --server web-2`, `ip float detach ${ip}`, `ip release ${ip} --yes`]) {
      const rejected = await b.cli(line);
      expect(rejected).toMatchObject({ code: 2, out: '', changes: [] });
      expect(rejected.err).toContain(`${ip} is delegated to load balancer 'lb-front' (${LB}) and cannot be`);
      expect(rejected.err).toContain(`Take the address back first: upc ip float undelegate ${ip}`);
    }
    expect(await json(`ip ptr set ${ip} lb2.example.com`)).toMatchObject({ changed: true });
    expect(await json(`ip policy set release ${ip}`)).toEqual([{ address: ip, outcome: 'ok', changed: true }]);
    expect((await show()).on_deletion).toBe('The address is lost when the load balancer returns it or is deleted.');
    expect(await json(`ip policy set keep ${ip}`)).toEqual([{ address: ip, outcome: 'ok', changed: true }]);
  });

  test('is taken back and released', async () => {
    await delegate();
    expect(await json(`ip float undelegate ${ip}`)).toMatchObject({ changed: true, released: false });
    const released = await b.cli(`ip release ${ip} --yes --json`);
    expect(JSON.parse(released.out)).toEqual([{ address: ip, outcome: 'ok', changed: true }]);
    expect(released.changes).toEqual([`DELETE /1.3/ip_address/${ip}`]);
    expect(await b.cli(`ip show ${ip}`)).toMatchObject({ code: 5, out: '' });
  });

  test('goes with its server under the policy release', async () => {
    const other = await json('ip float create --server web-2 --release-policy release');
    expect(other).toMatchObject({ server: WEB2, release_policy: 'release' });
    await b.ask('POST', `/server/${WEB2}/stop`, { stop_server: { stop_type: 'soft', timeout: '60' } });
    await b.ask('DELETE', `/server/${WEB2}`);
    expect(await b.cli(`ip show ${other.address}`)).toMatchObject({ code: 5 });
  });
});

describe('the life of a regular address', () => {
  let b: TestSandbox;
  beforeEach(async () => {
    b = await startTestSandbox();
  });
  afterEach(() => b.close());
  const json = async (line: string) => JSON.parse((await b.cli(`${line} --json`)).out);

  test('IPv4: assigned, kept when its server goes, a floating IP from then on', async () => {
    const made = await json('ip assign --server web-2 --release-policy keep --ptr kept.example.com');
    expect(made).toMatchObject({ floating: 'no', release_policy: 'keep', ptr_record: 'kept.example.com' });
    expect((await json(`ip show ${made.address}`)).on_deletion).toBe(
      'The address becomes a detached floating IP when its server is deleted.',
    );
    const detaching = await b.cli(`ip float detach ${made.address}`);
    expect(detaching).toMatchObject({ code: 2, changes: [] });
    expect(detaching.err).toContain('is a regular address: only floating IPs can be detached.');
    await b.ask('POST', `/server/${made.server}/stop`, { stop_server: { stop_type: 'soft', timeout: '60' } });
    await b.ask('DELETE', `/server/${made.server}`);
    expect(await json(`ip show ${made.address}`)).toMatchObject({
      floating: 'yes',
      server: null,
      ptr_record: 'kept.example.com',
    });
  });

  test('IPv6: assigned, named, found in any spelling, without a policy, released', async () => {
    const made = await json('ip assign --server web-1 --family IPv6');
    expect(made.address).toMatch(/^2001:db8:1:1:/);
    const shouted = made.address.toUpperCase();
    expect(await json(`ip ptr set ${shouted} six.example.com`)).toMatchObject({ address: made.address, changed: true });
    const policy = await b.cli(`ip policy set keep ${made.address}`);
    expect(policy).toMatchObject({ code: 2, out: '', changes: [] });
    expect(policy.err).toContain('is an IPv6 address: only public IPv4 addresses have a release policy.');
    expect(await json(`ip release ${shouted} ${made.address} --yes`)).toEqual([
      { address: made.address, outcome: 'ok', changed: true },
    ]);
  });
});
