import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';
import { isPosix } from '../installed.ts';
import { runAtTerminal } from './pty.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

test.runIf(isPosix).each([
  ['ip release 198.51.100.60', 'This cannot be undone.', 'y'],
  ['ip show', 'Which address?', ''],
])('%s: the question is shown again after Ctrl-Z and fg', async (line, question, answer) => {
  const shell = runAtTerminal("PS1='$ ' bash --norc --noediting -i", { ...b.env, HOME: createTemporaryFolder() });
  await shell.sees('$ ');
  shell.type(`node bin/upc.js ${line}; echo "code=$?"\n`);
  await shell.sees(question);
  shell.type('\u001a');
  await shell.sees('code=148');
  const stopped = shell.screen();
  // The program must show the cursor before it is suspended. So its last control sequence for the cursor is "show"
  // (?25h), not "hide" (?25l).
  expect(stopped.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(stopped.lastIndexOf('\u001b[?25l'));
  shell.type('fg; echo "then=$?"\n');
  const again = () => shell.screen().slice(stopped.length);
  await expect.poll(again, { timeout: 15_000 }).toContain(question);
  shell.type(`${answer}\r`);
  await shell.sees('then=0');
  shell.type('exit\n');
  await shell.ended;
  expect(again()).not.toContain('Interrupted');
});
