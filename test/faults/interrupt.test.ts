import { describe, expect, test } from 'vitest';
import type { Interrupt } from '../../src/core/interrupt.ts';
import type { AddressOutcome } from '../../src/output/outcome.ts';
import { startTestSandbox, upc } from '../fixture.ts';
import { instantClock } from './cell.ts';
import { type FaultResponder, startFaultServer } from './fault-server.ts';
import { startProgram } from './program.ts';

const ADDRESS_COUNT = 50;

/**
 * Creates fifty detached floating IPs, and a server that forwards their releases to the sandbox.
 * @param onRelease called when the nth release has been carried out
 * @param responds whether the nth release gets a response
 */
async function prepareReleaseOfFifty(
  onRelease: (nth: number) => void,
  responds: (nth: number) => boolean = () => true,
) {
  const b = await startTestSandbox(`large:${ADDRESS_COUNT * 5}`);
  let count = 0;
  const respond: FaultResponder = ({ response, original }) => {
    count += 1;
    const nth = count;
    onRelease(nth);
    if (responds(nth)) response.writeHead(original.status).end(original.body);
  };
  const server = await startFaultServer(b.origin, { on: 'change', applies: true, respond });
  const isFloating = ({ owner, floating }: { owner: string; floating: boolean }) => owner === 'sandbox' && floating;
  const addresses = (await b.state()).addresses.filter(isFloating).map(({ address }) => address);
  expect(addresses).toHaveLength(ADDRESS_COUNT);
  return {
    argv: ['ip', 'release', ...addresses, '--yes', '--json'],
    addresses,
    env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin },
    requested: () => server.wire.filter((line) => line.startsWith('DELETE')).map((line) => line.split('/').at(-1)),
    left: async () => (await b.state()).addresses.map(({ address }) => address),
    close: async () => {
      await server.close();
      await b.close();
    },
  };
}

/**
 * Asserts that the report lists each address once, in order, and that each outcome matches the state of the sandbox.
 */
async function expectTruthfulReport(
  out: string,
  it: Awaited<ReturnType<typeof prepareReleaseOfFifty>>,
): Promise<AddressOutcome[]> {
  const report: AddressOutcome[] = JSON.parse(out);
  expect(report.map(({ address }) => address)).toEqual(it.addresses);
  const left = await it.left();
  for (const { address, outcome, changed } of report) {
    expect(changed).toBe(outcome === 'unknown' ? null : outcome === 'ok');
    if (outcome === 'ok') expect(left).not.toContain(address);
    if (outcome === 'skipped' || outcome === 'failed') expect(left).toContain(address);
    if (outcome !== 'unknown') expect(it.requested().includes(address)).toBe(outcome !== 'skipped');
  }
  return report;
}

function createInterrupt(signal: 'SIGINT' | 'SIGTERM') {
  const [stopping, ending] = [new AbortController(), new AbortController()];
  const interrupt: Interrupt = { stopping: stopping.signal, ending: ending.signal, signal: () => signal };
  return { stopping, ending, interrupt };
}

