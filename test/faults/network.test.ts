import { mkdtempSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { explainIgnoredSystemAuthorities } from '../../src/api/authorities.ts';
import type { Lookup } from '../../src/core/dial.ts';
import { openBlackHole } from '../black-hole.ts';
import { startTestSandbox, upc } from '../fixture.ts';
import { isPosix } from '../installed.ts';
import { certificatePath, type FaultResponder, listenOnLoopback, startFaultServer } from './fault-server.ts';
import { operations } from './operations.ts';
import { measureOverrun } from './overrun.ts';
import { startProgram } from './program.ts';
import { runProgram, startSecureSandbox, trustOption } from './secure.ts';

/** Opens a port that accepts connections and never sends a byte. Over TLS, the handshake never completes. */
async function startSilentServer(): Promise<{ port: number; connections: () => number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.length };
}

/** Writes a file that only looks like a certificate. */
function createDamagedCertificate(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'upc-')), 'damaged.pem');
  writeFileSync(file, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
  return file;
}

/** For each endpoint: its problem, the name of its certificate, the expected error and the number of attempts. */
const certificateCases: [string, string, string, number][] = [
  ['an expired certificate', 'expired', 'its certificate has expired', 1],
  ['a self-signed certificate', 'selfsigned', 'its certificate is self-signed', 1],
  ["another host's certificate", 'elsewhere', 'its certificate is for another host', 1],
];

describe.each(certificateCases)(
  'T-1, T-11 %s ends every operation before anything is sent',
  (_what, tls, words, tries) => {
    test.each(operations)('$name', async ({ line }) => {
      const { server, env } = await startSecureSandbox(tls);
      const { code, out, err } = await runProgram(`${line} ${trustOption}`, server.origin, env);
      expect({ code, out, wire: server.wire }).toEqual({ code: 7, out: '', wire: [] });
      expect(err).toContain(words);
      // Some operations start with up to three reads at the same time, each on its own connection.
      expect(server.connections()).toBeLessThanOrEqual(tries * 3);
    });
  },
);

describe('T-1, T-3 an endpoint without a server', () => {
  test.each(operations)('$name is retried, then reported', async ({ line }) => {
    const gone = await listenOnLoopback(() => {});
    await gone.close();
    const { code, out, err } = await runProgram(`${line} --debug`, gone.origin);
    expect({ code, out }).toEqual({ code: 7, out: '' });
    expect(err).toContain('the connection was refused (ECONNREFUSED)');
    expect(err).toContain('attempt=3');
    expect(err).not.toMatch(/(POST|PATCH|DELETE) http/);
  });

  test.each(operations)('$name with an unknown host is not retried', async ({ line }) => {
    // The label is too long for a hostname, so the program asks no name server.
    const { code, out, err } = await runProgram(`${line} --debug`, `https://${'x'.repeat(64)}.invalid`);
    expect({ code, out }).toEqual({ code: 7, out: '' });
    expect(err).toContain('its hostname is unknown (ENOTFOUND)');
    expect(err).not.toContain('attempt=2');
  });
});

const again = Object.assign(new Error('try again'), { code: 'EAI_AGAIN' });
const resolveToLoopback: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];

/** Returns a look-up function that fails the given number of times, and a function that returns the number of calls. */
function createLookupFailingFirst(times: number): { lookup: Lookup; calls: () => number } {
  let calls = 0;
  const lookup: Lookup = (hostname) => (++calls <= times ? Promise.reject(again) : resolveToLoopback(hostname));
  return { lookup, calls: () => calls };
}

describe('T-1, T-4 a name server that says "try again"', () => {
  test.each(operations)('is queried again for $name, and each change is sent once', async ({ line }) => {
    const { server, env } = await startSecureSandbox();
    const { lookup } = createLookupFailingFirst(2);
    expect((await runProgram(`${line} ${trustOption} --debug`, server.origin, env, { lookup })).code).toBe(0);
    const changes = server.wire.filter((one) => !one.startsWith('GET'));
    expect(new Set(changes).size).toBe(changes.length);
  });

  test('is queried three times, and then the error names it', async () => {
    const { lookup, calls } = createLookupFailingFirst(99);
    const { code, err } = await runProgram('zone list', 'https://api.example', {}, { lookup });
    expect([code, calls()]).toEqual([7, 3]);
    expect(JSON.parse(err).error.message).toContain('the name server does not respond (EAI_AGAIN)');
  });

  test.each([
    [2, 0, 1],
    [99, 7, 0],
  ])('%i times before a change: exit %i, the change is sent %i times', async (times, code, sent) => {
    const b = await startTestSandbox();
    // The server closes each connection. So for the change, the program must look up the name again.
    const respond: FaultResponder = ({ response, original }) =>
      void response
        .writeHead(original.status, { 'content-type': original.type, connection: 'close' })
        .end(original.body);
    const server = await startFaultServer(b.origin, { on: 'all', applies: true, respond }, 'localhost');
    onTestFinished(async () => {
      await server.close();
      await b.close();
    });
    const line = `ip policy set keep 192.0.2.60 ${trustOption} --debug`;
    let [calls, readsBefore] = [0, Number.POSITIVE_INFINITY];
    const lookup: Lookup = (hostname) => {
      const nth = ++calls - readsBefore;
      return nth > 0 && nth <= times ? Promise.reject(again) : resolveToLoopback(hostname);
    };
    const isChange = (one: string) => !one.startsWith('GET');
    expect((await runProgram(line.replace('keep', 'release'), server.origin, {}, { lookup })).code).toBe(0);
    readsBefore = server.wire.findIndex(isChange);
    expect([readsBefore > 0, calls]).toEqual([true, server.wire.length]);
    calls = 0;
    const start = server.wire.length;
    const r = await runProgram(line, server.origin, {}, { lookup });
    expect([r.code, server.wire.slice(start).filter(isChange).length]).toEqual([code, sent]);
    expect(r.err).toContain('EAI_AGAIN');
  });
});

