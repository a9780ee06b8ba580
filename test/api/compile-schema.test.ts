import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { compileSchema, INVALID } from '../../src/api/compile-schema.ts';
import * as apiSchemas from '../../src/api/schema.ts';

interface SchemaParts {
  readonly type: string;
  readonly options?: readonly string[];
  readonly wrapped?: SchemaParts;
  readonly item?: SchemaParts;
  readonly entries?: Readonly<Record<string, SchemaParts>>;
}

const text = fc.constantFrom(
  '192.0.2.10',
  '2001:db8::1',
  '2001:db8:0:0:1:2:3:4',
  '1::2::3',
  'fi-hel1',
  'EUR',
  'yes',
  '',
);
const anyValue = fc.oneof(text, fc.constantFrom(null, 0, 2.5, true, [], {}, [null]), fc.jsonValue({ maxDepth: 2 }));
const unknownKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'labels', '0');

/** Generates values that match a schema, except for a few random parts. */
function createNearlyValidValue(schema: SchemaParts): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: createValidValue(schema) }, { weight: 1, arbitrary: anyValue });
}

function createValidValue({ type, options, wrapped, item, entries }: SchemaParts): fc.Arbitrary<unknown> {
  if (type === 'number') return fc.oneof(fc.integer(), fc.double());
  if (options) return fc.constantFrom(...options);
  if (wrapped) return fc.oneof(createNearlyValidValue(wrapped), fc.constant(null));
  if (item) return fc.array(createNearlyValidValue(item), { maxLength: 3 });
  if (!entries) return text;
  const isRequired = (entry: SchemaParts) => !entry.wrapped;
  const requiredKeys = Object.keys(entries).filter((name) => isRequired(entries[name] as SchemaParts));
  const fields = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, createNearlyValidValue(entry)]),
  );
  return fc
    .tuple(fc.record(fields, { requiredKeys }), fc.dictionary(unknownKey, anyValue, { maxKeys: 2 }))
    .map(([known, unknown]) => ({ ...known, ...unknown }));
}

/** Features that no schema of the API uses today. */
const otherSchema = v.looseObject({
  optional: v.optional(v.string()),
  optionalWithDefault: v.optional(v.string(), 'EUR'),
  nullable: v.nullable(v.string()),
  nullishWithoutDefault: v.nullish(v.string()),
  withFallback: v.fallback(v.string(), 'fi-hel1'),
  withLength: v.pipe(v.string(), v.maxLength(7)),
  withFallbackInList: v.nullish(v.array(v.fallback(v.picklist(['yes', 'no']), 'no')), []),
});

const schemas = Object.entries({ ...apiSchemas, otherSchema }).flatMap(([name, value]) =>
  'kind' in value ? [{ name, schema: value as v.GenericSchema & SchemaParts }] : [],
);

test.each(schemas)('$name converts and rejects the same values as valibot', ({ schema }) => {
  const convert = compileSchema(schema);
  let valid = 0;
  fc.assert(
    fc.property(
      createNearlyValidValue(schema).map((value) => JSON.stringify(value)),
      (json) => {
        const expected = v.safeParse(schema, JSON.parse(json));
        const converted = convert(JSON.parse(json));
        if (expected.success) {
          valid += 1;
          expect(converted).toStrictEqual(expected.output);
          expect(JSON.stringify(converted), 'the order of the keys').toBe(JSON.stringify(expected.output));
        } else expect(converted).toBe(INVALID);
      },
    ),
    { numRuns: 500 },
  );
  expect(valid).toBeGreaterThan(10);
});
