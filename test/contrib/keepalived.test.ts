import { EventEmitter, once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  GuardFixture,
  type GuardResponder,
  IP,
  MAC1,
  MAC2,
  respondBadGateway,
  respondNormally,
  waitUntil,
} from '../guard/guard-fixture.ts';
import { isPosix } from '../installed.ts';
import { createNode, type FailoverNode } from './node.ts';

const script = resolve('contrib/keepalived/upc-notify');
const SECOND = '192.0.2.51';
const DETACHED = '192.0.2.60';

let s: GuardFixture;
beforeEach(async () => {
  s = new GuardFixture();
  await s.open();
});
afterEach(() => s.close());

const node = (self: string, settings = {}) => createNode(self, { ...s.env, ...settings });
const notify = (one: FailoverNode, state: string) =>
  one.run([script, 'INSTANCE', 'failover', state, '100'], { FAILOVER_ENV: one.config });

const unavailable: GuardResponder = async () => new Response('', { status: 503 });

describe.runIf(isPosix)("keepalived's notify script", () => {
  test('moves the address to the server that becomes master, with one configuration on both', async () => {
    const [one, two] = [node('web-1'), node('web-2')];
    expect(await notify(two, 'MASTER')).toEqual({ code: 0, out: '', err: '' });
    expect(await s.mac()).toBe(MAC2);
    expect(two.syslog()).toContain(`daemon.notice -- failover is MASTER: ${IP} is on this server.`);
    expect(await notify(one, 'MASTER')).toMatchObject({ code: 0 });
    expect(await s.mac()).toBe(MAC1);
    expect(s.changes).toHaveLength(2);
  });

  test('as notify_master, without arguments', async () => {
    const two = node('web-2');
    expect(await two.run([script], { FAILOVER_ENV: two.config })).toMatchObject({ code: 0 });
    expect(await s.mac()).toBe(MAC2);
  });

  test.each(['BACKUP', 'FAULT', 'STOP'])('%s: nothing is sent', async (state) => {
    expect(await notify(node('web-2'), state)).toMatchObject({ code: 0 });
    expect(s.requests).toEqual([]);
  });

  test('where the address is on this server already, nothing is changed', async () => {
    expect(await notify(node('web-1'), 'MASTER')).toMatchObject({ code: 0 });
    expect(s.changes).toEqual([]);
  });

  test.each([
    ['that is on neither server', async () => s.put(null)],
    [
      'that the account does not have',
      async () => s.store.transact((state) => ({ state: { ...state, addresses: [] } })),
    ],
  ])('an address %s stays there, and the script gives up at once', async (_name, prepare) => {
    await prepare();
    const two = node('web-2');
    expect([5, 8]).toContain((await notify(two, 'MASTER')).code);
    expect(s.changes).toEqual([]);
    expect(two.syslog()).toMatch(new RegExp(`daemon\\.err -- ${IP} is not moved \\(exit code [58]\\)\\. Error: \\S`));
    expect(two.syslog()).not.toContain('attempt');
  });

  test('of several addresses each is moved for itself', async () => {
    await s.add(SECOND, MAC1);
    const two = node('web-2', { FAILOVER_ADDRESSES: `${DETACHED} ${IP} ${SECOND}` });
    expect(await notify(two, 'MASTER')).toMatchObject({ code: 8 });
    expect([await s.mac(DETACHED), await s.mac(), await s.mac(SECOND)]).toEqual([null, MAC2, MAC2]);
  });

  test('an API that cannot be reached is tried again until it responds', async () => {
    s.respond = unavailable;
    const two = node('web-2');
    const running = notify(two, 'MASTER');
    await waitUntil(() => two.syslog().includes('attempt 1 of 120 failed (exit code 7)'));
    s.respond = respondNormally;
    expect(await running).toMatchObject({ code: 0 });
    expect(await s.mac()).toBe(MAC2);
    expect(s.changes).toHaveLength(1);
  });

  test('it gives up after so many attempts', async () => {
    const two = node('web-2', { FAILOVER_ATTEMPTS: '1', UPCLOUD_DEBUG_API_BASE_URL: 'http://127.0.0.1:1' });
    expect(await notify(two, 'MASTER')).toMatchObject({ code: 7 });
    expect(two.syslog()).toContain(`daemon.err -- Gave up after 1 attempts: ${IP}`);
  });

  test('after an unknown outcome it checks where the address is', async () => {
    s.respond = async (request, carryOut) =>
      request.method === 'PATCH' ? respondBadGateway(request, carryOut) : carryOut();
    const two = node('web-2');
    const running = notify(two, 'MASTER');
    await waitUntil(() => two.syslog().includes('(exit code 9)'));
    s.respond = respondNormally;
    expect(await running).toMatchObject({ code: 0 });
    expect(await s.mac()).toBe(MAC2);
  });

  test('a server that is the master no more moves nothing, although an older run waits for its next attempt', async () => {
    s.respond = unavailable;
    const two = node('web-2', { FAILOVER_RETRY_WAIT: '5' });
    const running = notify(two, 'MASTER');
    await waitUntil(() => two.syslog().includes('attempt 1 of'));
    await notify(two, 'BACKUP');
    s.respond = respondNormally;
    expect(await running).toMatchObject({ code: 0 });
    expect([await s.mac(), s.changes]).toEqual([MAC1, []]);
  });

  test('a server that is the master no more moves nothing, although an older run waits for the API', async () => {
    const gate = new EventEmitter();
    let waiting = 0;
    s.respond = async (_request, carryOut) => {
      waiting += 1;
      await once(gate, 'open');
      return carryOut();
    };
    const two = node('web-2');
    const running = notify(two, 'MASTER');
    await waitUntil(() => waiting > 0);
    await notify(two, 'BACKUP');
    s.respond = respondNormally;
    gate.emit('open');
    expect(await running).toMatchObject({ code: 0 });
    expect([await s.mac(), s.changes]).toEqual([MAC1, []]);
    expect(two.syslog()).toContain('failover: ended by a newer run.');
  });

  test.each([
    [4, 'rejected credentials', { UPCLOUD_TOKEN: 'ucat_none_such' }],
    [2, 'a server that does not know itself', { UPC_SELF: '' }],
    [3, 'no addresses', { FAILOVER_ADDRESSES: '' }],
  ])('exit %i: %s, which waiting does not change', async (code, _name, settings) => {
    const two = createNode('UPC_SELF' in settings ? '' : 'web-2', { ...s.env, ...settings });
    expect(await notify(two, 'MASTER')).toMatchObject({ code });
    expect(two.syslog()).toContain('daemon.err');
    expect(s.changes).toEqual([]);
  });

  test('without a configuration, and without syslog, stderr says so', async () => {
    const { code, err } = await node('web-2').run([script, 'INSTANCE', 'failover', 'MASTER', '100'], {
      FAILOVER_ENV: '/nonexistent/failover.env',
    });
    expect(code).toBe(3);
    // If the machine has syslog, the message goes there, and stderr stays empty.
    expect(err).toMatch(/^$|\/nonexistent\/failover\.env cannot be read/);
  });
});
