import { describe, expect, test } from 'vitest';
import { removeDeeplyNestedValues } from '../../src/api/nesting.ts';
import { startApiServer } from '../api-server.ts';
import { upc } from '../fixture.ts';

const createNestedJson = (levels: number, kind: 'array' | 'object'): string =>
  kind === 'array' ? `${'['.repeat(levels)}1${']'.repeat(levels)}` : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const countLevels = (value: unknown): number => {
  let levels = 0;
  for (let at = value; typeof at === 'object' && at !== null; at = Object.values(at)[0]) levels += 1;
  return levels;
};

describe('T-12 values that are nested deeper than 100 levels', () => {
  test.each([
    ['array', 99, false],
    ['array', 100, false],
    ['array', 101, true],
    ['array', 100_000, true],
    ['object', 100, false],
    ['object', 101, true],
    ['object', 100_000, true],
  ] as const)('%s of %i levels is cut: %s', (kind, levels, isCut) => {
    const value: unknown = JSON.parse(createNestedJson(levels, kind));
    expect(removeDeeplyNestedValues(value)).toBe(isCut);
    expect(countLevels(value)).toBe(Math.min(100, levels));
  });

  test('are left out, and their siblings stay', () => {
    const createDeepObject = (levels: number): unknown =>
      JSON.parse(`${'{"a":'.repeat(levels)}{"x":1,"y":[],"z":2}${'}'.repeat(levels)}`);
    const findInnermostObject = (value: unknown): unknown => {
      let at = value as { a?: unknown };
      while (at.a !== undefined) at = at.a as { a?: unknown };
      return at;
    };
    const value = createDeepObject(99);
    expect(removeDeeplyNestedValues(value)).toBe(true);
    expect(findInnermostObject(value)).toEqual({ x: 1, z: 2 });
    const list: unknown = JSON.parse(`${'['.repeat(100)}1,[2],"x",{},null${']'.repeat(100)}`);
    expect(removeDeeplyNestedValues(list)).toBe(true);
    expect(JSON.stringify(list)).toBe(`${'['.repeat(100)}1,"x",null${']'.repeat(100)}`);
  });

  test.each([null, 1, 'text', [], {}, [{}]])('%j has none', (value) => {
    expect(removeDeeplyNestedValues(value)).toBe(false);
  });
});

const ip = '{"access":"public","address":"192.0.2.77","family":"IPv4","floating":"yes","zone":"fi-hel2"';
const createAddressJsonWithDeepField = (kind: 'array' | 'object') =>
  `{"ip_address":${ip},"news":${createNestedJson(100_000, kind)}}}`;

describe.each(['array', 'object'] as const)('T-18, T-12 an unknown field that is an %s of 100,000 levels', (kind) => {
  test.each([
    ['-q', '192.0.2.77\n'],
    ['', '192.0.2.77'],
    ['-o json', '"address": "192.0.2.77"'],
    ['-o ndjson', '"address":"192.0.2.77"'],
    ['-o yaml', 'address: 192.0.2.77'],
    ['-o csv', '192.0.2.77'],
  ])('does not hide a created address: %s', async (options, expected) => {
    const { env, changes } = await startApiServer({
      'GET /ip_address': { body: { ip_addresses: { ip_address: [] } } },
      'GET /zone': { body: { zones: { zone: [{ id: 'fi-hel2', description: 'Helsinki #2', public: 'yes' }] } } },
      'POST /ip_address': { status: 201, text: createAddressJsonWithDeepField(kind) },
    });
    const { code, out, err } = await upc(`ip float create --zone fi-hel2 ${options}`, { env });
    expect({ code, changes }).toEqual({ code: 0, changes: ['POST /ip_address'] });
    expect(out).toContain(expected);
    expect(err).toContain(
      'Warning: The response has values that are nested deeper than 100 levels. They are left out.',
    );
  });

  test('is left out of a list and of an error of the API', async () => {
    const { env } = await startApiServer({
      'GET /ip_address': { text: `{"ip_addresses":{"ip_address":[${ip},"news":${createNestedJson(100_000, kind)}}]}}` },
      'GET /ip_address/192.0.2.77': {
        status: 404,
        text: `{"type":"x#ERROR_IP_ADDRESS_NOT_FOUND","title":"No.","invalid_params":[{"name":${createNestedJson(100_000, kind)},"reason":1}]}`,
      },
    });
    const { code, out } = await upc('ip list --json', { env });
    expect({ code, address: JSON.parse(out)[0].address }).toEqual({ code: 0, address: '192.0.2.77' });
    expect((await upc('ip show 192.0.2.77', { env })).code).toBe(5);
  });
});