describe('T-3 an API whose name has several addresses', () => {
  const both: Lookup = async () => [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];

  test.each(operations)('is reached for $name at the address that responds', async ({ line }) => {
    const { server, env } = await startSecureSandbox();
    const r = await runProgram(`${line} ${trustOption}`, server.origin, env, { lookup: both });
    expect(r.code).toBe(0);
  });

  test('is reported with all of them if none responds', async () => {
    const gone = await listenOnLoopback(() => {});
    await gone.close();
    const { port } = new URL(gone.origin);
    const { code, err } = await runProgram('ip list', `https://api.example:${port}`, {}, { lookup: both });
    const { error } = JSON.parse(err);
    expect([code, error.code]).toEqual([7, 'UNREACHABLE']);
    expect(error.hint).toMatch(
      new RegExp(
        `^Addresses tried for https://api.example:${port}: (?=.*127\\.0\\.0\\.1 \\(ECONNREFUSED\\))(?=.*::1 \\(E\\w+\\))`,
      ),
    );
  });
});

describe('--debug shows why a read was given up', () => {
  /**
   * Starts a server for three reads that arrive at the same time. It then calls `onAll` with the open response to the
   * read of the address. The other two reads get no response.
   */
  async function startServerForThreeReads(onAll: (address: ServerResponse) => void): Promise<string> {
    let address: ServerResponse | undefined;
    let count = 0;
    const server = await listenOnLoopback((request, response) => {
      if (request.url?.endsWith('/ip_address/192.0.2.60')) address = response;
      if (++count === 3 && address) onAll(address);
    });
    onTestFinished(() => server.close());
    return server.origin;
  }

  test('because the command ended: GIVEN_UP', async () => {
    const origin = await startServerForThreeReads((response) =>
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"error":{"error_code":"X","error_message":"x"}}'),
    );
    const { code, err } = await runProgram('ip float attach 192.0.2.60 --server web-1 --debug', origin);
    expect(code).toBe(5);
    expect(err).toMatch(/GET \S+\/server GIVEN_UP /);
    expect(err).not.toContain('TIMED_OUT');
  });

  test('because of an interrupt: INTERRUPTED', async () => {
    const stopping = new AbortController();
    const interrupt = {
      stopping: stopping.signal,
      ending: new AbortController().signal,
      signal: () => 'SIGINT' as const,
    };
    const origin = await startServerForThreeReads(() => stopping.abort());
    const { code, err } = await runProgram(
      'ip float attach 192.0.2.60 --server web-1 --debug',
      origin,
      {},
      { interrupt },
    );
    expect(code).toBe(130);
    expect(err.match(/GET \S+ INTERRUPTED /g)).toHaveLength(3);
    expect(err).not.toContain('TIMED_OUT');
  });
});

describe('T-3 the deadline', () => {
  test.each<readonly [string, () => Promise<string>]>([
    [
      'a server that accepts the connection and never responds',
      async () => `http://127.0.0.1:${(await startSilentServer()).port}`,
    ],
    ['a TLS handshake that never completes', async () => `https://127.0.0.1:${(await startSilentServer()).port}`],
    // Windows rejects connections to a port whose queue is full. Only other systems leave them without a response.
    ...(isPosix
      ? [
          [
            'a connection that is never accepted',
            async () => `https://127.0.0.1:${(await openBlackHole()).port}`,
          ] as const,
        ]
      : []),
  ])('is kept to 250 ms with %s', async (_what, open) => {
    const origin = await open();
    const runDetach = () => runProgram('ip float detach 192.0.2.50 --timeout 1', origin);
    const { result, ms, overrunMs } = await measureOverrun(1_000, runDetach);
    const { code, err } = result;
    expect(code).toBe(7);
    expect(err).toContain('Timed out after 1 s.');
    expect(ms).toBeGreaterThan(950);
    expect(overrunMs).toBeLessThan(250);
  });

  test('is kept to 250 ms if a change gets no response, checks included', async () => {
    const b = await startTestSandbox();
    const server = await startFaultServer(b.origin, { on: 'after', applies: false, respond: () => {} });
    onTestFinished(async () => {
      await server.close();
      await b.close();
    });
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const detach = () => upc('ip float detach 192.0.2.50 --timeout 1', { env });
    const { result, overrunMs } = await measureOverrun(1_000, detach);
    expect(result.code).toBe(9);
    expect(overrunMs).toBeLessThan(250);
  });
});

