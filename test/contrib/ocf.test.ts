import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { GuardFixture, IP, MAC1, MAC2, respondBadGateway, respondNormally, waitUntil } from '../guard/guard-fixture.ts';
import { isInstalled, isPosix } from '../installed.ts';
import { createNode } from './node.ts';

const agentScript = resolve('contrib/ocf/upc-floating-ip');
const ocfExitCodes = {
  SUCCESS: 0,
  ERR_GENERIC: 1,
  ERR_ARGS: 2,
  ERR_UNIMPLEMENTED: 3,
  ERR_INSTALLED: 5,
  ERR_CONFIGURED: 6,
  NOT_RUNNING: 7,
} as const;

let s: GuardFixture;
beforeEach(async () => {
  s = new GuardFixture();
  await s.open();
});
afterEach(() => s.close());

/**
 * Creates a node of a Pacemaker cluster. The node runs actions of the agent with the environment that Pacemaker sets.
 */
function createClusterNode(self: string, settings = {}, parameters: Readonly<Record<string, string>> = {}) {
  const node = createNode(self, { ...s.env, ...settings });
  const env = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    OCF_ROOT: '/usr/lib/ocf',
    OCF_RA_VERSION_MAJOR: '1',
    OCF_RESOURCE_INSTANCE: 'floating-ip',
    OCF_RESOURCE_TYPE: 'upc-floating-ip',
    OCF_RESKEY_address: IP,
    OCF_RESKEY_env_file: node.config,
    OCF_RESKEY_upc: node.program,
    OCF_RESKEY_retry_wait: '0.1',
    OCF_RESKEY_state_dir: join(createTemporaryFolder(), 'run'),
    ...parameters,
  };
  const run = (action: string) => node.run([agentScript, action], env);
  return { run, code: async (action: string) => (await run(action)).code };
}

