import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

const env = { NO_COLOR: '1' };

describe('ip audit at a terminal', () => {
  let b: TestSandbox;
  beforeEach(async () => {
    b = await startTestSandbox();
  });
  afterEach(() => b.close());

  test('groups findings by rule, with one fix for all addresses, and counts those of level info', async () => {
    const { code, out, err } = await b.cli('ip audit', { width: 80, env });
    expect(code).toBe(0);
    expect(out).toBe(`warn  A floating IP is neither on a server nor delegated (floating-detached)
      It costs money but receives no traffic.
        192.0.2.60     is detached. It costs 0.336 cents an hour (2.45 EUR for
                       730 hours).
        198.51.100.60  is detached. It costs 0.336 cents an hour (2.45 EUR for
                       730 hours).
      Fix: upc ip float attach <address> --server <server>
      or:  upc ip release 192.0.2.60 198.51.100.60

info  7  regular-release  A regular public IPv4 address has release policy
                          'release'
info  1  server-full      A server has reached the limit of public addresses
info  9  ptr-default      A public address has the default PTR record of UpCloud
`);
    expect(err).toBe('19 findings: 2 warn, 17 info. Add --all to list the findings of level info.\n');
  });

  test('--all lists those of level info, and the fix of a group works for all of it', async () => {
    const { out, err } = await b.cli('ip audit --all', { width: 80, env });
    expect(out).toContain(`
info  A regular public IPv4 address has release policy 'release'
      (regular-release)
      The address is deleted with its server. With policy 'keep' it becomes a
      detached floating IP instead.
        192.0.2.10     is lost when server 'web-1' is deleted.
`);
    expect(err).toBe('19 findings: 2 warn, 17 info.\n');
    const [, fix = ''] = /Fix: upc (ip policy set .*)/.exec(out) ?? [];
    expect(await b.cli(`${fix} --yes`)).toMatchObject({ code: 0 });
    expect((await b.cli('ip audit --all', { width: 80, env })).out).not.toContain('regular-release');
  });

  test('a single address is in its fix, and a group with different fixes has them all', async () => {
    await b.cli('ip float attach 192.0.2.60 --server web-2');
    await b.edit((state) => ({
      ...state,
      accounts: state.accounts.map((one) => ({
        ...one,
        resource_limits: { ...one.resource_limits, public_ipv4: 14, public_ipv6: 5 },
      })),
    }));
    const { out } = await b.cli('ip audit', { width: 100, env });
    expect(out).toContain(`
      Fix: upc ip float attach 198.51.100.60 --server <server>
      or:  upc ip release 198.51.100.60
`);
    expect(out).toContain(`
        The account has 12 of at most 14 public IPv4 addresses.
        The account has 4 of at most 5 public IPv6 addresses.
      Fix: upc ip list --family IPv4 --access public
           upc ip list --family IPv6 --access public
`);
  });

  test.each([40, 60, 80, 120])('in %i columns, nothing but a command is wider than the terminal', async (width) => {
    const { out } = await b.cli('ip audit --all', { width, env });
    const texts = out.split('\n').filter((line) => !/^ {6}(Fix|or): +upc /.test(line));
    // Only a single word, such as an IPv6 address, may be longer than the line.
    for (const line of texts) if (line.length > width) expect(line.trim()).not.toContain(' ');
    expect(out).not.toContain('…');
  });

  test('each finding is a row in a pipe, with --columns or --sort, and in every other format', async () => {
    for (const line of ['ip audit --columns level,id', 'ip audit --sort address']) {
      expect((await b.cli(line, { width: 250, env })).out.split('\n')).toHaveLength(21);
    }
    expect((await b.cli('ip audit')).out).toMatch(/^LEVEL +RULE +ADDRESS +FINDING +FIX\n/);
    for (const format of ['csv', 'json', 'ndjson', 'yaml', 'markdown', 'sarif']) {
      const atTerminal = await b.cli(`ip audit -o ${format}`, { width: 80, env });
      const withAll = await b.cli(`ip audit -o ${format} --all`, { width: 80, env });
      expect(atTerminal.out).toBe((await b.cli(`ip audit -o ${format}`)).out);
      expect(withAll.out).toBe(atTerminal.out);
      expect(atTerminal.out).toContain('regular-release');
    }
  });

  test('exit codes count what is folded, too', async () => {
    const line = 'ip audit --fail-on info --ignore floating-detached';
    const { code, out } = await b.cli(line, { width: 80, env });
    expect(code).toBe(10);
    expect(out).toMatch(/^info {2}7/);
  });

  test('an account without findings has a line on stderr only', async () => {
    const ignored = ['floating-detached', 'regular-release', 'server-full', 'ptr-default'];
    const line = `ip audit ${ignored.map((id) => `--ignore ${id}`).join(' ')}`;
    expect(await b.cli(line, { width: 80, env })).toMatchObject({ code: 0, out: '', err: 'No findings.\n' });
  });
});
