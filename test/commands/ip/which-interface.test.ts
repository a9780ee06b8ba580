import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

/** A floating IP on web-1. Moves to db-1 need --interface, because db-1 has two public IPv4 interfaces. */
const IP = '192.0.2.50';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const runFailingCommand = async (line: string) => {
  const { code, err, changes } = await b.cli(`${line} --json`);
  return { code, error: JSON.parse(err).error.code, changes };
};

test.each([
  ['on another server', `ip float move ${IP} --from web-2 --to db-1`],
  [
    'on another server, with an interface that does not exist',
    `ip float move ${IP} --from web-2 --to db-1 --interface 9`,
  ],
  ['on another server, in a dry run', `ip float move ${IP} --from web-2 --to db-1 --dry-run`],
  ['detached', 'ip float move 192.0.2.60 --from web-2 --to db-1'],
])('a conditional move of an address that is %s: exit 8 comes before the question which interface', async (_, line) => {
  expect(await runFailingCommand(line)).toEqual({ code: 8, error: 'ADDRESS_NOT_WHERE_EXPECTED', changes: [] });
});

test('an address that is where --from says needs the interface: exit 2', async () => {
  expect(await runFailingCommand(`ip float move ${IP} --from web-1 --to db-1`)).toMatchObject({
    code: 2,
    error: 'INTERFACE_AMBIGUOUS',
  });
});

test('without addresses to move, move --all needs no interface', async () => {
  expect(await b.cli('ip float move --all --from web-2 --to db-1 --json')).toMatchObject({ code: 0, out: '[]\n' });
  expect(await runFailingCommand('ip float move --all --from web-1 --to db-1')).toMatchObject({ code: 2 });
});

test.each([
  ['move', `ip float move ${IP} --to db-1`],
  ['move --from', `ip float move ${IP} --from web-1 --to db-1`],
  ['attach', `ip float attach ${IP} --server db-1`],
])('%s that changes nothing warns that a real one needs --interface', async (_, line) => {
  await b.cli(`ip float move ${IP} --to db-1 --interface 3`);
  const { code, err, changes } = await b.cli(line);
  expect({ code, changes }).toEqual({ code: 0, changes: [] });
  expect(err).toMatch(
    /^Warning: db-1 has 2 public IPv4 interfaces\. .* In scripts, add --interface 2 or --interface 3\.$/m,
  );
  expect((await b.cli(`${line} --interface 3`)).err).not.toContain('public IPv4');
});

test('a server with one public interface is warned of by nothing', async () => {
  expect((await b.cli(`ip float move ${IP} --to web-1`)).err).not.toContain('Warning');
});

test.each([
  ['attach', 'ip float attach 192.0.2.60 --server db-1', '192.0.2.60'],
  ['move', `ip float move ${IP} --to db-1`, IP],
])('at a terminal, float %s asks which interface', async (_, line, address) => {
  const choice = ['Which interface of db-1?', '2'] as const;
  const declined = await b.cli(line, { answers: [choice, ['Use interface 3 of db-1?', 'n']] });
  expect({ code: declined.code, changes: declined.changes }).toEqual({ code: 2, changes: [] });
  const { code, err, changes } = await b.cli(line, { answers: [choice, ['Use interface 3 of db-1?', 'y']] });
  expect({ code, err: err.includes('da:45:c4') }).toEqual({ code: 0, err: true });
  const { interface: networkInterface } = JSON.parse((await b.cli(`ip show ${address} --json`)).out);
  expect({ index: networkInterface.index, changes: changes.length }).toEqual({ index: 3, changes: 1 });
});

test('in a CI job nothing is asked: exit 2 with what there is to choose from', async () => {
  const { code, err } = await b.cli('ip float attach 192.0.2.60 --server db-1', { answers: [], env: { CI: 'true' } });
  expect(code).toBe(2);
  expect(err).toContain('--interface 3');
});
