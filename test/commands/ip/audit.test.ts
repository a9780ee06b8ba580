import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditAccount, findingLevels } from '../../../src/domain/audit/audit.ts';
import { rules } from '../../../src/domain/audit/rules.ts';
import type { Address } from '../../../src/domain/model.ts';
import { serveApp } from '../../../src/sandbox/http.ts';
import { createMemoryStore } from '../../../src/sandbox/memory-store.ts';
import { createSandboxApp } from '../../../src/sandbox/routes.ts';
import { createSeed } from '../../../src/sandbox/seeds.ts';
import { rcode, startDnsServer } from '../../dns-server.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

interface ShownFinding {
  id: string;
  level: string;
  address: string | null;
  server: string | null;
  message: string;
  fix: string;
  cost: object | null;
  limit: string | null;
}

const DB1 = '00c2a9f4-6d17-4e5b-8f30-9b7e21d4c605';

describe('ip audit', () => {
  let b: TestSandbox;
  beforeEach(async () => {
    b = await startTestSandbox();
  });
  afterEach(() => b.close());
  const listFindings = async (line = '') => JSON.parse((await b.cli(`ip audit ${line} --json`)).out) as ShownFinding[];
  const formatFindingIds = (all: readonly ShownFinding[]) =>
    all.map(({ id, address }) => (address ? `${id} ${address}` : id));

  test('finds in the demo account what is there, the worst first, and changes nothing', async () => {
    const result = await b.cli('ip audit --json --ignore ptr-default');
    expect(result).toMatchObject({ code: 0, changes: [] });
    expect(formatFindingIds(JSON.parse(result.out))).toEqual([
      'floating-detached 192.0.2.60',
      'floating-detached 198.51.100.60',
      'regular-release 192.0.2.10',
      'regular-release 192.0.2.11',
      'regular-release 192.0.2.13',
      'regular-release 198.51.100.10',
      'regular-release 203.0.113.10',
      'regular-release 203.0.113.11',
      'regular-release 203.0.113.12',
      'server-full',
    ]);
    expect(result.err).toBe('10 findings: 2 warn, 8 info.\n');
  });

  test('every finding has every key, and the cost with its unit', async () => {
    const [first] = await listFindings();
    expect(first).toEqual({
      id: 'floating-detached',
      level: 'warn',
      address: '192.0.2.60',
      server: null,
      message: '192.0.2.60 is detached. It costs 0.336 cents an hour (2.45 EUR for 730 hours).',
      why: 'It costs money but receives no traffic.',
      fix: 'upc ip float attach 192.0.2.60 --server <server>',
      alternative_fix: 'upc ip release 192.0.2.60',
      cost: { cents_per_hour: 0.336, hours_per_month: 730, currency: 'EUR', per_month: 2.45, eur_per_month: 2.45 },
      limit: null,
    });
  });

  test('asks for the currency only if an address has a cost', async () => {
    const listRequestedPaths = async () => (await b.cli('ip audit --json')).requests.map(({ path }) => path);
    expect(await listRequestedPaths()).toContain('/1.3/account/details/sandbox');
    await b.cli('ip release 192.0.2.60 198.51.100.60 --yes');
    expect(await listRequestedPaths()).not.toContain('/1.3/account/details/sandbox');
  });

  test('finds a floating IP on a stopped server, and the command that it names fixes it', async () => {
    await b.cli('ip float move 192.0.2.50 --to db-1 --interface 2');
    const bad = (await listFindings()).filter(({ level }) => level === 'high');
    expect(bad).toMatchObject([
      {
        id: 'floating-server-down',
        address: '192.0.2.50',
        server: DB1,
        message: "192.0.2.50 is on server 'db-1', which is stopped.",
        fix: 'upc ip float move 192.0.2.50 --to <server>',
      },
    ]);
    await b.cli('ip float move 192.0.2.50 --to web-2');
    expect((await listFindings()).filter(({ level }) => level === 'high')).toEqual([]);
  });

  test.each([
    [
      '192.0.2.80',
      'high',
      'delegated-release',
      "192.0.2.80 is delegated to load balancer 'lb-front' and has release policy 'release'.",
    ],
    ['192.0.2.50', 'warn', 'floating-release', "192.0.2.50 has release policy 'release' and is on server 'web-1'."],
  ])('finds that %s would be lost (%s), and the fix is a command that works', async (address, level, id, message) => {
    await b.cli(`ip policy set release ${address}`);
    const finding = (await listFindings()).find((one) => one.id === id);
    expect(finding).toMatchObject({ address, level, message, fix: `upc ip policy set keep ${address}` });
    await b.cli((finding?.fix ?? '').replace(/^upc /, ''));
    expect((await listFindings()).filter((one) => one.id === id)).toEqual([]);
  });

  test('finds an account near its limits', async () => {
    await b.edit((state) => ({
      ...state,
      accounts: state.accounts.map((one) => ({
        ...one,
        resource_limits: { detached_floating_ips: 3, public_ipv4: 14, public_ipv6: 5 },
      })),
    }));
    const near = (await listFindings()).filter(({ id }) => id === 'account-limit');
    expect(near.map(({ limit, message }) => [limit, message])).toEqual([
      ['public_ipv4', 'The account has 12 of at most 14 public IPv4 addresses.'],
      ['public_ipv6', 'The account has 4 of at most 5 public IPv6 addresses.'],
    ]);
    expect(near[0]).toMatchObject({ level: 'warn', address: null, server: null });
  });

  test('distinguishes a missing PTR record from a default one', async () => {
    await b.edit((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === '192.0.2.60' ? { ...ip, ptr_record: '' } : ip)),
    }));
    const about = (await listFindings()).filter(({ id }) => id.startsWith('ptr-'));
    expect(about.find(({ id }) => id === 'ptr-missing')).toMatchObject({
      address: '192.0.2.60',
      fix: 'upc ip ptr set 192.0.2.60 <hostname>',
    });
    expect(about.some(({ id, address }) => id === 'ptr-default' && address === '192.0.2.60')).toBe(false);
    expect(about.find(({ id }) => id === 'ptr-default')?.message).toContain('.upcloud.host');
  });

  test('--fail-on: 10 from that level on, 0 below it, and what is ignored does not count', async () => {
    expect(await b.cli('ip audit --fail-on warn')).toMatchObject({ code: 10 });
    expect(await b.cli('ip audit --fail-on info')).toMatchObject({ code: 10 });
    expect(await b.cli('ip audit --fail-on high')).toMatchObject({ code: 0 });
    expect(await b.cli('ip audit --fail-on warn --ignore floating-detached')).toMatchObject({ code: 0 });
    expect(await b.cli('ip audit --fail-on bad')).toMatchObject({ code: 2, requests: [] });
  });

  test('an unknown rule is a usage error that lists the known ones, before any request', async () => {
    const result = await b.cli('ip audit --ignore server-full --ignore nonsense');
    expect(result).toMatchObject({ code: 2, out: '', requests: [] });
    expect(result.err).toBe(
      "Error: Unknown audit rule 'nonsense'.\nKnown rules: delegated-release, floating-server-down, floating-release, " +
        'floating-detached, account-limit, ptr-unconfirmed, regular-release, server-full, ptr-missing, ptr-default\n',
    );
  });

  test('--list-rules works without an account', async () => {
    const result = await upc('ip audit --list-rules --json');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.out)).toHaveLength(rules.length);
    expect(JSON.parse(result.out)[0]).toEqual({
      id: 'delegated-release',
      level: 'high',
      title: "A delegated address has release policy 'release'",
      why: 'The address is deleted when the load balancer returns it or is itself deleted. This cannot be undone.',
    });
  });

  test('an empty account: an empty array, and a line on stderr under a table', async () => {
    await b.edit(() => createSeed('empty'));
    expect(await b.cli('ip audit --json --fail-on info')).toMatchObject({ code: 0, out: '[]\n' });
    expect(await b.cli('ip audit')).toMatchObject({ code: 0, out: '', err: 'No findings.\n' });
  });

  test('-q prints each address once', async () => {
    const lines = (await b.cli('ip audit -q')).out.trimEnd().split('\n');
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines).toContain('192.0.2.60');
    expect(lines).not.toContain('');
  });
});

