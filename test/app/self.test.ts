import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

const WEB_2 = '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832';
const moveCommand = 'ip float move 192.0.2.50 --to self --dry-run --json';
const MAC_OF_WEB_2 = 'da:45:c4:5c:7a:02';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

function createDmiFolder(files: Readonly<Record<string, string>>): string {
  const folder = createTemporaryFolder();
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
  return folder;
}

/** Starts a metadata service. `asked` returns the number of requests so far. */
async function startMetadataServer(listener: RequestListener): Promise<{ url: string; asked: () => number }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    listener(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata/v1.json`, asked: () => count };
}

const readTargetMac = (out: string) => JSON.parse(out)[0]?.body.ip_address.mac;

describe('self is the server on which the command runs', () => {
  test.each(['web-2', WEB_2, 'web-2.example.com'])('from UPC_SELF=%s, before any other source', async (name) => {
    const { code, out } = await b.cli(moveCommand, { env: { UPC_SELF: name } });
    expect({ code, mac: readTargetMac(out) }).toEqual({ code: 0, mac: MAC_OF_WEB_2 });
  });

  test('from the DMI product UUID, in upper or lower case', async () => {
    const machine = { dmiFolder: createDmiFolder({ sys_vendor: 'UpCloud', product_uuid: WEB_2.toUpperCase() }) };
    expect(readTargetMac((await b.cli(moveCommand, { machine })).out)).toBe(MAC_OF_WEB_2);
  });

  test('from the metadata service if only root can read the UUID', async () => {
    const { url, asked } = await startMetadataServer((_request, response) =>
      response.end(JSON.stringify({ cloud_name: 'upcloud', instance_id: WEB_2 })),
    );
    const machine = { dmiFolder: createDmiFolder({ sys_vendor: 'UpCloud' }), metadataUrl: url };
    expect(readTargetMac((await b.cli(moveCommand, { machine, env: { HTTP_PROXY: 'http://127.0.0.1:1' } })).out)).toBe(
      MAC_OF_WEB_2,
    );
    expect(asked()).toBe(1);
  });

  test.each([
    ['ip list --server self -q', { UPC_SELF: 'web-2' }],
    ['ip tree --server self', { UPC_SELF: 'web-2' }],
    ['ip assign --server self --dry-run', { UPC_SELF: 'web-2' }],
    ['ip float move --all --from self --to web-1 --dry-run', { UPC_SELF: 'web-2' }],
  ])('wherever a server is named: upc %s', async (line, env) => {
    expect(await b.cli(line, { env })).toMatchObject({ code: 0 });
  });
});

describe('if the server is unknown', () => {
  test('another vendor: nothing is sent, and the error lists what was tried', async () => {
    const { url, asked } = await startMetadataServer((_request, response) => response.end('{}'));
    const machine = { dmiFolder: createDmiFolder({ sys_vendor: 'QEMU' }), metadataUrl: url };
    const { code, err, requests } = await b.cli(`${moveCommand}`, { machine });
    expect({ code, requests, asked: asked() }).toEqual({ code: 2, requests: [], asked: 0 });
    const { error } = JSON.parse(err);
    expect(error.code).toBe('SELF_UNKNOWN');
    expect(error.hint).toContain("The vendor of this machine (DMI) is 'QEMU'");
    expect(error.hint).toContain('Set UPC_SELF');
  });

  test.each<[string, RequestListener, string]>([
    ['is off', (_request, response) => response.writeHead(404).end(), 'responded with HTTP 404'],
    ['sends nonsense', (_request, response) => response.end('<html>'), 'returned no instance_id'],
    ['names no server', (_request, response) => response.end('{"instance_id":"../../etc"}'), 'returned no instance_id'],
    ['cuts the connection', (request) => request.socket.destroy(), 'could not be reached: socket hang up'],
  ])('a metadata service that %s: the error says what was seen', async (_name, listener, problem) => {
    const { url } = await startMetadataServer(listener);
    const machine = { dmiFolder: createDmiFolder({ sys_vendor: 'UpCloud' }), metadataUrl: url };
    const { code, err } = await b.cli(moveCommand, { machine });
    const { error } = JSON.parse(err);
    expect({ code, error: error.code }).toEqual({ code: 2, error: 'SELF_UNKNOWN' });
    expect(error.hint).toContain(`The metadata service ${problem}.`);
  });

  test('an empty UPC_SELF is an error: no other source is tried', async () => {
    const machine = { dmiFolder: createDmiFolder({ sys_vendor: 'UpCloud', product_uuid: WEB_2 }) };
    const { code, err } = await b.cli(moveCommand, { machine, env: { UPC_SELF: '' } });
    expect({ code, err: JSON.parse(err).error.message }).toEqual({ code: 2, err: 'UPC_SELF is set but empty.' });
  });
});
