import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApiServer } from '../../api-server.ts';
import { createTemporaryFolder } from '../../files/processes.ts';
import { type RunOptions, startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const ONE_ADDRESS_QUESTION = 'Release 192.0.2.60? This cannot be undone. (y/N) ';
const TWO_ADDRESSES_QUESTION = 'Type 2 to release these 2 addresses. This cannot be undone: ';
const releaseBothCommand = 'ip release 198.51.100.60 192.0.2.60';
const unconfirmedMessage = 'Nothing was released.\n';

const WEB_2_UUID = '00000000-0000-4000-8000-000000000002';
const server = { uuid: WEB_2_UUID, title: 'web-2', hostname: 'web-2.example.com', zone: 'fi-hel2', state: 'started' };
const address = {
  address: '192.0.2.60',
  access: 'public',
  family: 'IPv4',
  floating: 'yes',
  zone: 'fi-hel2',
  ptr_record: 'old.example.com',
};

describe('at a terminal', () => {
  test('one address is shown for what it is, and released after a yes', async () => {
    const { code, out, err, changes } = await b.cli('ip release 192.0.2.60 -q', {
      answers: [[ONE_ADDRESS_QUESTION, 'y']],
    });
    expect({ code, out, changes }).toEqual({
      code: 0,
      out: '192.0.2.60\n',
      changes: ['DELETE /1.3/ip_address/192.0.2.60'],
    });
    expect(err).toBe(
      'ADDRESS     KIND      ZONE     SERVER    PTR RECORD\n' +
        '192.0.2.60  floating  fi-hel2  detached  192-0-2-60.fi-hel2.upcloud.host\n' +
        ONE_ADDRESS_QUESTION,
    );
  });

  test.each(['n', '', 'no', '1', 'yess'])('one address and %j: nothing is sent', async (answer) => {
    const { code, out, err, changes } = await b.cli('ip release 192.0.2.60', {
      answers: [[ONE_ADDRESS_QUESTION, answer]],
    });
    expect({ code, out, changes }).toEqual({ code: 2, out: '', changes: [] });
    expect(err).toMatch(/\(y\/N\) Nothing was released\.\n$/);
  });

  test('of several the count must be typed', async () => {
    const { code, err, changes } = await b.cli(releaseBothCommand, { answers: [[TWO_ADDRESSES_QUESTION, '2']] });
    expect(code).toBe(0);
    expect([...changes].sort()).toEqual(
      ['192.0.2.60', '198.51.100.60'].map((address) => `DELETE /1.3/ip_address/${address}`),
    );
    expect(err).toMatch(/^ADDRESS .*\n198\.51\.100\.60 .*\n192\.0\.2\.60 .*\nType 2 /);
  });

  test.each(['n', 'No', ''])('several and %j: nothing is sent', async (answer) => {
    const { code, out, err, changes } = await b.cli(releaseBothCommand, {
      answers: [[TWO_ADDRESSES_QUESTION, answer]],
    });
    expect({ code, out, changes }).toEqual({ code: 2, out: '', changes: [] });
    expect(err.endsWith(`${TWO_ADDRESSES_QUESTION}${unconfirmedMessage}`)).toBe(true);
  });

  test.each(['y', 'yes', '1', '3', '02', '2.0', '22'])('several and %j: it is asked again', async (answer) => {
    const again = `That is not 2. Type 2, or press Enter to cancel.\n${TWO_ADDRESSES_QUESTION}`;
    const declined = await b.cli(releaseBothCommand, {
      answers: [
        [TWO_ADDRESSES_QUESTION, answer],
        [again, ''],
      ],
    });
    expect(declined).toMatchObject({ code: 2, out: '', changes: [] });
    const ended = await b.cli(releaseBothCommand, { answers: [[TWO_ADDRESSES_QUESTION, answer]] });
    expect(ended).toMatchObject({ code: 130, out: '', changes: [] });
    const confirmed = await b.cli(releaseBothCommand, {
      answers: [
        [TWO_ADDRESSES_QUESTION, answer],
        [again, '2'],
      ],
    });
    expect(confirmed.code).toBe(0);
    expect(confirmed.changes).toHaveLength(2);
  });

  test('JSON has the code NOT_CONFIRMED', async () => {
    const { err } = await b.cli(`${releaseBothCommand} -o json`, { answers: [[TWO_ADDRESSES_QUESTION, 'n']] });
    expect(JSON.parse(err.slice(err.indexOf('{'))).error).toEqual({
      code: 'NOT_CONFIRMED',
      message: 'Nothing was released.',
      exit_code: 2,
    });
  });

  test('interrupting the question releases nothing', async () => {
    for (const line of ['ip release 192.0.2.60', releaseBothCommand]) {
      expect(await b.cli(line, { answers: [] })).toMatchObject({ code: 130, out: '', changes: [] });
    }
  });

  test.each<[string, object | undefined, string, number?]>([
    [
      'attached',
      { server: WEB_2_UUID, mac: 'da:45:c4:00:00:01' },
      "it is now on web-2, with PTR record 'old.example.com'",
    ],
    ['delegated', { is_delegated: 'yes' }, 'is delegated to a load balancer and cannot be released', 2],
    ['given a name', { ptr_record: 'new.example.com' }, "it is now detached, with PTR record 'new.example.com'"],
    ['released', undefined, 'is no longer on this account.'],
  ])(
    'an address that is %s while the question is open is not released',
    async (_what, then, expectedMessage, rejected = 8) => {
      const list = (...all: object[]) => ({ body: { ip_addresses: { ip_address: all } } });
      const { env, changes } = await startApiServer({
        'GET /ip_address': [list(address), then === undefined ? list() : list({ ...address, ...then })],
        'GET /server': { body: { servers: { server: [server] } } },
      });
      const line = 'ip release 192.0.2.60 --ignore-missing --json';
      const { code, err } = await upc(line, { env, answers: [[ONE_ADDRESS_QUESTION, 'y']] });
      expect({ code, changes }).toEqual({ code: rejected, changes: [] });
      const { error } = JSON.parse(err.slice(err.indexOf('{')));
      expect(error.message).toMatch(new RegExp(`${expectedMessage}\\.?$`));
      if (rejected === 8) {
        expect(error).toMatchObject({
          code: 'ADDRESS_CHANGED_MEANWHILE',
          hint: 'Nothing was released. Run the command again to see the current state.',
        });
      }
    },
  );

  test('so is the sandbox', async () => {
    const env = { HOME: createTemporaryFolder() };
    const question = 'Release 192.0.2.60 of the sandbox? This cannot be undone. (y/N) ';
    const { code } = await upc('ip release 192.0.2.60 --sandbox', { env, answers: [[question, 'y']] });
    expect(code).toBe(0);
  });

  test('the profile is named whose addresses they are', async () => {
    const HOME = createTemporaryFolder();
    const env = { HOME, UPCLOUD_TOKEN: undefined };
    await b.cli('login --profile work --with-token', { env, stdin: 'ucat_sandbox' });
    const question = "Release 192.0.2.60 of profile 'work'? This cannot be undone. (y/N) ";
    const { code, err } = await b.cli('ip release 192.0.2.60', { env, answers: [[question, 'n']] });
    expect(code).toBe(2);
    expect(err).toContain(question);
  });

  test('what is skipped is neither counted nor asked about', async () => {
    const line = 'ip release 192.0.2.250 192.0.2.60 --ignore-missing';
    expect(await b.cli(line, { answers: [[ONE_ADDRESS_QUESTION, 'y']] })).toMatchObject({
      code: 0,
      changes: ['DELETE /1.3/ip_address/192.0.2.60'],
    });
    const nothing = await b.cli('ip release 192.0.2.250 --ignore-missing', { answers: [] });
    expect(nothing).toMatchObject({ code: 0, err: '0 released, 1 skipped.\n', changes: [] });
  });

  test('an address that cannot be released is rejected before the question', async () => {
    const rejected = await b.cli('ip release 192.0.2.60 10.1.6.10', { answers: [] });
    expect(rejected).toMatchObject({ code: 2, out: '', changes: [] });
    expect(rejected.err).not.toMatch(/^ADDRESS|cannot be undone/m);
  });

  test('neither --yes nor --dry-run asks', async () => {
    const dry = await b.cli('ip release 192.0.2.60 --dry-run', { answers: [] });
    expect(dry).toMatchObject({ code: 0, err: 'Dry run: nothing was sent.\n', changes: [] });
    const done = await b.cli(`${releaseBothCommand} --yes`, { answers: [] });
    expect(done).toMatchObject({ code: 0, err: '2 released.\n' });
    expect(done.changes).toHaveLength(2);
  });

  test('an address without a PTR record has a dash for it, and words of others cannot forge a line', async () => {
    await b.edit((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === '192.0.2.60' ? { ...ip, ptr_record: '' } : ip)),
    }));
    await b.rename({ 'web-1': 'a\nb\u001b[2K' });
    const { err } = await b.cli('ip release 192.0.2.60 192.0.2.50', { answers: [] });
    expect(err).toMatch(/^192\.0\.2\.60 +floating +fi-hel2 +detached +–$/m);
    expect(err).toMatch(/^192\.0\.2\.50 .*a\\u\{a\}b\\u\{1b\}\[2K/m);
  });
});

