import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mapStackToSource } from '../../src/cli/source-stack.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { copyProgram, runToEnd } from '../program.ts';

/** Copies the built program. In the copy, `ip list` throws an error if the account has no addresses. */
function createFaultyProgram(): string {
  const { folder, script } = copyProgram();
  const file = join(folder, 'dist', 'upc.js');
  const text = readFileSync(file, 'utf8');
  const faulty = text.replace('"No IP addresses on this account."', '(()=>{throw new TypeError("so bad")})()');
  expect(faulty).not.toBe(text);
  writeFileSync(file, faulty);
  return script;
}

test('an internal fault is reported in one line, and with --debug with its location in the source', async () => {
  const script = createFaultyProgram();
  const env = { HOME: createTemporaryFolder() };
  expect((await runToEnd('sandbox reset --seed empty --yes', env, script)).code).toBe(0);
  const expected = `Error: Unexpected error: so bad
This is a bug in upc. Run the command again with --debug, and report the details.
`;
  expect(await runToEnd('ip list --sandbox', env, script)).toEqual({ code: 1, out: '', err: expected });
  const { code, out, err } = await runToEnd('ip list --sandbox --debug', env, script);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^debug: TypeError: so bad\ndebug: {5}at src\/commands\/ip\/list\.ts:\d+:\d+\n/m);
  expect(err).toMatch(/^debug: {5}at src\/cli\/run\.ts:\d+:\d+$/m);
  expect(err.endsWith(expected)).toBe(true);
});

test('a stack without source maps is unchanged', () => {
  const stack = 'Error: so bad\n    at f (/nowhere/dist/run.js:1:2)\n    at node:internal/main:1:1';
  expect(mapStackToSource(stack)).toEqual(stack.split('\n'));
});

test('the source maps contain our own code and no library', () => {
  const files = readdirSync('dist', { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => name.endsWith('.map')).sort()).toEqual(['short-answers.js.map', 'upc.js.map']);
  const payload = JSON.parse(readFileSync('dist/upc.js.map', 'utf8'));
  expect(payload.sources).toContain('../src/cli/run.ts');
  expect(payload.sources.filter((name: string) => !name.startsWith('../src/'))).toEqual([]);
  const map = new SourceMap(payload);
  const lines = readFileSync('dist/upc.js', 'utf8').split('\n');
  const findSourceOf = (text: string) => {
    const row = lines.findIndex((line) => line.includes(text));
    return map.findEntry(row, lines[row]?.indexOf(text) ?? -1);
  };
  expect(findSourceOf('No IP addresses on this account.')).toMatchObject({
    originalSource: '../src/commands/ip/list.ts',
  });
  // This text is part of the library commander, so the source map must not attribute it to a file of this repository.
  expect(findSourceOf('Did you mean')).toEqual({
    generatedLine: expect.any(Number),
    generatedColumn: expect.any(Number),
  });
});