describe('ip audit if the API rejects a part', () => {
  const startSandboxRejectingPaths = async (...paths: string[]) => {
    const env = { now: () => 0, random: () => 0.5 };
    const app = createSandboxApp(createMemoryStore(createSeed('demo')), env);
    const fetch = app.fetch.bind(app);
    Object.assign(app, {
      fetch: (request: Request) =>
        paths.some((path) => new URL(request.url).pathname === path)
          ? Response.json({ error: { error_code: 'ACTION_FORBIDDEN', error_message: 'no' } }, { status: 403 })
          : fetch(request),
    });
    return serveApp(app, { env });
  };

  test('the rest is reported, a warning names the gap, and --fail-on fails', async () => {
    const server = await startSandboxRejectingPaths('/1.3/server', '/1.3/account', '/1.3/price');
    const env = { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    const plain = await upc('ip audit --json', { env });
    expect(plain.code).toBe(0);
    expect(JSON.parse(plain.out)[0]).toMatchObject({ message: '192.0.2.60 is detached.', cost: null });
    const [invocation] = JSON.parse((await upc('ip audit -o sarif', { env })).out).runs[0].invocations;
    expect(invocation).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [
        {
          level: 'error',
          message: { text: expect.stringContaining("The account's limits could not be fetched") },
          properties: { rulesLeftOut: ['account-limit'] },
        },
        { properties: { rulesLeftOut: [] } },
        { properties: { rulesLeftOut: ['floating-server-down'] } },
      ],
    });
    expect(plain.err).toMatch(/Warning: The servers could not be fetched: .* Skipped rules: floating-server-down\.\n/);
    expect(plain.err).toMatch(
      /Warning: The account's limits could not be fetched: .* Skipped rules: account-limit\.\n/,
    );
    expect(plain.err).toMatch(/Warning: The prices could not be fetched: /);
    expect((await upc('ip audit --fail-on high', { env })).code).toBe(4);
    expect((await upc('ip audit --fail-on warn', { env })).code).toBe(10);
    expect((await upc('ip audit --fail-on high --ignore floating-server-down', { env })).code).toBe(0);
    await server.close();
  });

  test('without the addresses there is no audit', async () => {
    const server = await startSandboxRejectingPaths('/1.3/ip_address');
    const env = { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: server.origin };
    expect(await upc('ip audit --json', { env })).toMatchObject({ code: 4, out: '' });
    await server.close();
  });
});

