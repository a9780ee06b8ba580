import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderYaml } from '../../src/output/yaml.ts';

/** Text of which YAML could read a part as a number, a date, a boolean, a comment or the end of the document. */
const ambiguousText = fc.oneof(
  fc.string({ unit: 'grapheme-ascii' }),
  fc.string({ unit: fc.constantFrom(...'-.:#?!&*%@`|>{}[],"\' 0123456789_~ on exa fb') }),
  fc.constantFrom(
    'no',
    'Yes',
    'on',
    'y',
    'null',
    '~',
    'true',
    '12:34:56:12:34:56',
    '2026-11-26',
    '1e3',
    '---',
    '...',
    '<<',
    '=',
  ),
  fc.ipV4(),
  fc.ipV6(),
  fc.uuid(),
);
const scalar = fc.oneof(
  ambiguousText,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const key = fc.oneof(fc.constantFrom('address', 'zone', 'no', 'y', 'true', 'null', 'server_title'), ambiguousText);

test('a list of flat objects is the same as from the library, whatever the values look like', () => {
  const record = fc.dictionary(key, scalar, { maxKeys: 5 });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (records) => {
      const options = { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
      expect([...renderYaml(records)].join('')).toBe(stringify(records, options));
    }),
    { numRuns: 3_000 },
  );
});
