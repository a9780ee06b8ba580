import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { parseNameServer } from '../../../src/domain/name-server.ts';
import { type DnsResponse, rcode, startDnsServer } from '../../dns-server.ts';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const IPV6_ADDRESS = '2001:db8:1:1:d845:c4ff:fe5c:2beb';
const IPV6_REVERSE_NAME = 'b.e.b.2.c.5.e.f.f.f.4.c.5.4.8.d.1.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';

/** Returns a function that looks up the response to a DNS query. For unknown queries, it returns "no such name". */
const createDnsResponder =
  (known: Readonly<Record<string, DnsResponse>>) =>
  (question: string): DnsResponse =>
    known[question] ?? rcode.noSuchName;

const CONSISTENT_DNS_RECORDS = {
  'PTR 10.2.0.192.in-addr.arpa': ['www.example.com'],
  'A www.example.com': ['198.51.100.1', '192.0.2.10'],
  [`PTR ${IPV6_REVERSE_NAME}`]: ['other.example.com', 'WWW.example.com'],
  'AAAA www.example.com': [IPV6_ADDRESS],
};

/**
 * Creates a clock that advances only while the program sleeps. After each sleep, it calls `asleep` with the total of
 * all sleeps in seconds. `naps` contains the length of each sleep in milliseconds.
 */
function createRecordingClock(asleep: (seconds: number) => void = () => {}): { clock: Clock; naps: number[] } {
  let now = 1_700_000_000_000;
  const start = now;
  const naps: number[] = [];
  const clock: Clock = {
    ...systemClock,
    now: () => now,
    elapsed: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      naps.push(ms);
      now += ms;
      asleep((now - start) / 1_000);
    },
  };
  return { clock, naps };
}

describe('ip ptr check', () => {
  test('shows the state of each address, in columns', async () => {
    const dns = await startDnsServer(
      createDnsResponder({
        ...CONSISTENT_DNS_RECORDS,
        'PTR 50.2.0.192.in-addr.arpa': ['192-0-2-50.fi-hel2.upcloud.host'],
        'PTR 80.2.0.192.in-addr.arpa': ['lb.example.com'],
        'A lb.example.com': ['198.51.100.7'],
        'PTR 10.100.51.198.in-addr.arpa': ['mail.example.com'],
      }),
    );
    const line = `ip ptr check 192.0.2.10 192.0.2.50 192.0.2.80 198.51.100.10 203.0.113.10 --resolver ${dns.at}`;
    expect(await b.cli(line)).toMatchObject({
      code: 0,
      out: [
        'ADDRESS        STATE       PTR RECORD            IN DNS                           POINTS TO                TTL',
        '192.0.2.10     ok          www.example.com       www.example.com                  198.51.100.1 192.0.2.10  300',
        '192.0.2.50     not-yet     failover.example.com  192-0-2-50.fi-hel2.upcloud.host  –                          –',
        '192.0.2.80     mismatch    lb.example.com        lb.example.com                   198.51.100.7             300',
        '198.51.100.10  no-forward  mail.example.com      mail.example.com                 –                          –',
        '203.0.113.10   not-yet     edge.example.com      –                                –                          –',
        '',
      ].join('\n'),
      err: '1 ok, 2 not-yet, 1 mismatch, 1 no-forward.\n',
    });
    expect((await b.cli(`${line} --exit-code`)).code).toBe(10);
  });

  test('confirms IPv4 by A records and IPv6 by AAAA records, whatever the spelling; JSON has it all', async () => {
    const dns = await startDnsServer(createDnsResponder(CONSISTENT_DNS_RECORDS));
    const result = await b.cli(
      `ip ptr check 192.0.2.10 ${IPV6_ADDRESS.toUpperCase()} --resolver ${dns.at} --exit-code --json`,
    );
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(result.out)).toEqual([
      {
        address: '192.0.2.10',
        ptr_record: 'www.example.com',
        state: 'ok',
        dns_ptr_records: ['www.example.com'],
        forward_addresses: ['198.51.100.1', '192.0.2.10'],
        forward_ttl: 300,
        error: null,
      },
      {
        address: IPV6_ADDRESS,
        ptr_record: 'www.example.com',
        state: 'ok',
        dns_ptr_records: ['other.example.com', 'WWW.example.com'],
        forward_addresses: [IPV6_ADDRESS],
        forward_ttl: 300,
        error: null,
      },
    ]);
    expect([...dns.questions].sort()).toEqual(Object.keys(CONSISTENT_DNS_RECORDS).sort());
  });

  test('is about all public addresses by default, sorted; an empty account is no failure', async () => {
    const dns = await startDnsServer(createDnsResponder(CONSISTENT_DNS_RECORDS));
    const { out } = await b.cli(`ip ptr check --resolver ${dns.at} -q`);
    expect(out).toBe((await b.cli('ip ptr export -q')).out);
    const empty = await startTestSandbox('empty');
    expect(await empty.cli(`ip ptr check --resolver ${dns.at} --json --exit-code`)).toMatchObject({
      code: 0,
      out: '[]\n',
    });
    await empty.close();
    expect(await b.cli(`ip ptr check - --resolver ${dns.at} --json`, { stdin: '' })).toMatchObject({
      code: 0,
      out: '[]\n',
    });
  });

  test.each([
    ['10.1.6.10', 2, '10.1.6.10 is a utility address and has no PTR record.'],
    ['192.0.2.20', 5, 'This account has no IP address 192.0.2.20.'],
    ['192.0.2.10 --resolver dns.example.com', 2, "'dns.example.com' is not the address of a name server."],
    ['192.0.2.10 --wait 0', 2, 'Give a number of seconds from 1 to 86400.'],
    ['--wait 192.0.2.10', 2, 'also accepts --wait without a number at the end of the command.'],
  ])('%s ends with %i before DNS is asked', async (args, code, expectedMessage) => {
    const dns = await startDnsServer(createDnsResponder(CONSISTENT_DNS_RECORDS));
    const result = await b.cli(`ip ptr check --resolver ${dns.at} ${args}`);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toContain(expectedMessage);
    expect(dns.questions).toEqual([]);
  });
});