describe('T-11 trusted certificate authorities', () => {
  test('a certificate authority is trusted only if --ca-file names it', async () => {
    const { server, env } = await startSecureSandbox();
    const untrusted = await runProgram('ip list', server.origin, env);
    expect(untrusted.code).toBe(7);
    expect(untrusted.err).toContain('--ca-file or NODE_EXTRA_CA_CERTS');
    expect(server.wire).toEqual([]);
    expect((await runProgram(`ip list ${trustOption}`, server.origin, env)).code).toBe(0);
  });

  test('the authorities are parsed once, also for the checks of a guard', async () => {
    const { env } = await startSecureSandbox();
    const checked = await listenOnLoopback((_request, response) => void response.end(), 'localhost');
    let parsed = 0;
    const { createSecureContext } = tls;
    tls.createSecureContext = (options) => {
      if (options?.ca) parsed += 1;
      return createSecureContext(options);
    };
    syncBuiltinESMExports();
    onTestFinished(async () => {
      tls.createSecureContext = createSecureContext;
      syncBuiltinESMExports();
      await checked.close();
    });
    const line = `ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check ${checked.origin}/ --once`;
    expect((await upc(`${line} ${trustOption}`, { env })).code).toBe(0);
    expect(parsed).toBe(1);
  });

  test('or if NODE_EXTRA_CA_CERTS names it', async () => {
    const { server, env } = await startSecureSandbox();
    const { code, out } = await startProgram(['ip', 'list', '-q'], {
      ...env,
      NODE_EXTRA_CA_CERTS: certificatePath('ca'),
    }).ended;
    expect(code).toBe(0);
    expect(out).toContain('192.0.2.10\n');
    expect(server.wire).toContain('GET /1.3/ip_address');
  });

  test('--ca-file does not replace NODE_EXTRA_CA_CERTS', async () => {
    const { server, env } = await startSecureSandbox();
    const [ca, other] = [certificatePath('ca'), certificatePath('selfsigned')];
    for (const [file, extra] of [
      [other, ca],
      [ca, other],
    ] as const) {
      const args = ['ip', 'list', '-q', '--ca-file', file];
      expect((await startProgram(args, { ...env, NODE_EXTRA_CA_CERTS: extra }).ended).code).toBe(0);
    }
    expect(server.wire).toHaveLength(2);
  });

  /**
   * On Linux, the system's certificate authorities are those of OpenSSL. SSL_CERT_FILE names the file that contains
   * them.
   */
  const system = { NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: certificatePath('ca') };
  const isKnown = explainIgnoredSystemAuthorities(system) === undefined;

  test.runIf(isKnown && process.platform === 'linux')('--ca-file does not replace NODE_USE_SYSTEM_CA', async () => {
    const { env } = await startSecureSandbox();
    for (const option of [[], ['--ca-file', certificatePath('selfsigned')]]) {
      expect((await startProgram(['ip', 'list', '-q', ...option], { ...env, ...system }).ended).code).toBe(0);
    }
  });

  test.runIf(!isKnown)(
    'if this Node ignores NODE_USE_SYSTEM_CA, the error of a rejected certificate says so',
    async () => {
      const { env } = await startSecureSandbox();
      const { code, err } = await startProgram(['ip', 'list'], { ...env, ...system }).ended;
      expect(code).toBe(7);
      expect(err).toContain(`Node ${process.versions.node} ignores NODE_USE_SYSTEM_CA`);
    },
  );

  test.each([
    ['20.19.0', true],
    ['22.18.0', true],
    ['22.19.0', false],
    ['23.11.0', true],
    ['24.5.0', true],
    ['24.6.0', false],
    ['26.0.0', false],
  ])('Node %s ignores NODE_USE_SYSTEM_CA: %s', (version, isIgnored) => {
    expect(explainIgnoredSystemAuthorities({ NODE_USE_SYSTEM_CA: '1' }, version) !== undefined).toBe(isIgnored);
    expect(explainIgnoredSystemAuthorities({}, version)).toBeUndefined();
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED does not disable the verification', async () => {
    const { server, env } = await startSecureSandbox('selfsigned');
    const { code } = await startProgram(['ip', 'list'], { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' }).ended;
    expect({ code, wire: server.wire }).toEqual({ code: 7, wire: [] });
  });

  test.each([
    ['--ca-file /nonexistent/ca.pem', '/nonexistent/ca.pem cannot be read (ENOENT)'],
    [`--ca-file ${certificatePath('localhost-key')}`, 'localhost-key.pem contains no certificate'],
    [`--ca-file ${createDamagedCertificate()}`, 'damaged.pem contains no certificate'],
  ])('%s is an error', async (option, words) => {
    const { code, err } = await runProgram(`ip list ${option}`, 'https://localhost:1');
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