describe('ip audit --dns', () => {
  let b: TestSandbox;
  beforeEach(async () => {
    b = await startTestSandbox();
  });
  afterEach(() => b.close());

  test('finds names that DNS lacks, that point elsewhere and that point nowhere; asks about own names only', async () => {
    const records: Record<string, string[]> = {
      'PTR 10.2.0.192.in-addr.arpa': ['www.example.com'],
      'A www.example.com': ['192.0.2.10'],
      'PTR 50.2.0.192.in-addr.arpa': ['failover.example.com'],
      'A failover.example.com': ['192.0.2.1'],
      'PTR 80.2.0.192.in-addr.arpa': ['lb.example.com'],
      'PTR 10.100.51.198.in-addr.arpa': ['old.example.com'],
    };
    const dns = await startDnsServer((question) => records[question] ?? rcode.noSuchName);
    const result = await b.cli(`ip audit --dns --resolver ${dns.at} --json`);
    const found = (JSON.parse(result.out) as ShownFinding[]).filter(({ id }) => id === 'ptr-unconfirmed');
    expect(found.map(({ message }) => message)).toEqual([
      '192.0.2.50 has the PTR record failover.example.com, which points to 192.0.2.1.',
      '192.0.2.80 has the PTR record lb.example.com, which points to no address.',
      '198.51.100.10 has the PTR record mail.example.com, but DNS has old.example.com.',
      '203.0.113.10 has the PTR record edge.example.com, but DNS has no PTR record.',
      '2001:db8:1:1:d845:c4ff:fe5c:2beb has the PTR record www.example.com, but DNS has no PTR record.',
      '2001:db8:3:1:d845:c4ff:fe5c:0254 has the PTR record edge.example.com, but DNS has no PTR record.',
    ]);
    expect(found[0]).toMatchObject({ level: 'warn', fix: 'upc ip ptr set 192.0.2.50 <hostname>' });
    expect(dns.questions.some((question) => question.includes('11.2.0.192'))).toBe(false);
  });

  test('without it DNS is not asked and its rule not missed', async () => {
    const result = await b.cli('ip audit --json --fail-on warn --ignore floating-detached');
    expect(result).toMatchObject({ code: 0 });
    expect(await b.cli('ip audit --resolver 127.0.0.1:53')).toMatchObject({ code: 2, out: '', requests: [] });
  });

  test('a failing name server causes a warning, and --fail-on fails', async () => {
    const dns = await startDnsServer(() => rcode.serverFailure);
    const line = `ip audit --dns --resolver ${dns.at} --ignore floating-detached`;
    const result = await b.cli(`${line} --fail-on warn`);
    expect(result.code).toBe(7);
    expect(result.err).toContain('SERVFAIL');
    expect(result.err).toContain('Skipped rules: ptr-unconfirmed.');
    expect((await b.cli(`${line} --fail-on high`)).code).toBe(0);
    expect((await b.cli(`${line} --fail-on warn --ignore ptr-unconfirmed`)).code).toBe(0);
  });

  test('--fail-on also fails if the name server responds for some names only', async () => {
    const dns = await startDnsServer((question) => {
      if (/ (80\.2\.0\.192|lb\.)/.test(question)) return rcode.serverFailure;
      if (question.startsWith('AAAA')) return [];
      if (question.startsWith('A ')) return ['192.0.2.50'];
      return question.includes('50.2.0.192') ? ['failover.example.com'] : rcode.noSuchName;
    });
    const line = `ip audit --dns --resolver ${dns.at} --ignore floating-detached --json`;
    const result = await b.cli(line);
    expect(result.code).toBe(0);
    const about = (JSON.parse(result.out) as ShownFinding[]).filter(({ id }) => id === 'ptr-unconfirmed');
    expect(about.map(({ address }) => address)).not.toContain('192.0.2.80');
    expect(about.map(({ address }) => address)).not.toContain('192.0.2.50');
    expect(about.length).toBeGreaterThan(0);
    expect(result.err).toContain('1 of 7 PTR records could not be checked');
  });
});

