import { expect, test } from 'vitest';
import { commandsByWordOfOtherTools } from '../../src/cli/suggestions.ts';
import { parseLine, splitWords, upc } from '../fixture.ts';

test.each([
  ['list', 'upc ip list'],
  ['float list', 'upc ip float list'],
  ['float list --sandbox', 'upc ip float list'],
  ['ptr set 192.0.2.10 a.example.com', 'upc ip ptr set 192.0.2.10 a.example.com'],
  ['ip attach 192.0.2.60', 'upc ip float attach <address> --server <server>'],
  ['ip rm 192.0.2.60', 'upc ip release <address…>'],
  ['ip delete', 'upc ip release <address…>'],
  ['ip remove', 'upc ip release <address…>'],
  ['ip-address list', 'upc ip list'],
  ['ip-address assign --floating', 'upc ip assign --server <server>, or upc ip float create --zone <zone>'],
  [
    'ip-address modify 192.0.2.60 --mac x',
    'upc ip float move <address> --to <server>, or upc ip ptr set <address> <hostname>',
  ],
  ['account show', 'upc whoami'],
  ['version', 'upc --version'],
  ['ip float release 192.0.2.60', 'upc ip release <address…>'],
])('upc %s is answered with %s', async (line, command) => {
  const { code, out, err } = await upc(line);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(`Did you mean: ${command}\n`);
});

test.each(Object.entries(commandsByWordOfOtherTools))('what %s suggests exists: %s', async (_typed, suggestion) => {
  for (const one of suggestion.split(/, or upc /)) {
    if (one === '--version') continue;
    const { path, command, hasUnknownWord } = await parseLine(splitWords(one));
    expect({ hasUnknownWord, isThere: command !== undefined || path.length > 0 }, one).toEqual({
      hasUnknownWord: false,
      isThere: true,
    });
  }
});

test('without a known habit, the suggestion follows the spelling', async () => {
  expect((await upc('ip lst')).err).toContain('Did you mean one of list, ls?');
  expect(await upc('nonsense')).toMatchObject({ code: 2 });
});
