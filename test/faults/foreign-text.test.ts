import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startApiServer } from '../api-server.ts';
import { startTestSandbox, upc } from '../fixture.ts';
import { instantClock } from './cell.ts';
import { startFaultServer } from './fault-server.ts';

/** A title with control sequences for a terminal, a forged line, and text that a shell or a spreadsheet would run. */
const HOSTILE = '=web\u001b]0;x\u0007\u001b[2K\r\nError: all is lost\n\u202egnp\u200b\u009b31m\ud800$(id)';
const terminalControlCharacters = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\ud800]/;

async function startSandboxWithHostileNames() {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  await b.edit((state) => ({
    ...state,
    servers: state.servers.map((one) => (one.title === 'web-1' ? { ...one, title: HOSTILE, hostname: HOSTILE } : one)),
    addresses: state.addresses.map((ip) => (ip.address === '192.0.2.60' ? { ...ip, ptr_record: HOSTILE } : ip)),
  }));
  return b;
}

describe('T-13 untrusted titles and PTR records', () => {
  test.each([
    'ip list',
    'ip list -o csv',
    'ip list -o yaml',
    'ip list --json',
    'ip list -o ndjson',
    'ip show 192.0.2.60',
    'ip show 192.0.2.10',
    'ip tree',
    'ip audit',
    'ip ptr list',
    'ip ptr list -o csv',
    'ip float attach 192.0.2.50 --server web-2',
    'ip float attach 192.0.2.60 --server 0078',
    'ip float move 192.0.2.50 --from web-2 --to db-1 --interface 2',
    'ip assign --server nobody',
    'ip release 192.0.2.10 192.0.2.11 10.1.6.10 --yes',
  ])('do not drive the terminal and forge no line in `%s`', async (line) => {
    const b = await startSandboxWithHostileNames();
    const { out, err } = await b.cli(line);
    expect(`${out}${err}`).not.toMatch(terminalControlCharacters);
    expect(`${out}${err}`).not.toMatch(/^Error: all is lost/m);
    expect(`${out}${err}`).not.toMatch(/(^|,|\t)=web/m);
  });

  test('stay exact in JSON, NDJSON and YAML', async () => {
    const b = await startSandboxWithHostileNames();
    const ptr = (list: { address: string; ptr_record: string }[]) =>
      list.find(({ address }) => address === '192.0.2.60')?.ptr_record;
    // Compare with the text that the sandbox sends. It differs from HOSTILE, because UTF-8 cannot encode the lone
    // surrogate.
    const sent = ptr(
      ((await b.ask('GET', '/ip_address')).body as { ip_addresses: { ip_address: [] } }).ip_addresses.ip_address,
    );
    expect(sent).toContain('\u001b]0;x\u0007');
    expect(ptr(JSON.parse((await b.cli('ip list --json')).out))).toBe(sent);
    expect(ptr(parse((await b.cli('ip list -o yaml')).out))).toBe(sent);
    const lines = (await b.cli('ip list -o ndjson')).out.trim().split('\n');
    expect(ptr(lines.map((line) => JSON.parse(line)))).toBe(sent);
  });

  test('are not part of a command in a hint', async () => {
    const b = await startSandboxWithHostileNames();
    await b.ask('PATCH', '/ip_address/192.0.2.50', { ip_address: { mac: 'da:45:c4:5c:7a:02' } });
    const { code, err } = await b.cli('ip float attach 192.0.2.50 --server 0078');
    expect(code).toBe(8);
    expect(err).toContain('upc ip float move 192.0.2.50 --to 0078c168-d578-4a64-95cf-07376f1dc524\n');
  });
});

test.each(['ip list', 'ip list --json', 'ip release 192.0.2.60 --yes'])(
  'T-13 an untrusted error message does not drive the terminal in `%s`',
  async (line) => {
    const b = await startTestSandbox();
    const error = { error_code: 'SOME_CODE', error_message: HOSTILE };
    const server = await startFaultServer(b.origin, {
      on: line.includes('list') ? 'all' : 'change',
      applies: false,
      respond: ({ response }) =>
        void response
          .writeHead(400, { 'content-type': 'application/json', 'x-request-id': 'x\u009b31m' })
          .end(JSON.stringify({ error })),
    });
    const { code, out, err } = await b.cli(`${line} --debug`, {
      env: { UPCLOUD_DEBUG_API_BASE_URL: server.origin },
      clock: instantClock,
    });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).not.toMatch(terminalControlCharacters);
    expect(err).not.toMatch(/^Error: all is lost/m);
    await server.close();
    await b.close();
  },
);

test('T-13 an untrusted zone id forges no line of a hint', async () => {
  const { env } = await startApiServer({
    'GET /zone': { body: { zones: { zone: [{ id: 'x\nError: forged', description: '' }] } } },
    'GET /ip_address': { body: { ip_addresses: { ip_address: [] } } },
  });
  const { code, err } = await upc('ip float create --zone nowhere', { env });
  expect(code).toBe(2);
  expect(err).toContain('forged');
  expect(err).not.toMatch(/^Error: forged/m);
});

test('--debug shows method, URL, status, duration, attempt and request id of each request', async () => {
  const b = await startTestSandbox();
  const server = await startFaultServer(b.origin, {
    on: 'all',
    applies: false,
    respond: ({ response }) =>
      void response.writeHead(503, { 'content-type': 'application/json', 'x-request-id': 'req-7' }).end('{}'),
  });
  const { code, err } = await b.cli('ip show 192.0.2.60 --debug', {
    env: { UPCLOUD_DEBUG_API_BASE_URL: server.origin },
    clock: instantClock,
  });
  expect(code).toBe(7);
  const lines = err.split('\n').filter((line) => line.startsWith('debug:'));
  expect(lines.map((line) => line.replace(/\d+ ms/, 'n ms'))).toEqual(
    [1, 2, 3].map(
      (n) => `debug: GET ${server.origin}/1.3/ip_address/192.0.2.60 503 n ms attempt=${n} request-id=req-7`,
    ),
  );
  await server.close();
  await b.close();
});