describe('ip audit as SARIF', () => {
  let b: TestSandbox;
  beforeEach(async () => {
    b = await startTestSandbox();
  });
  afterEach(() => b.close());
  const readSarifLog = async (line = '') => JSON.parse((await b.cli(`ip audit --format sarif ${line}`)).out);

  test('is 2.1.0 with rules, levels and a location of both kinds for every result', async () => {
    await b.cli('ip policy set release 192.0.2.80');
    const { version, runs } = await readSarifLog('--sarif-uri infra/main.tf');
    expect([version, runs.length]).toEqual(['2.1.0', 1]);
    const [{ tool, results, invocations }] = runs;
    expect(invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
    expect(tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(rules.map(({ id }) => id));
    expect(tool.driver.rules[0]).toMatchObject({
      name: 'DelegatedRelease',
      shortDescription: { text: "A delegated address has release policy 'release'." },
      defaultConfiguration: { level: 'error' },
    });
    for (const { ruleId, ruleIndex, level, locations } of results) {
      expect(tool.driver.rules[ruleIndex]).toMatchObject({ id: ruleId, defaultConfiguration: { level } });
      expect(locations).toMatchObject([
        { physicalLocation: { artifactLocation: { uri: 'infra/main.tf' }, region: { startLine: 1 } } },
      ]);
      expect(locations[0].logicalLocations).toHaveLength(1);
    }
    expect(results[0]).toMatchObject({
      ruleId: 'delegated-release',
      level: 'error',
      locations: [{ logicalLocations: [{ name: '192.0.2.80', fullyQualifiedName: 'upcloud/address/192.0.2.80' }] }],
    });
  });

  test('knows a finding again from run to run, and apart from all others', async () => {
    const readFingerprints = async () =>
      (await readSarifLog()).runs[0].results.map(
        (one: { partialFingerprints: { primaryLocationLineHash: string } }) =>
          one.partialFingerprints.primaryLocationLineHash,
      );
    const first = await readFingerprints();
    expect(new Set(first).size).toBe(first.length);
    expect(await readFingerprints()).toEqual(first);
  });

  test('--fail-on counts; other output formats do not mix with it', async () => {
    expect(await b.cli('ip audit --format sarif --fail-on warn')).toMatchObject({ code: 10 });
    expect(await b.cli('ip audit --format sarif --json')).toMatchObject({ code: 2, out: '', requests: [] });
    expect(await b.cli('ip audit -o sarif')).toMatchObject({
      code: 0,
      out: (await b.cli('ip audit --format sarif')).out,
    });
    const preferring = await b.cli('ip audit -o sarif', { env: { UPC_OUTPUT: 'yaml' } });
    expect(JSON.parse(preferring.out).version).toBe('2.1.0');
    expect(await b.cli('ip audit -o sarif -q')).toMatchObject({ code: 2, out: '', requests: [] });
    expect((await b.cli('ip list -o sarif')).err).toContain('upc ip audit -o sarif');
    expect(await b.cli('ip audit --format sarif --sarif-uri ../x')).toMatchObject({ code: 2, requests: [] });
  });
});

const addresses = fc.array(
  fc.record({
    access: fc.constantFrom('public' as const, 'utility' as const),
    address: fc.ipV4(),
    family: fc.constantFrom('IPv4' as const, 'IPv6' as const),
    part_of_plan: fc.constantFrom('yes' as const, 'no' as const),
    ptr_record: fc.string(),
    server: fc.option(fc.uuid()),
    mac: fc.option(fc.string()),
    floating: fc.constantFrom('yes' as const, 'no' as const),
    release_policy: fc.constantFrom('keep' as const, 'release' as const, null),
    is_delegated: fc.constantFrom('yes' as const, 'no' as const),
    zone: fc.string(),
  }),
);

describe('the rules', () => {
  test('have an id each, say why, and bear any account', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    fc.assert(
      fc.property(addresses, (all: Address[]) => {
        const { findings, skipped } = auditAccount(rules, { addresses: all });
        expect(skipped.map(({ id }) => id)).toEqual(['floating-server-down', 'account-limit', 'ptr-unconfirmed']);
        expect(findings.map(({ level }) => findingLevels.indexOf(level))).toEqual(
          findings.map(({ level }) => findingLevels.indexOf(level)).sort(),
        );
        for (const { message, why, fix } of findings) {
          expect(message).toMatch(/\.$/);
          expect(why).toMatch(/\.$/);
          expect(fix).toMatch(/^ip /);
        }
      }),
    );
  });

  test('never speak of utility addresses', () => {
    fc.assert(
      fc.property(addresses, (all: Address[]) => {
        const utility = all.map((ip) => ({
          ...ip,
          access: 'utility' as const,
          floating: 'no' as const,
          is_delegated: 'no' as const,
        }));
        expect(auditAccount(rules, { addresses: utility, servers: [] }).findings).toEqual([]);
      }),
    );
  });
});