describe('a name server that does not respond', () => {
  test.each([
    ['SERVFAIL', rcode.serverFailure, 'DNS_SERVER_FAILURE', 'the name server reports a failure (SERVFAIL)'],
    ['REFUSED', rcode.rejected, 'DNS_REFUSED', 'the name server rejects the query (REFUSED)'],
    ['silence', 'silence', 'DNS_TIMED_OUT', 'the name server did not respond in time'],
  ] as const)('%s is reported within the deadline, as exit 7', async (_, answer, code, message) => {
    const dns = await startDnsServer(() => answer);
    const result = await b.cli(`ip ptr check 192.0.2.10 192.0.2.50 --resolver ${dns.at} --timeout 1.5 --json`);
    expect(result).toMatchObject({ code: 7, out: '' });
    expect(JSON.parse(result.err)).toEqual({
      error: {
        code,
        message: `The DNS query to ${dns.at} failed: ${message}.`,
        hint: 'Use another name server with --resolver <ip[:port]>, or allow more time with --timeout <seconds>.',
        exit_code: 7,
      },
    });
  });

  test('a port without a name server is reported', async () => {
    const result = await b.cli('ip ptr check 192.0.2.10 --resolver 127.0.0.1:1 --wait 600');
    expect(result).toMatchObject({ code: 7, out: '' });
    expect(result.err).toContain('The DNS query to 127.0.0.1:1 failed: the name server cannot be reached.');
  });

  test('for some addresses: the others are reported, with exit 6', async () => {
    const dns = await startDnsServer(
      createDnsResponder({ ...CONSISTENT_DNS_RECORDS, 'PTR 50.2.0.192.in-addr.arpa': rcode.serverFailure }),
    );
    const result = await b.cli(`ip ptr check 192.0.2.10 192.0.2.50 --resolver ${dns.at} --columns address,state`);
    expect(result).toMatchObject({
      code: 6,
      out: 'ADDRESS     STATE\n192.0.2.10  ok\n192.0.2.50  unknown\n',
      err:
        '1 ok, 1 unknown.\n' +
        'Warning: 192.0.2.50 could not be checked: the name server reports a failure (SERVFAIL).\n',
    });
  });

  test('about the name alone leaves the address not yet there, or unknown once it is', async () => {
    const failing = { ...CONSISTENT_DNS_RECORDS, 'A www.example.com': rcode.serverFailure };
    const there = await startDnsServer(createDnsResponder(failing));
    expect((await b.cli(`ip ptr check 192.0.2.10 --resolver ${there.at}`)).code).toBe(7);
    const notYet = await startDnsServer(createDnsResponder({ 'A www.example.com': rcode.serverFailure }));
    const { out } = await b.cli(`ip ptr check 192.0.2.10 --resolver ${notYet.at} --json`);
    expect(JSON.parse(out)).toMatchObject([{ state: 'not-yet', error: null }]);
  });
});

