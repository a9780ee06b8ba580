import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { rcode, startDnsServer } from '../../dns-server.ts';
import { createTemporaryFolder } from '../../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

/** Creates a clock that advances only while the program sleeps, and calls `asleep` after each sleep. */
function createSleepingClock(asleep: () => void = () => {}): Clock {
  let now = 1_700_000_000_000;
  return {
    ...systemClock,
    now: () => now,
    elapsed: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      now += ms;
      asleep();
    },
  };
}

describe('several addresses get the same PTR record', () => {
  test('with a report of each, in the order of the arguments', async () => {
    const { code, out, changes } = await b.cli('ip ptr set 192.0.2.50 192.0.2.10 192.0.2.50 Www.Example.com. --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      { address: '192.0.2.50', outcome: 'ok', changed: true },
      { address: '192.0.2.10', outcome: 'ok', changed: false },
    ]);
    expect(changes).toEqual(['PATCH /1.3/ip_address/192.0.2.50 {"ip_address":{"ptr_record":"www.example.com"}}']);
  });

  test('the JSON type follows from the command line', async () => {
    expect(JSON.parse((await b.cli('ip ptr set 192.0.2.10 a.example.com --json')).out)).toMatchObject({
      address: '192.0.2.10',
      ptr_record: 'a.example.com',
      changed: true,
    });
    const piped = await b.cli('ip ptr set - b.example.com --json', { stdin: '192.0.2.10\n' });
    expect(JSON.parse(piped.out)).toEqual([{ address: '192.0.2.10', outcome: 'ok', changed: true }]);
    const twice = await b.cli('ip ptr set 192.0.2.10 192.0.2.10 c.example.com --json');
    expect(JSON.parse(twice.out)).toHaveLength(1);
  });

  test('--dry-run shows the requests', async () => {
    const { out, changes } = await b.cli('ip ptr set 192.0.2.10 192.0.2.50 www.example.com --dry-run --json');
    expect(changes).toEqual([]);
    expect(JSON.parse(out).map(({ path }: { path: string }) => path)).toEqual(['/1.3/ip_address/192.0.2.50']);
  });

  test.each([
    ['192.0.2.10 192.0.2.50', 2, 'PTR_RECORD_INVALID'],
    ['192.0.2.10 a.example.com b.example.com', 2, undefined],
    ['192.0.2.10 10.1.6.10 a.example.com', 2, 'PTR_RECORD_NOT_SUPPORTED'],
    ['192.0.2.10 192.0.2.199 a.example.com', 5, 'IP_ADDRESS_NOT_FOUND'],
    ['192.0.2.10 a.example.com --resolver 127.0.0.1', 2, 'USAGE'],
  ])('upc ip ptr set %s changes nothing', async (args, code, name) => {
    const result = await b.cli(`ip ptr set ${args} --json`);
    expect(result).toMatchObject({ code, out: '', changes: [] });
    if (name !== undefined) expect(JSON.parse(result.err).error.code).toBe(name);
  });

  test('an empty hostname points to `clear`, and nothing is asked', async () => {
    const { code, err, requests } = await b.cli(['ip', 'ptr', 'set', '192.0.2.10', '']);
    expect({ code, requests }).toEqual({ code: 2, requests: [] });
    expect(err).toBe('Error: The hostname is empty.\nReset it to the default: upc ip ptr clear 192.0.2.10\n');
  });

  test('help and completion say how', async () => {
    expect((await b.cli('ip ptr set --help')).out).toContain(
      'Usage: upc ip ptr set [options] <address...> <hostname>\n',
    );
    expect((await b.cli(['__complete', 'fish', 'ip', 'ptr', 'set', '192.0.2.10', '192.0.2.5'])).out).toContain(
      '192.0.2.50',
    );
  });

  test('a terminal is asked for the hostname, as a text', async () => {
    const { code } = await b.cli('ip ptr set 192.0.2.10', {
      answers: [
        ['Hostname:', 'asked.example.com'],
        ['Run upc ip ptr set', 'y'],
      ],
    });
    expect(code).toBe(0);
    expect((await b.cli('ip ptr list -o csv')).out).toContain('192.0.2.10,asked.example.com');
  });
});

