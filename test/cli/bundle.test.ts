import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox } from '../fixture.ts';
import { isPosix } from '../installed.ts';
import { runToEnd } from '../program.ts';
import { runAtTerminal } from '../terminal/pty.ts';

/** Tests the parts of the bundle that are loaded on demand. Most other tests run the sources instead. */

test('the bundle is ASCII: a single other character doubles its memory', () => {
  const files = readdirSync('dist').filter((name) => name.endsWith('.js'));
  expect(files).toContain('upc.js');
  for (const name of files)
    expect(/[^\x00-\x7f]/.exec(readFileSync(join('dist', name), 'utf8'))?.[0], name).toBeUndefined();
});

test('yaml and conf: credentials are imported from upctl and stored', async () => {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  const home = createTemporaryFolder();
  mkdirSync(join(home, '.config'));
  writeFileSync(join(home, '.config', 'upctl.yaml'), 'username: sandbox\npassword: sandbox\n');
  const env = { HOME: home, UPCLOUD_DEBUG_API_BASE_URL: b.origin };
  expect(await runToEnd('login --from-upctl -q', env)).toEqual({ code: 0, out: 'sandbox\n', err: '' });
  expect(await runToEnd('whoami -q', env)).toEqual({ code: 0, out: 'sandbox\n', err: '' });
});

test.each(['yaml', 'csv'])('-o %s', async (format) => {
  const { code, out, err } = await runToEnd(`ip list --sandbox -o ${format}`, { HOME: createTemporaryFolder() });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('192.0.2.50');
});

test('got and agents: an unreachable proxy is named', async () => {
  const env = { UPCLOUD_TOKEN: 'ucat_test', HTTPS_PROXY: 'http://127.0.0.1:9', HOME: createTemporaryFolder() };
  const { code, err } = await runToEnd('ip list --timeout 2', env);
  expect({ code, err }).toEqual({
    code: 7,
    err: expect.stringMatching(/^Error: The proxy 127\.0\.0\.1:9 cannot be reached: /),
  });
});

test.runIf(isPosix)('ora and chalk: the spinner turns in colour, and leaves no trace', async () => {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => void waiting.push(response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const t = runAtTerminal('node bin/upc.js ip list --json; echo "code=$?"', {
    HOME: createTemporaryFolder(),
    UPCLOUD_TOKEN: 'ucat_test',
    UPCLOUD_DEBUG_API_BASE_URL: `http://127.0.0.1:${port}`,
  });
  await t.sees('Loading addresses');
  expect(t.screen()).toMatch(/\u001b\[36m.\u001b\[39m Loading addresses/);
  for (const response of waiting) {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ip_addresses":{"ip_address":[]}}');
  }
  await t.sees('code=0');
  expect(t.screen().lastIndexOf('\u001b[?25h')).toBeGreaterThan(t.screen().lastIndexOf('\u001b[?25l'));
});

test('string-width: a title with an emoji has its two columns', async () => {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  await b.rename({ 'web-1': 'web-\u{1f680}' });
  const line = 'server list --columns title,zone';
  const { code, out, err } = await runToEnd(line, { ...b.env, HOME: createTemporaryFolder() });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^web-\u{1f680} {2}fi-hel2$/mu);
});