describe('T-7 an interrupted release of fifty addresses', () => {
  const points = Array.from({ length: 20 }, (_, i) => 1 + Math.round((i * (ADDRESS_COUNT - 1)) / 19));

  test.each(points)('during release number %i, finishes that release and starts no other', async (point) => {
    const signal = point % 2 === 0 ? 'SIGTERM' : 'SIGINT';
    const { stopping, interrupt } = createInterrupt(signal);
    const it = await prepareReleaseOfFifty((nth) => nth === point && stopping.abort());
    const { code, out } = await upc(it.argv, { env: it.env, interrupt, clock: instantClock });
    expect(code).toBe(signal === 'SIGTERM' ? 143 : 130);
    const report = await expectTruthfulReport(out, it);
    const done = report.filter(({ outcome }) => outcome === 'ok').length;
    expect(done).toBeGreaterThanOrEqual(point);
    // The program releases four addresses at a time, so at most three other releases were in progress.
    expect(done).toBeLessThanOrEqual(point + 3);
    await it.close();
  });

  test.each(points.slice(0, 5))(
    'interrupted twice at number %i without a response, reports unknown outcomes as unknown',
    async (point) => {
      const { stopping, ending, interrupt } = createInterrupt('SIGINT');
      const stop = (nth: number) => {
        if (nth === point) stopping.abort();
        if (nth === point) ending.abort();
      };
      const it = await prepareReleaseOfFifty(stop, (nth) => nth < point);
      const { code, out, err } = await upc(it.argv, { env: it.env, interrupt, clock: instantClock });
      expect(code).toBe(9);
      const unknown = (await expectTruthfulReport(out, it)).filter(({ outcome }) => outcome === 'unknown');
      expect(unknown.length).toBeGreaterThan(0);
      for (const { address, error } of unknown) {
        expect(err).toContain(`upc ip show ${address}`);
        expect(error?.message).toBe(
          `Interrupted: whether the release of ${address} was carried out is unknown. The checks that followed also failed.`,
        );
      }
      await it.close();
    },
  );
});

describe('T-7 the built program', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with exit code %i and a true report', async (signal, code) => {
    const it = await prepareReleaseOfFifty((nth) => nth === 7 && running.process.kill(signal));
    const running = startProgram(it.argv, it.env);
    const ended = await running.ended;
    expect(ended.code).toBe(code);
    await expectTruthfulReport(ended.out, it);
    await it.close();
  });

  test('ends at once on a second signal', async () => {
    const it = await prepareReleaseOfFifty(
      (nth) => nth === 1 && void running.process.kill('SIGINT'),
      () => false,
    );
    const running = startProgram(it.argv, it.env);
    await expect.poll(() => it.requested().length, { timeout: 20_000 }).toBe(4);
    const started = performance.now();
    // The second signal is SIGTERM: a second SIGINT would be lost if the first one has not been handled yet.
    running.process.kill('SIGTERM');
    const ended = await running.ended;
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(ended.code).toBe(9);
    expect((await expectTruthfulReport(ended.out, it)).filter(({ outcome }) => outcome === 'unknown')).toHaveLength(4);
    await it.close();
  });

  test('gives requests on the wire five seconds', async () => {
    let stoppedAt = 0;
    const stop = () => {
      stoppedAt = performance.now();
      running.process.kill('SIGTERM');
    };
    const it = await prepareReleaseOfFifty(
      (nth) => nth === 1 && stop(),
      () => false,
    );
    const running = startProgram(it.argv, it.env);
    const ended = await running.ended;
    expect(performance.now() - stoppedAt).toBeGreaterThan(4_500);
    // Without the interrupt, the program would wait 20 seconds for each response.
    expect(performance.now() - stoppedAt).toBeLessThan(15_000);
    // An unknown outcome is more important than the interrupt: the exit code is 9, not 130 or 143.
    expect(ended.code).toBe(9);
    await expectTruthfulReport(ended.out, it);
    await it.close();
  });

  test('stops waiting for a pipe that never ends', async () => {
    const running = startProgram(['ip', 'release', '-', '--yes'], { UPCLOUD_TOKEN: 'ucat_sandbox' }, { stdin: 'pipe' });
    // The text does not fit into a pipe. So this write ends only after the program has started to read.
    await new Promise((resolve) => running.process.stdin?.write('# nothing\n'.repeat(100_000), resolve));
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143, out: '' });
  });
});

