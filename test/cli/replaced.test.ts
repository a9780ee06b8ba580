import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox } from '../fixture.ts';
import { copyProgram, startProgram } from '../program.ts';

/**
 * Copies the built program, and creates a home folder. `remove` deletes both folders, to simulate an upgrade during a
 * run.
 */
async function installProgram() {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  const { folder, script } = copyProgram();
  const home = createTemporaryFolder();
  const remove = () => {
    for (const one of [folder, home]) rmSync(one, { recursive: true });
  };
  return { b, remove, run: (line: string) => startProgram(line, { ...b.env, HOME: home }, script) };
}

test.each(['table', 'json', 'ndjson', 'yaml', 'csv'])(
  'a release is reported as %s although the program is replaced meanwhile',
  async (format) => {
    const { b, remove, run } = await installProgram();
    b.editBeforeChange((state) => {
      remove();
      return state;
    });
    const release = run(`ip release 192.0.2.60 198.51.100.60 --yes --concurrency 1 -o ${format}`);
    expect({ code: await release.ended, err: release.err() }).toEqual({
      code: 0,
      err: '2 released.\n',
    });
    expect(release.out().match(/192\.0\.2\.60|198\.51\.100\.60/g)).toEqual(['192.0.2.60', '198.51.100.60']);
  },
);

test.each(['table', 'yaml', 'csv'])(
  'a single change is reported as %s although the program is replaced meanwhile',
  async (format) => {
    const { b, remove, run } = await installProgram();
    b.editBeforeChange((state) => {
      remove();
      return state;
    });
    const detach = run(`ip float detach 192.0.2.50 -o ${format}`);
    const err = format === 'table' ? 'Detached 192.0.2.50.\n' : '';
    expect({ code: await detach.ended, err: detach.err() }).toEqual({ code: 0, err });
    expect(detach.out()).toContain('192.0.2.50');
  },
);

test('a guard fails over although the program is replaced meanwhile', async () => {
  const { b, remove, run } = await installProgram();
  const healthy = join(createTemporaryFolder(), 'healthy');
  writeFileSync(healthy, '');
  const moved = join(createTemporaryFolder(), 'moved');
  const guard = run(
    `ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check 'test -e ${healthy}' --interval 1 --failures 1 ` +
      `--on-change 'touch ${moved}'`,
  );
  await guard.shown(/is healthy/);
  remove();
  rmSync(healthy);
  await guard.shown(/moved from web-1 to web-2/);
  guard.process.kill();
  expect({ code: await guard.ended, err: guard.err() }).toEqual({ code: 0, err: '' });
  expect(() => rmSync(moved)).not.toThrow();
  expect((await b.cli('ip show 192.0.2.50')).out).toContain('web-2');
});
