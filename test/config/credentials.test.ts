import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAuthorizationHeader, listSecretsInHeader } from '../../src/config/credentials.ts';

/**
 * Returns a secret in each encoding in which a server may send it back: plain, in a URL, in a form, in JSON and in
 * base64.
 */
const listEncodedForms = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  encodeURI(secret),
  new URLSearchParams({ s: secret }).toString().slice('s='.length),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replaceAll('=', ''),
  Buffer.from(secret).toString('base64url'),
];
const sortUnique = (all: readonly string[]) => [...new Set(all)].sort();

/** Generates usernames and passwords. Some contain colons and spaces, which separate the parts of an Authorization header. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...': "\\/+%ü'), fc.string({ unit: 'grapheme' })),
  minLength: 1,
});

describe('T-9 the secrets of a header', () => {
  test('are the token, in any form', () => {
    const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
    const token = fc.oneof(
      fc.string({ unit: fc.constantFrom(...visible), minLength: 1 }),
      fc.constantFrom('a:b', 'Basic', 'dXNlcjpwYXNz'),
    );
    fc.assert(
      fc.property(token, (one) => {
        const secrets = listSecretsInHeader(createAuthorizationHeader({ token: one }));
        expect(sortUnique(secrets)).toEqual(sortUnique(listEncodedForms(one)));
      }),
    );
  });

  test('are the password without the username, and both as sent', () => {
    const username = text.filter((one) => !one.includes(':'));
    fc.assert(
      fc.property(username, text, (user, password) => {
        const sent = Buffer.from(`${user}:${password}`).toString('base64');
        const secrets = listSecretsInHeader(createAuthorizationHeader({ username: user, password }));
        expect(sortUnique(secrets)).toEqual(sortUnique([sent, ...listEncodedForms(password)]));
      }),
    );
  });
});
