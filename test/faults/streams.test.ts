import { createHash } from 'node:crypto';
import { existsSync, openSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startTestSandbox } from '../fixture.ts';
import { type FaultServer, listenOnLoopback, startFaultServer } from './fault-server.ts';
import { startProgram } from './program.ts';
import { isSoakTest } from './soak.ts';

async function startSandboxWithDelay(milliseconds: number) {
  const b = await startTestSandbox('large:100');
  const server: FaultServer = await startFaultServer(b.origin, {
    on: 'change',
    applies: true,
    respond: ({ response, original }) =>
      void setTimeout(() => response.writeHead(original.status).end(original.body), milliseconds),
  });
  onTestFinished(async () => {
    await server.close();
    await b.close();
  });
  return { b, server, env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin } };
}

const KIB = 1_024;
const MIB = KIB * KIB;

/** Starts an API whose list of addresses has about this many bytes: each address has a note of about 1 KiB. */
async function startApiWithLargeList(bytes: number) {
  const note = 'äß€😀'.repeat(90);
  const usual = { access: 'public', family: 'IPv4', part_of_plan: 'no', ptr_record: '', server: null, mac: null };
  const list = Array.from({ length: Math.ceil(bytes / (note.length * 2.4)) }, (_, i) => ({
    ...usual,
    address: `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
    zone: 'fi-hel2',
    note,
  }));
  const body = JSON.stringify({ ip_addresses: { ip_address: list } });
  const server = await listenOnLoopback((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  onTestFinished(() => server.close());
  return { list, env: { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: server.origin } };
}

describe('T-8 streams', () => {
  test('`| head -1` ends quietly with exit code 0', async () => {
    const { env } = await startApiWithLargeList(4 * MIB);
    const child = startProgram(['ip', 'list', '-o', 'ndjson'], env, { stdin: 'ignore' });
    child.process.stdout?.once('data', () => child.process.stdout?.destroy());
    expect(await child.ended).toMatchObject({ code: 0, err: '' });
  });

  test('a command that changes something finishes after its reader has closed the pipe', async () => {
    const { b, env } = await startSandboxWithDelay(100);
    const addresses = (await b.state()).addresses.filter((ip) => ip.owner === 'sandbox' && ip.floating);
    const child = startProgram(['ip', 'release', ...addresses.map(({ address }) => address), '--yes', '--json'], env);
    child.process.stdout?.destroy();
    expect((await child.ended).code).toBe(0);
    expect((await b.state()).addresses.filter((ip) => ip.owner === 'sandbox' && ip.floating)).toEqual([]);
    expect(addresses.length).toBeGreaterThan(10);
  });

  test('a large output arrives byte for byte through a slow pipe', async () => {
    const { list, env } = await startApiWithLargeList(isSoakTest ? 50 * MIB : 12 * MIB);
    const child = startProgram(['ip', 'list', '--json'], env);
    const { stdout } = child.process;
    const hash = createHash('sha256');
    let size = 0;
    stdout?.removeAllListeners('data').on('data', (chunk: Buffer) => {
      hash.update(chunk);
      size += chunk.length;
      stdout.pause();
      setTimeout(() => stdout.resume(), 2);
    });
    expect(await child.ended).toMatchObject({ code: 0, err: '' });
    const filled = list.map(({ access, address, family, part_of_plan, ptr_record, server, mac, zone, note }) => {
      const rest = { floating: 'no', release_policy: null, is_delegated: 'no' };
      return {
        access,
        address,
        family,
        part_of_plan,
        ptr_record,
        server,
        mac,
        ...rest,
        zone,
        note,
        server_title: null,
      };
    });
    const expected = `${JSON.stringify(filled, null, 2)}\n`;
    expect(size).toBe(Buffer.byteLength(expected));
    expect(hash.digest('hex')).toBe(createHash('sha256').update(expected).digest('hex'));
  });

  test.runIf(existsSync('/dev/full'))('a full disk is an error, and the change is still made', async () => {
    const { b, env } = await startSandboxWithDelay(0);
    const address = (await b.state()).addresses.find((ip) => ip.owner === 'sandbox' && ip.floating)?.address ?? '';
    const { code, err } = await startProgram(['ip', 'release', address, '--yes'], env, {
      stdout: openSync('/dev/full', 'w'),
    }).ended;
    expect(code).toBe(1);
    expect(err).toContain('Could not write to standard output: ENOSPC.');
    expect((await b.state()).addresses.some((ip) => ip.address === address)).toBe(false);
  });

  const created = /^Created (192\.0\.2\.100), detached in zone fi-hel2\.$/m;

  /** Runs a command against the demo account. Its stdout cannot be written. */
  async function runWithoutOutput(args: readonly string[], stdout: 'full' | 'closed') {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    const child = startProgram(args, b.env, stdout === 'full' ? { stdout: openSync('/dev/full', 'w') } : {});
    if (stdout === 'closed') child.process.stdout?.destroy();
    return { ...(await child.ended), state: await b.state() };
  }

  test.runIf(existsSync('/dev/full'))('T-18: a change is reported on stderr if stdout is a full disk', async () => {
    for (const options of [['-q'], ['--json'], []]) {
      const { code, err, state } = await runWithoutOutput(
        ['ip', 'float', 'create', '--zone', 'fi-hel2', ...options],
        'full',
      );
      expect(code).toBe(1);
      expect(err).toMatch(created);
      expect(err.match(/192\.0\.2\.100/g)).toHaveLength(1);
      expect(state.addresses.some(({ address }) => address === '192.0.2.100')).toBe(true);
    }
    const several = await runWithoutOutput(['ip', 'release', '192.0.2.60', '198.51.100.60', '--yes', '-q'], 'full');
    expect(several.code).toBe(1);
    expect(several.err).toMatch(/^192\.0\.2\.60: released\.\n198\.51\.100\.60: released\.$/m);
  });

  test('T-18: a change is reported on stderr if stdout is closed, and a read ends quietly', async () => {
    for (const options of [['-q'], ['--json'], []]) {
      const { code, err } = await runWithoutOutput(
        ['ip', 'float', 'create', '--zone', 'fi-hel2', ...options],
        'closed',
      );
      expect({ code, isReported: created.test(err) }).toEqual({ code: 0, isReported: true });
    }
    const { code, err } = await runWithoutOutput(
      ['ip', 'policy', 'set', 'keep', '192.0.2.10', '192.0.2.50', '--json'],
      'closed',
    );
    expect(code).toBe(0);
    // The second address already had this policy, so it was not changed.
    expect(err).toContain('192.0.2.10: set to keep.\n');
    expect(err).not.toContain('192.0.2.50');
    expect(await runWithoutOutput(['ip', 'list'], 'closed')).toMatchObject({ code: 0, err: '' });
  });

  test('T-18: a bug in rendering does not hide a created address', async () => {
    const b = await startTestSandbox();
    const { stringify } = JSON;
    const render = vi.spyOn(JSON, 'stringify');
    onTestFinished(() => render.mockRestore());
    onTestFinished(() => b.close());
    render.mockImplementation((value: unknown, ...rest: unknown[]) => {
      if ((value as { address?: string } | null)?.address === '192.0.2.100') throw new RangeError('no room');
      return (stringify as (...all: unknown[]) => string)(value, ...rest);
    });
    const { code, err } = await b.cli('ip float create --zone fi-hel2 -o json');
    expect(code).toBe(1);
    expect(err).toMatch(created);
  });

  test('without a terminal, nothing is asked and nothing is sent', async () => {
    const { server, env } = await startSandboxWithDelay(0);
    const { code, out, err } = await startProgram(['ip', 'release', '198.18.0.2'], env).ended;
    expect({ code, out, wire: server.wire }).toEqual({ code: 2, out: '', wire: [] });
    expect(err).toContain('--yes');
  });
});

test('T-3 a connection that the server keeps open does not keep the process alive', async () => {
  const { env } = await startSandboxWithDelay(0);
  const child = startProgram(['ip', 'list', '-q'], env);
  let shownAt = 0;
  child.process.stdout?.on('data', () => {
    shownAt = performance.now();
  });
  expect((await child.ended).code).toBe(0);
  // The server closes idle connections after five seconds. The program must end earlier.
  expect(performance.now() - shownAt).toBeLessThan(4_500);
});
