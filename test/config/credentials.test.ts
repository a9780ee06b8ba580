import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorization, secretsOf } from '../../src/config/credentials.ts';

/** A secret as a server may send it back: as it is, in a URL, in a form, in JSON, in base64. */
const forms = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  encodeURI(secret),
  new URLSearchParams({ s: secret }).toString().slice('s='.length),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replaceAll('=', ''),
  Buffer.from(secret).toString('base64url'),
];
const sorted = (all: readonly string[]) => [...new Set(all)].sort();

/** Colons and blanks are what the header itself is cut at. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...': "\\/+%ü'), fc.string({ unit: 'grapheme' })),
  minLength: 1,
});

describe('T-9 what of a header is hidden', () => {
  test('is the token, whatever it looks like', () => {
    const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
    const token = fc.oneof(
      fc.string({ unit: fc.constantFrom(...visible), minLength: 1 }),
      fc.constantFrom('a:b', 'Basic', 'dXNlcjpwYXNz'),
    );
    fc.assert(
      fc.property(token, (one) => {
        const secrets = secretsOf(authorization({ token: one }));
        expect(sorted(secrets)).toEqual(sorted(forms(one)));
      }),
    );
  });

  test('is the password without the user name, and both as they are sent', () => {
    const username = text.filter((one) => !one.includes(':'));
    fc.assert(
      fc.property(username, text, (user, password) => {
        const sent = Buffer.from(`${user}:${password}`).toString('base64');
        const secrets = secretsOf(authorization({ username: user, password }));
        expect(sorted(secrets)).toEqual(sorted([sent, ...forms(password)]));
      }),
    );
  });
});
