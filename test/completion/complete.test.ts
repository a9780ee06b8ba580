import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatBashCandidate, parseBashLine } from '../../src/completion/bash-line.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

/** A clock for which the time limit of a completion never expires, so that tests also pass on a busy machine. */
const clock: Clock = { ...systemClock, elapsed: () => 0, sleep: (ms, signal) => systemClock.sleep(ms * 100, signal) };

const listCandidates = async (...words: string[]) =>
  (await b.cli(['__complete', 'fish', ...words], { clock })).out.split('\n').slice(0, -1);

it('the description of an address is its server and its PTR record', async () => {
  expect(await listCandidates('ip', 'show', '192.0.2.1')).toContain('192.0.2.10\tweb-1, www.example.com');
});

it('servers and zones have descriptions that distinguish them', async () => {
  expect(await listCandidates('ip', 'list', '--server', 'web')).toEqual([
    'words',
    'web-1\tweb-1.example.com, fi-hel2, started',
    'web-2\tweb-2.example.com, fi-hel2, started',
  ]);
  expect(await listCandidates('ip', 'list', '--zone=fi-hel2')).toEqual(['words', '--zone=fi-hel2\tHelsinki #2']);
});

it('offers options, also the global ones, none twice and none after --', async () => {
  expect(await listCandidates('ip', 'list', '--jso')).toEqual(['words', '--json\tshort for -o json']);
  expect(await listCandidates('ip', 'list', '--json', '--jso')).toEqual(['words']);
  expect(await listCandidates('ip', 'show', '--', '--js')).toEqual(['words']);
  expect(await listCandidates('-o', 'nd')).toEqual(['words', 'ndjson']);
  expect(await listCandidates('--ca-file', '')).toEqual(['files']);
});

it('offers nothing for an unknown command, or without credentials', async () => {
  expect(await listCandidates('ip', 'nonsense', '')).toEqual(['words']);
  const out = await b.cli(['__complete', 'fish', 'ip', 'show', ''], { env: { UPCLOUD_TOKEN: 'ucat_wrong' } });
  expect(out).toMatchObject({ code: 0, out: 'words\n', err: '' });
  expect(await b.cli(['__complete'])).toMatchObject({ code: 0, err: '' });
});

it.each([
  ['upc ip show 2001:db8:', { words: ['upc', 'ip', 'show', '2001:db8:'], quote: '', kept: 9 }],
  ['upc ip show 2001\\:d', { words: ['upc', 'ip', 'show', '2001:d'], quote: '', kept: 0 }],
  ['upc ip show --server="a \\"b', { words: ['upc', 'ip', 'show', '--server=a "b'], quote: '"', kept: 9 }],
  ["upc  'a b' ''  ", { words: ['upc', 'a b', '', ''], quote: '', kept: 0 }],
] as const)('bash: %s', (line, expected) => {
  expect(parseBashLine(line, ' \t\n"\'@><=;|&(:')).toEqual(expected);
});

it('bash: a candidate is quoted for its place in the line', () => {
  expect(formatBashCandidate("a'b $c", { quote: '', kept: 0 })).toBe("a\\'b\\ \\$c");
  expect(formatBashCandidate("a'b", { quote: "'", kept: 0 })).toBeUndefined();
  expect(formatBashCandidate('a"b$c', { quote: '"', kept: 0 })).toBe('a\\"b\\$c');
  expect(formatBashCandidate('2001:db8::1', { quote: '', kept: 5 })).toBe('db8::1');
});

it("offers the sandbox's own servers, and the columns of each list: several, and in either direction", async () => {
  await b.rename({ 'web-1': 'production' });
  const servers = await listCandidates('sandbox', 'set', 'server', '');
  expect(servers.join()).toContain('web-1');
  expect(servers.join()).not.toContain('production');
  expect(await listCandidates('profile', 'list', '--columns', 'in')).toEqual(['words', 'in_use\tIN USE']);
  expect(await listCandidates('ip', 'list', '--columns=address,zo')).toEqual(['words', '--columns=address,zone\tZONE']);
  expect(await listCandidates('ip', 'list', '--columns', 'zone,z')).toEqual(['words']);
});

it('completes the words of a command and the topics after help', async () => {
  expect(await listCandidates('help', 'exit')).toEqual(['words', 'exit-codes']);
  expect((await listCandidates('help', 'ip', 'float', 'de')).map((line) => line.split('\t')[0])).toEqual([
    'words',
    'detach',
    'delegate',
  ]);
  expect(await listCandidates('help', 'ip', 'list', '')).toEqual(['words']);
  expect(await listCandidates('help', 'ip', 'exit')).toEqual(['words']);
  expect(await listCandidates('ip', 'audit', '--ignore', 'ptr-m')).toEqual(['words', 'ptr-missing']);
  expect(await listCandidates('ip', 'audit', '--sort', '-eur')).toEqual(['words', '-eur_per_month\tEUR/MONTH']);
  expect((await listCandidates('ip', 'float', 'list', '--sort', 'ptr')).join()).toContain('PTR RECORD');
});

it.each([
  [['attach', '192.0.2.60', '--server', 'db-1', '--interface', '']],
  [['move', '192.0.2.50', '--to=db-1', '--interface', '']],
  [['create', '--server', 'DB-1', '--interface', '']],
  [['guard', '192.0.2.50', '--primary', 'web-1', '--standby', 'db-1', '--standby-interface', '']],
])('offers the interfaces of the named server: %j', async (words) => {
  expect(await listCandidates('ip', 'float', ...words)).toEqual([
    'words',
    '2\tpublic IPv4, da:45:c4:5c:90:2e, 192.0.2.12',
    '3\tpublic IPv4, da:45:c4:5c:90:3f, 192.0.2.13',
  ]);
});

it('offers the interfaces of the server that has the address; none without a server', async () => {
  expect(await listCandidates('ip', 'float', 'config', '192.0.2.50', '--interface=')).toEqual([
    'words',
    '--interface=2\tpublic IPv4, da:45:c4:5c:65:6c, 192.0.2.10, 192.0.2.50',
  ]);
  expect(await listCandidates('ip', 'float', 'attach', '192.0.2.60', '--interface', '')).toEqual(['words']);
  expect(
    await listCandidates('ip', 'float', 'attach', '192.0.2.60', '--server', 'nonsense', '--interface', ''),
  ).toEqual(['words']);
});

it('offers the servers and addresses that suit what is on the line', async () => {
  const listValues = async (...words: string[]) =>
    (await listCandidates(...words)).slice(1).map((line) => line.split('\t')[0]);
  expect(await listValues('ip', 'float', 'guard', '192.0.2.50', '--primary', 'web-1', '--standby', '')).toEqual([
    'web-2',
    'db-1',
  ]);
  expect(await listValues('ip', 'float', 'move', '192.0.2.50', '--from', '')).toEqual(['web-1']);
  expect(await listValues('ip', 'assign', '--server', '')).toEqual(['web-1', 'web-2', 'db-1']);
  expect(await listValues('ip', 'assign', '--access', 'utility', '--server', '')).toEqual([]);
});