describe('ip ptr check --wait', () => {
  test('checks again at growing intervals until all are ok; queries only those that are not', async () => {
    let isThere = false;
    const { clock, naps } = createRecordingClock((seconds) => {
      isThere = seconds >= 14;
    });
    const known = createDnsResponder(CONSISTENT_DNS_RECORDS);
    const dns = await startDnsServer((question) =>
      question === `PTR ${IPV6_REVERSE_NAME}` && !isThere ? rcode.noSuchName : known(question),
    );
    const result = await b.cli(
      `ip ptr check 192.0.2.10 ${IPV6_ADDRESS} --resolver ${dns.at} --wait 600 -o csv --columns state`,
      {
        clock,
      },
    );
    expect(result).toMatchObject({
      code: 0,
      out: 'state\nok\nok\n',
      err: '1 of 2 PTR records is not ok yet. Checking again for up to 600 s.\n',
    });
    expect(naps).toEqual([2_000, 4_000, 8_000]);
    expect(dns.questions.filter((question) => question === 'PTR 10.2.0.192.in-addr.arpa')).toHaveLength(1);
    expect(dns.questions.filter((question) => question === `PTR ${IPV6_REVERSE_NAME}`)).toHaveLength(4);
  });

  test('gives up when the time is over, past the deadline of the command, with exit 10', async () => {
    const { clock, naps } = createRecordingClock();
    const dns = await startDnsServer(createDnsResponder({}));
    const result = await b.cli(`ip ptr check 192.0.2.10 --resolver ${dns.at} --wait 100 --timeout 5 --json`, { clock });
    expect(result.code).toBe(10);
    expect(JSON.parse(result.out)).toMatchObject([{ address: '192.0.2.10', state: 'not-yet' }]);
    expect(naps).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 8_000]);
  });

  test('counts from the end of the first check', async () => {
    const { clock, naps } = createRecordingClock();
    const slow = { ...clock, elapsed: () => clock.elapsed() + (queried ? 60_000 : 0) };
    let queried = false;
    const known = createDnsResponder({});
    const dns = await startDnsServer((question) => {
      queried = true;
      return known(question);
    });
    const line = `ip ptr check 192.0.2.10 --resolver ${dns.at} --wait 4 --timeout 80 --json`;
    expect((await b.cli(line, { clock: slow })).code).toBe(10);
    expect(naps).toHaveLength(2);
  });

  test('keeps earlier results when the last check is cut short', async () => {
    const dns = await startDnsServer((question) =>
      dns.questions.filter((asked) => asked === question).length > 1 ? 'silence' : rcode.noSuchName,
    );
    const { clock } = createRecordingClock();
    const result = await b.cli(`ip ptr check 192.0.2.10 --resolver ${dns.at} --wait 1 --json`, { clock });
    expect(result.code).toBe(10);
    expect(JSON.parse(result.out)).toMatchObject([{ state: 'not-yet' }]);
    expect(dns.questions.filter((question) => question.startsWith('PTR')).length).toBeGreaterThan(1);
  });

  test('ends on Ctrl-C while it waits', async () => {
    const stop = new AbortController();
    const clock: Clock = {
      ...createRecordingClock().clock,
      // Only an interrupt ends this wait.
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve());
          stop.abort();
        }),
    };
    const interrupt = { stopping: stop.signal, ending: new AbortController().signal, signal: () => 'SIGINT' as const };
    const dns = await startDnsServer(createDnsResponder({}));
    const result = await b.cli(`ip ptr check 192.0.2.10 --resolver ${dns.at} --wait 600`, { clock, interrupt });
    expect(result).toMatchObject({ code: 130, out: '' });
  });
});

test.each([
  ['192.0.2.53', '192.0.2.53:53'],
  ['127.0.0.1:5353', '127.0.0.1:5353'],
  ['2001:DB8::53', '[2001:db8:0:0:0:0:0:53]:53'],
  ['[2001:db8::53]:5353', '[2001:db8:0:0:0:0:0:53]:5353'],
  ['[::1]', '[0:0:0:0:0:0:0:1]:53'],
])('a name server may be written %s', (text, parsed) => {
  expect(parseNameServer(text)).toBe(parsed);
});

test.each([
  '',
  ':53',
  'dns.example.com',
  '192.0.2.53:0',
  '192.0.2.53:65536',
  '192.0.2.53:',
  '[192.0.2.53]',
  '1.2.3',
  '[]:53',
  '::1%lo',
])("'%s' is no name server", (text) => {
  expect(() => parseNameServer(text)).toThrow(`'${text}' is not the address of a name server.`);
});
