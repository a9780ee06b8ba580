import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exit } from '../../src/core/errors.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { splitWords } from '../fixture.ts';
import { GuardFixture, IP, MAC1, MAC2, WEB1, WEB2, waitUntil } from '../guard/guard-fixture.ts';
import { isInstalled, isPosix } from '../installed.ts';
import { createNode, type FailoverNode } from './node.ts';

const systemdUnit = readFileSync('contrib/systemd/upc-guard.service', 'utf8');
const cronFile = readFileSync('contrib/cron/upc-guard', 'utf8');

let s: GuardFixture;
beforeEach(async () => {
  s = new GuardFixture();
  await s.open();
});
afterEach(() => s.close());

/** Creates the configuration that both servers use. Its hook logs each move to a file. */
function createFailoverConfiguration() {
  const folder = createTemporaryFolder();
  const hook = join(folder, 'hook');
  writeFileSync(hook, `echo "$UPC_ADDRESS to $UPC_TO" >>'${folder}/moves'\n`);
  const log = join(folder, 'moves');
  const shared = {
    ...s.env,
    FAILOVER_CHECK: s.url,
    FAILOVER_GUARD_OPTIONS: '--failures 2 --interval 1 --check-timeout 1 --fail-back --successes 2',
    FAILOVER_ON_CHANGE: `. ${hook}`,
  };
  return { shared, moves: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
}

const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(systemdUnit)?.[1] ?? '';

/** Expands ExecStart as systemd does: `${NAME}` becomes one word, `$NAME` is split at spaces. */
function expandServiceCommand(node: FailoverNode): readonly string[] {
  const of = (name: string) => node.settings[name] ?? '';
  return splitWords(value('ExecStart').replace('/usr/bin/env upc', node.program)).flatMap((word) => {
    const [, whole, several] = /^(?:\$\{(\w+)\}|\$(\w+))$/.exec(word) ?? [];
    if (whole !== undefined) return [of(whole)];
    return several === undefined ? [word] : splitWords(of(several));
  });
}

/** Closes the health endpoint of the primary. Returns a function that opens it again. */
async function closeHealthEndpoint(): Promise<() => Promise<void>> {
  const { port } = s;
  s.health.closeAllConnections();
  await new Promise((resolve) => s.health.close(resolve));
  return () => new Promise((resolve) => s.health.listen(port, '127.0.0.1', resolve));
}

/**
 * Returns the target MAC of each move. Equal MACs in a row count once, because both guards may send the same move at
 * the same time.
 */
const listMoveTargets = () => s.changes.map((line) => line.slice(-20, -3)).filter((mac, i, all) => mac !== all[i - 1]);

describe.runIf(isPosix)('the systemd unit', () => {
  test('two servers with one configuration: the primary is killed, comes back, and the hooks run', async () => {
    const { moves, shared } = createFailoverConfiguration();
    const nodes = ['web-1', 'web-2'].map((self) => createNode(self, shared));
    const guards = nodes.map((node) => node.start(expandServiceCommand(node), node.settings));
    await waitUntil(() => s.checks > 3);
    const revive = await closeHealthEndpoint();
    await waitUntil(async () => (await s.mac()) === MAC2 && moves().includes(`${IP} to ${WEB2}`));
    await revive();
    await waitUntil(async () => (await s.mac()) === MAC1 && moves().includes(`${IP} to ${WEB1}`));
    for (const guard of guards) guard.kill('SIGTERM');
    for (const { ended } of guards) {
      const { code, err } = await ended;
      // The test does not configure the address in the operating system, so both guards print this warning.
      expect({ code, err }).toEqual({
        code: 0,
        err: expect.stringMatching(/This machine, web-\d, does not have 192\.0\.2\.50 configured/),
      });
    }
    expect(listMoveTargets()).toEqual([MAC2, MAC1]);
  });

  test('what starting again does not help ends the service: usage, configuration, credentials', async () => {
    expect(value('RestartPreventExitStatus')).toBe([exit.usage, exit.config, exit.auth].join(' '));
    const runServiceAndGetExitCode = async (more: Readonly<Record<string, string>>) => {
      const node = createNode('web-1', { ...createFailoverConfiguration().shared, ...more });
      return (await node.run(expandServiceCommand(node), node.settings)).code;
    };
    expect(await runServiceAndGetExitCode({ UPCLOUD_TOKEN: 'ucat_none_such' })).toBe(exit.auth);
    expect(await runServiceAndGetExitCode({ FAILOVER_STANDBY: 'web-1' })).toBe(exit.usage);
    expect(await runServiceAndGetExitCode({ UPCLOUD_TOKEN: '' })).toBe(exit.config);
    expect(await runServiceAndGetExitCode({ UPCLOUD_DEBUG_API_BASE_URL: 'http://127.0.0.1:1' })).toBe(exit.unreachable);
  });

  test('a service that starts again and again stays below the limit of starts', () => {
    const [limit, within, wait] = ['StartLimitBurst', 'StartLimitIntervalSec', 'RestartSec'].map((name) =>
      Number(value(name)),
    );
    expect((within ?? 0) / (wait ?? 0)).toBeLessThan(limit ?? 0);
  });

  test.runIf(isInstalled('systemd-analyze'))('systemd-analyze finds nothing', () => {
    const file = join(createTemporaryFolder(), 'upc-guard.service');
    writeFileSync(file, systemdUnit);
    expect(spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

describe.runIf(isPosix && isInstalled('flock'))('the cron line', () => {
  const [, line = ''] = /^\* \* \* \* \* root (.*)$/m.exec(cronFile) ?? [];
  const getLockPath = (node: FailoverNode) => `${node.config}.lock`;
  const run = (node: FailoverNode, config = node.config) =>
    node.run(
      [
        '/bin/sh',
        '-c',
        line.replaceAll('/etc/upcloud-ip/failover.env', config).replaceAll('/run/upc-guard.lock', getLockPath(node)),
      ],
      { HOME: '/root', LOGNAME: 'root', SHELL: '/bin/sh', PATH: node.settings.PATH ?? '' },
    );

  test('has no percent sign, which cron takes for the end of the line', () => expect(line).toMatch(/^[^%]+$/));

  test('moves the address when the primary is down, and back when it is healthy', async () => {
    const { moves, shared } = createFailoverConfiguration();
    const node = createNode('web-2', shared);
    expect(await run(node)).toEqual({ code: 0, out: '', err: '' });
    expect(s.changes).toEqual([]);
    s.status = 503;
    await run(node);
    expect([await s.mac(), moves()]).toEqual([MAC2, `${IP} to ${WEB2}\n`]);
    s.status = 200;
    await run(node);
    expect(listMoveTargets()).toEqual([MAC2, MAC1]);
    expect(node.syslog()).toMatch(/moved .*192\.0\.2\.50 moved from web-1 to web-2\./);
  });

  test('does nothing while another run is at work', async () => {
    s.status = 503;
    const node = createNode('web-2', createFailoverConfiguration().shared);
    const holder = node.start(['flock', '-F', getLockPath(node), 'sh', '-c', 'echo held >&2; exec sleep 60']);
    await waitUntil(() => holder.err() !== '');
    await run(node);
    expect(s.checks).toBe(0);
  });

  test('without a configuration syslog says so', async () => {
    const node = createNode('web-2', createFailoverConfiguration().shared);
    await run(node, '/nonexistent/failover.env');
    expect(node.syslog()).toContain('/nonexistent/failover.env');
  });
});
