import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeed } from '../../src/sandbox/seeds.ts';
import { findStateDamage } from '../../src/sandbox/state-shape.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { upc } from '../fixture.ts';

type JsonPath = readonly (string | number)[];

/** Returns the paths of all members of a value, at any depth. */
function listPaths(value: unknown, path: JsonPath = []): JsonPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => listPaths(one, [...path, key]))].filter(
    ({ length }) => length > 0,
  );
}

/**
 * Returns a copy of the demo state. In it, the member at the path is replaced by `put`, or removed if `put` is
 * undefined.
 */
function damageState(path: JsonPath, put: unknown): unknown {
  const copy: unknown = structuredClone(createSeed('demo'));
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  const last = path.at(-1) ?? '';
  if (Array.isArray(at) && put === undefined) at.splice(Number(last), 1);
  else if (put === undefined) delete at[last];
  else at[last] = put;
  return copy;
}

test.each(['demo', 'empty', 'large:100'])('the seed %s is not damaged', (name) => {
  expect(findStateDamage(createSeed(name))).toBe(undefined);
  expect(findStateDamage(JSON.parse(JSON.stringify(createSeed(name))))).toBe(undefined);
});

test('the place of the damage is named', () => {
  expect(findStateDamage(damageState(['servers', 0, 'title'], undefined))).toBe('servers.0.title');
  expect(findStateDamage(damageState(['addresses', 1, 'mac'], 'da:45:c4:00:00:00'))).toBe('addresses.1');
  expect(findStateDamage(damageState(['zones', 0, 'pool'], []))).toMatch(/^zones\.0\.pool/);
});

test("a file that is damaged anywhere is the file's fault, and never one of the API", { timeout: 60_000 }, async () => {
  const places = listPaths(createSeed('demo'));
  const folder = createTemporaryFolder();
  mkdirSync(join(folder, 'box'), { mode: 0o700 });
  const env = { UPC_SANDBOX_DIR: join(folder, 'box') };
  const damage = fc.tuple(fc.constantFrom(...places), fc.constantFrom(undefined, null, 7, 'x', [], {}));
  await fc.assert(
    fc.asyncProperty(damage, async ([path, put]) => {
      writeFileSync(
        join(folder, 'box', 'sandbox.json'),
        JSON.stringify({ revision: 'x', state: damageState(path, put) }),
      );
      for (const line of ['ip tree --sandbox', 'ip float move 192.0.2.50 --to web-2 --sandbox']) {
        const { code, err } = await upc(line, { env });
        expect([path, put, err]).not.toEqual([path, put, expect.stringMatching(/internal error|fault|INTERNAL/i)]);
        if (code === 3) expect(err).toContain('Run `upc sandbox reset` to create a new one.');
      }
    }),
    { numRuns: 40 },
  );
});