test('of several addresses, the replaced records are saved first, and applying the file undoes it', async () => {
  const file = join(createTemporaryFolder(), 'saved.hosts');
  const before = (await b.cli('ip ptr list --json')).out;
  const set = await b.cli(`ip ptr set 192.0.2.10 192.0.2.50 www.example.net --backup ${file}`);
  expect(set.code, set.err).toBe(0);
  expect(set.err).toContain(`Saved 2 PTR records in ${file}.`);
  expect((await b.cli(`ip ptr apply ${file} --yes --no-backup`)).code).toBe(0);
  expect((await b.cli('ip ptr list --json')).out).toBe(before);
});

describe('--wait', () => {
  const confirmed = {
    'PTR 10.2.0.192.in-addr.arpa': ['new.example.com'],
    'A new.example.com': ['192.0.2.10', '192.0.2.50'],
    'PTR 50.2.0.192.in-addr.arpa': ['new.example.com'],
  } as Readonly<Record<string, readonly string[]>>;
  const startDnsServerConfirmingWhen = (isThere: () => boolean) =>
    startDnsServer((question) => (isThere() ? (confirmed[question] ?? rcode.noSuchName) : rcode.noSuchName));

  test('sets the record, reports it, and checks DNS until it confirms it', async () => {
    let naps = 0;
    const dns = await startDnsServerConfirmingWhen(() => naps >= 2);
    const line = `ip ptr set 192.0.2.10 new.example.com --wait --resolver ${dns.at} --json`;
    const { code, out, err } = await b.cli(line, { clock: createSleepingClock(() => void naps++) });
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ address: '192.0.2.10', changed: true });
    expect(err).toContain('Checking again for up to 300 s');
    expect(err).toMatch(/DNS confirms the PTR record\.\n$/);
  });

  test('also of several addresses, and where nothing was to be changed', async () => {
    const dns = await startDnsServerConfirmingWhen(() => true);
    const line = `ip ptr set 192.0.2.10 192.0.2.50 new.example.com --wait 5 --resolver ${dns.at}`;
    for (const changes of [2, 0]) {
      const result = await b.cli(line);
      expect([result.code, result.changes.length]).toEqual([0, changes]);
      expect(result.err).toMatch(/DNS confirms all 2 PTR records\.\n$/);
    }
  });

  test('is exit 10 where DNS does not confirm it in time: it is set all the same', async () => {
    const dns = await startDnsServerConfirmingWhen(() => false);
    const line = `ip ptr set 192.0.2.10 new.example.com --wait 60 --resolver ${dns.at} --json`;
    const { code, out, err, changes } = await b.cli(line, { clock: createSleepingClock() });
    expect([code, changes.length]).toEqual([10, 1]);
    expect(JSON.parse(out)).toMatchObject({ ptr_record: 'new.example.com', changed: true });
    expect(err).toContain('Warning: The PTR record of 192.0.2.10 is set, but DNS does not have new.example.com yet.');
    expect(err).toContain(`upc ip ptr check 192.0.2.10 --wait 600 --resolver ${dns.at}`);
  });

  test('a deadline that the change has used up does not end the wait', async () => {
    const dns = await startDnsServerConfirmingWhen(() => true);
    let late = 0;
    b.editBeforeChange((state) => {
      late = 60_000;
      return state;
    });
    const clock = { ...systemClock, elapsed: () => systemClock.elapsed() + late };
    const { code, err } = await b.cli(`ip ptr set 192.0.2.10 new.example.com --wait 5 --resolver ${dns.at}`, { clock });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('DNS confirms the PTR record.') });
  });

  test('a name server that fails is exit 10, and never 7: something was changed', async () => {
    const dns = await startDnsServer(() => rcode.rejected);
    const line = `ip ptr set 192.0.2.10 new.example.com --wait 60 --resolver ${dns.at}`;
    const { code, err, changes } = await b.cli(line, { clock: createSleepingClock() });
    expect([code, changes.length]).toEqual([10, 1]);
    expect(err).toContain('The PTR record of 192.0.2.10 is set, but DNS could not be queried');
  });

  test.each([
    ['a dry run', '192.0.2.10 new.example.com --dry-run', 0],
    ['a rejected address', '10.1.6.10 new.example.com', 2],
    ['seconds that are none', '192.0.2.10 new.example.com --wait soon', 2],
  ])('DNS is not asked for %s', async (_what, args, code) => {
    const dns = await startDnsServerConfirmingWhen(() => true);
    const result = await b.cli(`ip ptr set ${args} --resolver ${dns.at} --wait`);
    expect([result.code, result.changes]).toEqual([code, []]);
    expect(dns.questions).toEqual([]);
  });
});
