import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const MAIL = '005f83d1-2c49-4a76-b1e8-d3064f9a2e57';

/** Starts a sandbox that rejects requests for server details. */
async function startApiWithoutDetails(status = 403): Promise<{ env: Record<string, string> }> {
  const server = createServer(async (request, response) => {
    if (/^\/1\.3\/server\/./.test(request.url ?? '')) {
      response.writeHead(status).end('{"error":{"error_code":"SERVER_FORBIDDEN","error_message":"no"}}');
      return;
    }
    const answer = await fetch(`${b.origin}${request.url}`, { headers: { authorization: 'Bearer ucat_sandbox' } });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { env: { UPCLOUD_DEBUG_API_BASE_URL: origin } };
}

it('shows zone, server, interface and address, with detached and delegated addresses apart', async () => {
  const { code, out, err } = await b.cli('ip tree --zone fi-hel2');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(`fi-hel2
├── db-1 (stopped)
│   ├── interface 1, utility, da:45:c4:5c:90:1d
│   │   └── 10.1.6.12
│   ├── interface 2, public, da:45:c4:5c:90:2e
│   │   └── 192.0.2.12  192-0-2-12.fi-hel2.upcloud.host
│   └── interface 3, public, da:45:c4:5c:90:3f
│       └── 192.0.2.13  192-0-2-13.fi-hel2.upcloud.host
├── web-1 (started)
│   ├── interface 1, utility, da:45:c4:5c:c5:4a
│   │   └── 10.1.6.10
│   ├── interface 2, public, da:45:c4:5c:65:6c
│   │   ├── 192.0.2.10  www.example.com
│   │   └── 192.0.2.50  floating  failover.example.com
│   └── interface 3, public, da:45:c4:5c:2b:eb
│       └── 2001:db8:1:1:d845:c4ff:fe5c:2beb  www.example.com
├── web-2 (started)
│   ├── interface 1, utility, da:45:c4:5c:eb:18
│   │   └── 10.1.6.11
│   ├── interface 2, public, da:45:c4:5c:7a:02
│   │   └── 192.0.2.11  192-0-2-11.fi-hel2.upcloud.host
│   └── interface 3, public, da:45:c4:5c:31:f3
│       └── 2001:db8:1:1:d845:c4ff:fe5c:31f3  d845-c4ff-fe5c-31f3.v6.fi-hel2.upcloud.host
├── detached
│   └── 192.0.2.60  192-0-2-60.fi-hel2.upcloud.host
└── delegated
    └── 192.0.2.80  to lb-front  lb.example.com
`);
});

it('every address of the account is in the tree exactly once', async () => {
  const all = (await b.cli('ip list -q')).out.trim().split('\n').sort();
  expect((await b.cli('ip tree -q')).out.trim().split('\n').sort()).toEqual(all);
});

it('fetches only the servers that it shows', async () => {
  const { requests } = await b.cli('ip tree --server mail-1');
  expect(requests.filter(({ path }) => path.includes('/server/')).map(({ path }) => path)).toEqual([
    expect.stringContaining(MAIL),
  ]);
});

it('JSON is an array of zones of one type, also when empty', async () => {
  const [zone, ...rest] = JSON.parse((await b.cli('ip tree --zone de-fra1 --json')).out);
  expect(rest).toEqual([]);
  expect(Object.keys(zone)).toEqual(['zone', 'servers', 'detached', 'delegated']);
  expect(Object.keys(zone.servers[0])).toEqual(['uuid', 'title', 'hostname', 'state', 'interfaces']);
  expect(Object.keys(zone.servers[0].interfaces[1])).toEqual(['index', 'type', 'mac', 'addresses']);
  expect(zone.servers[0].interfaces[1].addresses[0]).toMatchObject({ address: '198.51.100.10', zone: 'de-fra1' });
  const [helsinki] = JSON.parse((await b.cli('ip tree --zone fi-hel2 --json')).out);
  expect(helsinki.delegated[0].delegated_to).toMatchObject({ service: 'load-balancer', name: 'lb-front' });
  expect(await b.cli('ip tree --zone es-mad1 --json')).toMatchObject({ code: 0, out: '[]\n' });
  expect(await b.cli('ip tree --zone es-mad1')).toMatchObject({ code: 0, out: '', err: 'No addresses to show.\n' });
});

it('shows addresses even without server details', async () => {
  const { env } = await startApiWithoutDetails();
  const { code, out, err } = await b.cli('ip tree', { env });
  expect(code).toBe(0);
  expect(err).toBe('Warning: The interfaces of 5 of 5 servers could not be fetched.\n');
  expect(out).toContain(`├── mail-1 (maintenance)
│   ├── interface, da:45:c4:5c:a1:07
│   │   └── 10.2.6.10
│   └── interface, da:45:c4:5c:a1:18
│       └── 198.51.100.10  mail.example.com
`);
});

it('is no success where interfaces are missing that the account may see', async () => {
  const { env } = await startApiWithoutDetails(404);
  for (const line of ['ip tree', 'ip tree --json', 'ip tree -q', 'ip tree --format mermaid']) {
    const { code, out, err } = await b.cli(line, { env });
    expect([line, code, err]).toEqual([line, 6, 'Warning: The interfaces of 5 of 5 servers could not be fetched.\n']);
    expect(out).toContain('198.51.100.10');
  }
});

it('T-13 Mermaid: untrusted text is never a directive, a style, HTML or Markdown, and never ends the surrounding Markdown block', async () => {
  const b = await startTestSandbox();
  const titles = [
    "%%{init: {'themeCSS': 'x'}}%%",
    '%% comment',
    '```',
    '~~~',
    '`**bold**`',
    '</div><img src=x>',
    'style a:b#c;',
    'classDef x fill:#f00;',
    '#quot;]',
    'fl°°34¶ß',
    '\u2028click n1',
  ];
  for (const title of titles) {
    await b.edit((state) => ({ ...state, servers: state.servers.map((server) => ({ ...server, title })) }));
    const { out } = await b.cli('ip tree --format mermaid');
    const drawing = out.replaceAll('<br/>', '').replaceAll('-->', '');
    expect(drawing.replace(/#\d+;/g, '')).not.toMatch(/[%{}`~<>*#;°¶\u2028]/);
    expect(drawing).not.toMatch(/(?:style|classDef).*:\S*#.*;/);
  }
  await b.close();
});

it('Mermaid: untrusted text cannot leave its label', async () => {
  await b.edit((state) => ({
    ...state,
    servers: state.servers.map((server) => ({ ...server, title: 'a"]; click n1 <b>`x` #1\n' })),
  }));
  expect((await b.cli('ip tree --zone de-fra1 --format mermaid')).out).toBe(`flowchart LR
  n1["de-fra1"]
  n1 --> n2["a#34;#93;#59; click n1 #60;b#62;#96;x#96; #35;1#92;u#123;a#125;<br/>maintenance"]
  n2 --> n3["interface 1<br/>utility<br/>da:45:c4:5c:a1:07"]
  n3 --> n4["10.2.6.10"]
  n2 --> n5["interface 2<br/>public<br/>da:45:c4:5c:a1:18"]
  n5 --> n6["198.51.100.10<br/>mail.example.com"]
  n1 --> n7["detached"]
  n7 --> n8["198.51.100.60<br/>198-51-100-60.de-fra1.upcloud.host"]
`);
  expect(await b.cli('ip tree --format mermaid --json')).toMatchObject({ code: 2, requests: [] });
});

it('on a terminal every line fits, and the state of a server is shown as text', async () => {
  const { out } = await b.cli('ip tree', { width: 40 });
  const plain = out.replace(/\u001b\[\d+m/g, '');
  for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  expect(out).toContain('\u001b[33mdb-1 (stopped)\u001b[39m');
});