test('T-7 an interrupt before the PTR record is set shows the new address once, and the missing step', async () => {
  for (const nth of [1, 2]) {
    const b = await startTestSandbox();
    const { stopping, interrupt } = createInterrupt('SIGINT');
    let changes = 0;
    const respond: FaultResponder = ({ response, original }) => {
      changes += 1;
      if (changes === nth) stopping.abort();
      response.writeHead(original.status, { 'content-type': original.type }).end(original.body);
    };
    const server = await startFaultServer(b.origin, { on: 'change', applies: true, respond });
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const line = 'ip float create --zone fi-hel2 --ptr new.example.org --json';
    const { code, out, err } = await upc(line, { env, interrupt });
    expect(code).toBe(130);
    // JSON.parse() also asserts that stdout contains only one document.
    const { address, ptr_record } = JSON.parse(out);
    expect(ptr_record).toEqual(nth === 1 ? expect.stringContaining('upcloud.host') : 'new.example.org');
    expect(err.includes(`Try again: upc ip ptr set ${address} new.example.org`)).toBe(nth === 1);
    await server.close();
    await b.close();
  }
});

test('T-7 an interrupt during a single change: it is finished and reported, and the exit code shows the interrupt', async () => {
  const b = await startTestSandbox();
  for (const line of ['ip ptr set 192.0.2.10 mail.example.org', 'ip float detach 192.0.2.50']) {
    const { stopping, interrupt } = createInterrupt('SIGINT');
    const respond: FaultResponder = ({ response, original }) => {
      stopping.abort();
      response.writeHead(original.status, { 'content-type': original.type }).end(original.body);
    };
    const server = await startFaultServer(b.origin, { on: 'change', applies: true, respond });
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const { code, out, err } = await upc(line, { env, interrupt });
    expect(code).toBe(130);
    expect(out).toContain(line.includes('ptr') ? 'mail.example.org' : 'detached');
    expect(err).toMatch(/^(Set|Detached) .*192\.0\.2\./m);
    await server.close();
  }
  await b.close();
});

test('T-5, T-7 after one Ctrl-C, a change whose response is lost is still checked and reported', async () => {
  for (const [applies, code] of [
    [true, 130],
    [false, 9],
  ] as const) {
    const b = await startTestSandbox();
    const { stopping, interrupt } = createInterrupt('SIGINT');
    const respond: FaultResponder = ({ request }) => {
      stopping.abort();
      request.socket.destroy();
    };
    const server = await startFaultServer(b.origin, { on: 'change', applies, respond });
    const env = { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const line = 'ip ptr set 192.0.2.10 mail.example.org --json';
    const result = await upc(line, { env, interrupt, clock: instantClock });
    expect(result.code).toBe(code);
    expect(result.out.includes('mail.example.org')).toBe(applies);
    if (!applies) expect(result.err).toContain("its PTR record was 'www.example.com'");
    expect(server.wire.slice(server.wire.findIndex((request) => request.startsWith('PATCH')) + 1)).not.toEqual([]);
    await server.close();
    await b.close();
  }
});

test('T-7 of several addresses, one that is interrupted before its request is reported as not started, not as failed', async () => {
  const b = await startTestSandbox();
  await b.cli('ip float attach 192.0.2.60 --server web-1');
  const { stopping, interrupt } = createInterrupt('SIGINT');
  const server = await startFaultServer(b.origin, {
    on: { path: '/1.3/ip_address/192.0.2.60' },
    applies: true,
    // The interrupt comes while the command waits for the response to its last read before the move.
    respond: () => stopping.abort(),
  });
  const { code, out, err } = await upc('ip float move --all --from web-1 --to web-2 --concurrency 1 --json', {
    env: { ...b.env, UPCLOUD_DEBUG_API_BASE_URL: server.origin },
    interrupt,
    clock: instantClock,
  });
  expect(code).toBe(130);
  expect(JSON.parse(out)).toEqual([
    { address: '192.0.2.50', outcome: 'ok', changed: true },
    {
      address: '192.0.2.60',
      outcome: 'skipped',
      changed: false,
      error: { code: 'NOT_STARTED', message: 'Not started, because the command was interrupted.' },
    },
  ]);
  expect(err).toContain('1 moved, 1 skipped.');
  await server.close();
  await b.close();
});
