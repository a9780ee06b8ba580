import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

type Answers = readonly (readonly [question: string, answer: string])[];

/** Returns the values that a question offers. Does not answer the question. */
async function listOfferedChoices(line: string, answers: Answers, question: string): Promise<string[]> {
  const { err } = await b.cli(line, { answers });
  const list = new RegExp(`((?: +\\d+ {2}.*\\n)+)${question.replace('?', '\\?')} \\(numbers?\\) \\n`).exec(err)?.[1];
  expect(list, err).toBeDefined();
  return (list ?? '')
    .trimEnd()
    .split('\n')
    .map((row) => row.trim().split(/ +/)[1] ?? '');
}

describe('a prompt offers only what can work', () => {
  it.each<[line: string, answers: Answers, question: string, values: string[]]>([
    ['ip float attach', [], 'Which address?', ['192.0.2.60', '198.51.100.60']],
    ['ip float attach --server web-2', [], 'Which address?', ['192.0.2.60']],
    ['ip float attach 192.0.2.60', [], 'Which server?', ['web-1', 'web-2', 'db-1']],
    ['ip float attach 192.0.2.60', [['Which server?', '3']], 'Which interface?', ['2', '3']],
    ['ip float detach', [], 'Which address?', ['192.0.2.50']],
    ['ip float move', [], 'Which address?', ['192.0.2.50', '192.0.2.60', '198.51.100.60']],
    ['ip float move --from web-1', [], 'Which address?', ['192.0.2.50']],
    ['ip float move --to web-1', [], 'Which address?', ['192.0.2.60']],
    ['ip float move --to web-1 --interface 2', [], 'Which address?', ['192.0.2.50', '192.0.2.60']],
    // web-1 already has the address. So web-1 is offered only with --interface: the address can move to another
    // interface of the same server.
    ['ip float move 192.0.2.50', [], 'Which server to move to?', ['web-2', 'db-1']],
    ['ip float move 192.0.2.50 --interface 2', [], 'Which server to move to?', ['web-1', 'web-2', 'db-1']],
    ['ip float move --all', [], 'Which server to move from?', ['web-1']],
    ['ip float move --all', [['move from?', '1']], 'Which server to move to?', ['web-2', 'db-1']],
    ['ip float move --all --from web-1', [['move to?', '2']], 'Which interface?', ['2', '3']],
    // 198.51.100.60 is not offered: a guard needs two servers in the zone of the address, and de-fra1 has only one.
    ['ip float guard --check true', [], 'Which addresses?', ['192.0.2.50', '192.0.2.60']],
    ['ip float guard --check true --primary web-2', [], 'Which addresses?', ['192.0.2.50', '192.0.2.60']],
    ['ip float guard 192.0.2.50 --check true', [], 'The server to watch (--primary)', ['web-1', 'web-2', 'db-1']],
    ['ip float guard --all --check true', [], 'The server to watch (--primary)', ['web-1']],
    [
      'ip float guard --all --check true --primary web-1',
      [],
      'The server that takes over (--standby)',
      ['web-2', 'db-1'],
    ],
    [
      'ip float guard 192.0.2.50 --check true --primary web-1',
      [['--standby', '2']],
      'Which interface of the standby?',
      ['2', '3'],
    ],
    ['ip float delegate', [], 'Which address?', ['192.0.2.60']],
    ['ip float delegate --to lb-front', [], 'Which address?', ['192.0.2.60']],
    ['ip float delegate 192.0.2.60', [], 'Which load balancer?', ['lb-front']],
    ['ip float undelegate', [], 'Which address?', ['192.0.2.80']],
    ['ip float config', [], 'Which address?', ['192.0.2.50']],
    ['ip float config --server web-2', [], 'Which address?', ['192.0.2.50', '192.0.2.60']],
    // mail-1 and edge-1 are not offered: mail-1 is in maintenance, and edge-1 already has five addresses.
    ['ip assign', [], 'Which server?', ['web-1', 'web-2', 'db-1']],
    ['sandbox set server', [], 'Which server?', ['web-1', 'web-2', 'db-1', 'mail-1', 'edge-1']],
  ])('upc %s %j: %s', async (line, answers, question, values) => {
    expect(await listOfferedChoices(line, answers, question.replace(/[()]/g, '\\$&'))).toEqual(values);
  });

  it('ip release: no address that is delegated, on a server in maintenance, or the last one of its server', async () => {
    await b.edit((state) => ({
      ...state,
      addresses: state.addresses.filter(
        ({ address }) => !['10.1.6.11', '2001:db8:1:1:d845:c4ff:fe5c:31f3'].includes(address),
      ),
    }));
    const values = await listOfferedChoices('ip release', [], 'Which addresses?');
    expect(values).toContain('192.0.2.12');
    for (const address of ['192.0.2.80', '198.51.100.10', '192.0.2.11', '10.1.6.10'])
      expect(values).not.toContain(address);
  });

  it('a policy or PTR record that is set already', async () => {
    const keep = await listOfferedChoices('ip policy set keep', [], 'Which addresses?');
    expect(keep).toContain('192.0.2.10');
    expect(keep).not.toContain('192.0.2.12');
    expect(await listOfferedChoices('ip policy set release', [], 'Which addresses?')).toContain('192.0.2.12');
    const custom = await listOfferedChoices('ip ptr clear', [], 'Which addresses?');
    expect(custom).toContain('192.0.2.10');
    expect(custom).not.toContain('192.0.2.11');
    const public_ = await listOfferedChoices('ip ptr set', [], 'Which address?');
    expect(public_).toContain('192.0.2.11');
    expect(public_).not.toContain('10.1.6.10');
  });

  it('a server whose title another one has, even in another zone, is offered by its UUID', async () => {
    await b.rename({ 'web-2': 'twin', 'edge-1': 'twin' });
    expect(await listOfferedChoices('ip float attach 192.0.2.60', [], 'Which server?')).toEqual([
      'web-1',
      '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832',
      'db-1',
    ]);
  });

  it('no floating IP that is on the only server of its zone', async () => {
    await b.cli('ip float attach 198.51.100.60 --server mail-1');
    expect(await listOfferedChoices('ip float move', [], 'Which address?')).toEqual(['192.0.2.50', '192.0.2.60']);
  });

  it('if nothing suits, the error names the list', async () => {
    const { code, err } = await b.cli('ip float move --all --to edge-1', { answers: [] });
    expect(code).toBe(2);
    expect(err).toBe(
      'Error: There is no server to choose for `upc ip float move`.\n' +
        'List all servers with `upc server list`, or see `upc ip float move --help`.\n',
    );
  });
});

