import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runShellCommand } from '../../src/guard/shell.ts';
import { createTemporaryFolder } from '../files/processes.ts';

const { PATH } = process.env;
const options = { env: { PATH }, timeoutMs: 60_000, stop: new AbortController().signal };

test('a command that nobody can kill is left behind', async () => {
  const ended = join(createTemporaryFolder(), 'ended');
  // Simulate a process that cannot be killed, for example because it hangs in the kernel.
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  onTestFinished(() => kill.mockRestore());
  const result = await runShellCommand(`sleep 4; touch '${ended}'`, { ...options, timeoutMs: 50, keepOutput: true });
  expect(result).toEqual({ ok: false, detail: 'did not end within 0.05 s', output: [] });
  expect(existsSync(ended)).toBe(false);
});

test('a shell that cannot be started is a failed result, not an error', async () => {
  const tooLong = `true ${'x'.repeat(4_000_000)}`;
  expect(await runShellCommand(tooLong, options)).toMatchObject({
    ok: false,
    detail: 'the shell could not be started (E2BIG)',
  });
  const nowhere = { ...options, env: { PATH, X: '\0' } };
  expect(await runShellCommand('true', nowhere)).toMatchObject({ ok: false });
});
