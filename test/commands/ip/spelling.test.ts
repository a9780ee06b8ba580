import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { instantClock } from '../../faults/cell.ts';
import { startFaultServer } from '../../faults/fault-server.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

/** An IPv6 address as the sandbox spells it. */
const PADDED_ADDRESS = '2001:db8:3:1:d845:c4ff:fe5c:0254';
/** The ways in which an API may spell PADDED_ADDRESS. Each simulated API accepts only one of them. */
const spellingsOfService = [
  PADDED_ADDRESS,
  '2001:db8:3:1:d845:c4ff:fe5c:254',
  '2001:0DB8:0003:0001:D845:C4FF:FE5C:0254',
];
const typedSpellings = [
  '2001:db8:3:1:d845:c4ff:fe5c:254',
  '2001:DB8:3:1:D845:C4FF:FE5C:0254',
  '2001:0db8:0003:0001:d845:c4ff:fe5c:0254',
];
/** An address that has UpCloud's default PTR record. */
const BY_DEFAULT = '2001:db8:3:1:d845:c4ff:fe5c:0265';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const setSpellingInState = (address: string) =>
  b.edit((state) => ({
    ...state,
    addresses: state.addresses.map((ip) => (ip.address === PADDED_ADDRESS ? { ...ip, address } : ip)),
  }));
const isOnAccount = async (address: string) => (await b.state()).addresses.some((ip) => ip.address === address);
const readPtrRecord = async (address: string) =>
  (await b.state()).addresses.find((ip) => ip.address === address)?.ptr_record;

describe.each(spellingsOfService)('R-MOD-6 a service that knows an address as %s only', (service) => {
  beforeEach(() => setSpellingInState(service));

  test.each(typedSpellings)('finds it as %s, and is sent its own spelling', async (text) => {
    const shown = await b.cli(`ip show ${text} --json`);
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.out).address).toBe(service);
    const dry = await b.cli(`ip ptr set ${text} new.example.com --dry-run --json`);
    expect(JSON.parse(dry.out)[0].path).toBe(`/1.3/ip_address/${service}`);
    const set = await b.cli(`ip ptr set ${text} new.example.com`);
    expect(set.changes).toEqual([`PATCH /1.3/ip_address/${service} {"ip_address":{"ptr_record":"new.example.com"}}`]);
    expect(set.err).toContain(`Set the PTR record of ${service} to new.example.com.`);
    expect((await b.cli(`ip ptr set ${text} new.example.com`)).changes).toEqual([]);
    const cleared = await b.cli(`ip ptr clear ${text} ${PADDED_ADDRESS} --json`);
    expect(JSON.parse(cleared.out)).toEqual([{ address: service, outcome: 'ok', changed: true }]);
    expect(cleared.changes).toEqual([`PATCH /1.3/ip_address/${service} {"ip_address":{"ptr_record":""}}`]);
    const rejected = await b.cli(`ip policy set keep ${text} --json`);
    expect(JSON.parse(rejected.err).error).toMatchObject({ code: 'RELEASE_POLICY_NOT_AVAILABLE', exit_code: 2 });
    expect(rejected.err).toContain(service);
    const released = await b.cli(`ip release ${text} --yes -q`);
    expect(released).toMatchObject({ code: 0, out: `${service}\n`, changes: [`DELETE /1.3/ip_address/${service}`] });
    expect(await isOnAccount(service)).toBe(false);
  });

  test('is listed, exported and completed in its spelling; files and words may have another', async () => {
    expect((await b.cli('ip list -q')).out.split('\n')).toContain(service);
    expect((await b.cli('ip tree -q')).out.split('\n')).toContain(service);
    const exported = (await b.cli('ip ptr export --custom')).out;
    expect(exported).toContain(`${service} edge.example.com\n`);
    expect(exported).not.toContain('upcloud.host');
    for (const text of typedSpellings) {
      const file = `${text} edge.example.com\n`;
      expect((await b.cli('ip ptr plan - --exit-code', { stdin: file })).code).toBe(0);
      const stdin = `${text} other.example.com\n`;
      const plan = await b.cli('ip ptr plan - --json', { stdin });
      expect(JSON.parse(plan.out)).toMatchObject([{ address: service, action: 'change' }]);
      const completed = await upc(['__complete', 'zsh', 'ip', 'show', text], { env: b.env });
      expect(completed.out).toContain(text);
      const given = await upc(['__complete', 'zsh', 'ip', 'release', text, ''], { env: b.env });
      expect(given.out).not.toContain(service);
    }
    const stdin = `${typedSpellings[0]} other.example.com\n`;
    const applied = await b.cli('ip ptr apply - --yes -q', { stdin });
    expect(applied).toMatchObject({ code: 0, out: `${service}\n` });
    expect(await readPtrRecord(service)).toBe('other.example.com');
  });

  test.each([true, false])('T-5 a lost response is settled by its spelling (carried out: %s)', async (applies) => {
    const server = await startFaultServer(b.origin, {
      on: 'change',
      applies,
      respond: ({ request }) => void request.socket.destroy(),
    });
    onTestFinished(() => server.close());
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const run = (line: string) => upc(line, { env, clock: instantClock });
    const set = await run(`ip ptr set ${typedSpellings[0]} new.example.com -q`);
    expect(set).toMatchObject(applies ? { code: 0, out: `${service}\n` } : { out: '' });
    const released = await run(`ip release ${typedSpellings[0]} --yes -q`);
    expect(released).toMatchObject(applies ? { code: 0, out: `${service}\n` } : { out: '' });
    expect([set.code === 0, released.code === 0]).toEqual([applies, applies]);
    expect(await isOnAccount(service)).toBe(!applies);
    const paths = server.wire.filter((line) => !line.startsWith('GET')).map((line) => line.split(' ')[1]);
    expect(paths).toEqual([`/1.3/ip_address/${service}`, `/1.3/ip_address/${service}`]);
  });
});

test("R-MOD-5 UpCloud's default PTR record is known with and without its leading zeros", async () => {
  for (const name of ['d845-c4ff-fe5c-0265', 'D845-C4FF-FE5C-265']) {
    const ptr_record = `${name}.v6.nl-ams1.upcloud.host`;
    await b.edit((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === BY_DEFAULT ? { ...ip, ptr_record } : ip)),
    }));
    expect((await b.cli('ip ptr export --custom')).out).not.toContain(BY_DEFAULT);
    expect((await b.cli(`ip ptr clear ${BY_DEFAULT}`)).changes).toEqual([]);
    const findings = JSON.parse((await b.cli('ip audit --json')).out) as { id: string; address: string }[];
    expect(findings.filter(({ address }) => address === BY_DEFAULT).map(({ id }) => id)).toContain('ptr-default');
    const stdin = `${BY_DEFAULT} d845-c4ff-fe5c-265.v6.nl-ams1.upcloud.host\n`;
    expect((await b.cli('ip ptr plan - --json', { stdin })).out.trim()).toBe('[]');
  }
});

test('an address that is in no spelling on the account is exit 5, and its list is asked once', async () => {
  const { code, requests } = await b.cli('ip show 2001:db8::77 --json');
  expect(code).toBe(5);
  expect(requests.map(({ path }) => path)).toEqual([
    '/1.3/ip_address/2001:db8:0:0:0000:0000:0000:0077',
    '/1.3/ip_address',
  ]);
  expect((await b.cli('ip show 192.0.2.199')).requests).toHaveLength(1);
});