it('the answers make a complete command, with the interface, which is confirmed once', async () => {
  const answers = [
    ['Which server to move from?', '1'],
    ['Which server to move to?', '2'],
    ['Which interface?', '2'],
    ['Run upc ip float move --all --from=web-1 --to=db-1 --interface=3 ?', 'y'],
  ] as const;
  const { code, changes } = await b.cli('ip float move --all', { answers });
  expect(code).toBe(0);
  expect(changes).toEqual(['PATCH /1.3/ip_address/192.0.2.50 {"ip_address":{"mac":"da:45:c4:5c:90:3f"}}']);
});

it('the lists for several questions are fetched once', async () => {
  const answers = [
    ['Which address?', '1'],
    ['Which server?', '2'],
    ['Run upc', 'n'],
  ] as const;
  const { requests } = await b.cli('ip float attach', { answers });
  expect(requests.map(({ path }) => path).sort()).toEqual([
    '/1.3/ip_address',
    '/1.3/server',
    '/1.3/server/009e541c-3b8f-4c1d-a6e2-51d0c7f4b832',
  ]);
});

it('a typed value that cannot be used is asked for again', async () => {
  const hostname = await b.cli('ip ptr set 192.0.2.11', {
    answers: [
      ['Hostname:', 'bad name'],
      ["'bad name' is not a hostname", 'good.example.com'],
      ['Run upc ip ptr set 192.0.2.11 good.example.com ?', 'y'],
    ],
  });
  expect(hostname).toMatchObject({ code: 0 });
  expect(hostname.changes).toHaveLength(1);
  const check = await b.cli('ip float guard 192.0.2.50 --primary web-1 --standby web-2', {
    answers: [
      ['Check: a URL', 'tcp:nonsense'],
      ['port', 'tcp:192.0.2.10:80'],
      ['Run upc ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check=tcp:192.0.2.10:80 ?', 'n'],
    ],
  });
  expect(check).toMatchObject({ code: 2, changes: [] });
});
