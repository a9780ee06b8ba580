import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, bench } from '../fixture.ts';
import { start } from '../program.ts';

let b: Bench;
let addresses: string;
beforeAll(async () => {
  b = await bench();
  addresses = (await b.cli('ip list --access public -q')).out.trim().split('\n').join(' ');
});
afterAll(() => b.close());

test.each([
  () => `ip show ${addresses} -q`,
  () => `ip ptr clear ${addresses} --concurrency 16 --no-backup --force -q`,
  () => 'ip tree',
])('many requests at a time cause no warning of Node about listeners (%#)', async (line) => {
  const program = start(line(), { ...b.env, HOME: '/nonexistent' });
  expect(await program.ended).toBe(0);
  expect(program.err()).not.toContain('Warning');
});