describe('without a terminal', () => {
  const hint = 'Add --yes to release without asking, or --dry-run to see what would be sent.';

  test.each<[string, string, string, RunOptions]>([
    ['one address', 'ip release 192.0.2.60', 'one address', {}],
    ['several', releaseBothCommand, '2 addresses', {}],
    ['addresses from stdin', 'ip release -', '2 addresses', { stdin: '192.0.2.60\n198.51.100.60\n' }],
    ['a terminal of a CI job', releaseBothCommand, '2 addresses', { answers: [], env: { CI: 'true' } }],
  ])('%s: --yes is asked for, before the API is asked anything', async (_what, line, counted, options) => {
    const { code, out, err, requests } = await b.cli(`${line} -o json`, options);
    expect({ code, out, requests }).toEqual({ code: 2, out: '', requests: [] });
    expect(JSON.parse(err).error).toEqual({
      code: 'CONFIRMATION_NEEDED',
      message: `Releasing ${counted} needs confirmation, but there is no terminal.`,
      hint,
      exit_code: 2,
    });
  });

  test('nothing to release needs no --yes', async () => {
    const nothing = await b.cli('ip release - --json', { stdin: '# none\n' });
    expect(nothing).toMatchObject({ code: 0, out: '[]\n', err: '', requests: [] });
  });
});
