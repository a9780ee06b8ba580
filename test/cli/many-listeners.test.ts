import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';
import { startProgram } from '../program.ts';

let b: TestSandbox;
let addresses: string;
beforeAll(async () => {
  b = await startTestSandbox();
  addresses = (await b.cli('ip list --access public -q')).out.trim().split('\n').join(' ');
});
afterAll(() => b.close());

test.each([
  () => `ip show ${addresses} -q`,
  () => `ip ptr clear ${addresses} --concurrency 16 --no-backup --force -q`,
  () => 'ip tree',
])('many requests at a time cause no warning of Node about listeners (%#)', async (line) => {
  const program = startProgram(line(), { ...b.env, HOME: '/nonexistent' });
  expect(await program.ended).toBe(0);
  expect(program.err()).not.toContain('Warning');
});