describe.runIf(isPosix)('the OCF resource agent', () => {
  test('moves the address with the resource: a node dies, the other starts it, and back', async () => {
    const [one, two] = [createClusterNode('web-1'), createClusterNode('web-2')];
    const monitorBothNodes = async () => [await one.code('monitor'), await two.code('monitor')];
    expect(await one.code('start')).toBe(ocfExitCodes.SUCCESS);
    expect([await monitorBothNodes(), s.changes]).toEqual([[ocfExitCodes.SUCCESS, ocfExitCodes.NOT_RUNNING], []]);
    // Simulate that web-1 is dead: start the resource on web-2 without the stop action on web-1.
    expect(await two.code('start')).toBe(ocfExitCodes.SUCCESS);
    expect([await s.mac(), await monitorBothNodes()]).toEqual([MAC2, [ocfExitCodes.NOT_RUNNING, ocfExitCodes.SUCCESS]]);
    expect(await two.code('stop')).toBe(ocfExitCodes.SUCCESS);
    expect(await one.code('start')).toBe(ocfExitCodes.SUCCESS);
    expect([await s.mac(), await monitorBothNodes()]).toEqual([MAC1, [ocfExitCodes.SUCCESS, ocfExitCodes.NOT_RUNNING]]);
    expect(s.changes).toHaveLength(2);
  });

  test('stop: the resource is not running any more, and nothing is sent; start runs it again', async () => {
    const one = createClusterNode('web-1');
    s.respond = respondBadGateway;
    expect([await one.code('stop'), await one.code('stop'), s.requests]).toEqual([
      ocfExitCodes.SUCCESS,
      ocfExitCodes.SUCCESS,
      [],
    ]);
    s.respond = respondNormally;
    expect(await one.code('monitor')).toBe(ocfExitCodes.NOT_RUNNING);
    expect([await one.code('start'), await one.code('monitor')]).toEqual([ocfExitCodes.SUCCESS, ocfExitCodes.SUCCESS]);
  });

  test.each([
    ['rejected credentials', { UPCLOUD_TOKEN: 'ucat_none_such' }],
    ['an API that cannot be reached', { UPCLOUD_DEBUG_API_BASE_URL: 'http://127.0.0.1:1' }],
    ['a server that is not on the account', { UPC_SELF: 'web-9' }],
  ])('%s: a generic error, never "not running", also after stop', async (_name, settings) => {
    const node = 'UPC_SELF' in settings ? createClusterNode(settings.UPC_SELF) : createClusterNode('web-1', settings);
    const { code, err } = await node.run('monitor');
    expect({ code, err }).toEqual({ code: ocfExitCodes.ERR_GENERIC, err: expect.stringContaining('floating-ip: ') });
    await node.run('stop');
    expect(await node.code('monitor')).toBe(ocfExitCodes.ERR_GENERIC);
    expect(await node.code('start')).toBe(ocfExitCodes.ERR_GENERIC);
  });

  test('start tries again while the API cannot be reached, and after an unknown outcome', async () => {
    for (const respond of [
      async () => new Response('', { status: 503 }),
      async (request: Request, carryOut: () => Promise<Response>) =>
        request.method === 'PATCH' ? respondBadGateway(request, carryOut) : carryOut(),
    ]) {
      await s.put(MAC1);
      s.respond = respond;
      let ended = false;
      const running = createClusterNode('web-2', {}, { OCF_RESKEY_attempts: '20' })
        .code('start')
        .finally(() => {
          ended = true;
        });
      const before = s.requests.length;
      await waitUntil(() => ended || s.requests.length > before + 3);
      s.respond = respondNormally;
      expect([await running, await s.mac()]).toEqual([ocfExitCodes.SUCCESS, MAC2]);
    }
  });

  test.each([
    ['validate-all', {}, ocfExitCodes.SUCCESS],
    ['validate-all', { OCF_RESKEY_address: 'web-1' }, ocfExitCodes.ERR_CONFIGURED],
    ['monitor', { OCF_RESKEY_address: '' }, ocfExitCodes.ERR_CONFIGURED],
    ['monitor', { OCF_RESKEY_upc: '/nonexistent/upc' }, ocfExitCodes.ERR_INSTALLED],
    ['start', { OCF_RESKEY_env_file: '/nonexistent/failover.env' }, ocfExitCodes.ERR_INSTALLED],
    ['promote', {}, ocfExitCodes.ERR_UNIMPLEMENTED],
    ['', {}, ocfExitCodes.ERR_UNIMPLEMENTED],
  ])('%s with %j: %i, and nothing is sent', async (action, parameters, code) => {
    expect([await createClusterNode('web-1', {}, parameters).code(action), s.requests]).toEqual([code, []]);
  });

  test('a machine that does not know which server it is cannot run it', async () => {
    const node = createClusterNode('');
    expect([await node.code('monitor'), await node.code('start'), s.requests]).toEqual([
      ocfExitCodes.ERR_ARGS,
      ocfExitCodes.ERR_ARGS,
      [],
    ]);
  });

  test.runIf(isInstalled('python3'))(
    'meta-data is XML that names the actions and the parameters it reads',
    async () => {
      const { code, out } = await createClusterNode('web-1').run('meta-data');
      const file = join(createTemporaryFolder(), 'meta-data.xml');
      mkdirSync(resolve(file, '..'), { recursive: true });
      writeFileSync(file, out);
      const script = [
        'import json, sys, xml.etree.ElementTree as E',
        'root = E.parse(sys.argv[1]).getroot()',
        'names = lambda tag: [one.get("name") for one in root.iter(tag)]',
        'print(json.dumps([root.tag, root.get("name"), names("action"), names("parameter")]))',
      ].join('\n');
      const parsed = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' });
      expect({ code, status: parsed.status, err: parsed.stderr }).toEqual({ code: 0, status: 0, err: '' });
      const [tag, name, actions, parameters] = JSON.parse(parsed.stdout);
      expect([tag, name]).toEqual(['resource-agent', 'upc-floating-ip']);
      expect(actions).toEqual(['start', 'stop', 'monitor', 'meta-data', 'validate-all']);
      expect(parameters).toEqual(['address', 'env_file', 'upc', 'attempts', 'retry_wait', 'state_dir']);
    },
  );
});
