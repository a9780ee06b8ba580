/** `POST /ip_address`: one operation of the API, two of the documentation. */
import type { Access, Family, ReleasePolicy } from '../state.ts';
import { classic, invalid } from './api-error.ts';
import { assignRegular } from './assign.ts';
import { choice, ipv4Field, macField, onlyKnown, text, wrapped } from './body.ts';
import { createFloating } from './float.ts';
import { addressBody } from './present.ts';
import { parseUuid } from './syntax.ts';

/** The request, its text checked and its defaults filled in (R-ASG-1), but nothing looked up yet. */
export interface Wish {
  readonly access: Exclude<Access, 'private'>;
  readonly family: Family;
  readonly floating: boolean;
  readonly address: string | undefined;
  readonly server: string | undefined;
  readonly mac: string | undefined;
  readonly zone: string | undefined;
  readonly release_policy: ReleasePolicy | undefined;
}

const KNOWN = ['access', 'address', 'family', 'floating', 'mac', 'release_policy', 'server', 'zone'];

export const createAddress = classic((state, account, input, env) => {
  const wish = readWish(input.body);
  const made = wish.floating ? createFloating(state, account, wish) : assignRegular(state, account, wish, env);
  return { state: made.state, answer: { status: 201, body: { ip_address: addressBody(made.state, made.address) } } };
});

/** R-ASG-1, R-ASG-10. */
function readWish(body: unknown): Wish {
  const fields = wrapped(body, 'ip_address');
  onlyKnown(fields, KNOWN);
  const wish: Wish = {
    access: choice(fields, 'access', ['public', 'utility']) ?? 'public',
    family: choice(fields, 'family', ['IPv4', 'IPv6']) ?? 'IPv4',
    floating: choice(fields, 'floating', ['yes', 'no']) === 'yes',
    address: ipv4Field(fields, 'address'),
    server: text(fields, 'server'),
    mac: macField(fields) ?? undefined,
    zone: text(fields, 'zone'),
    release_policy: choice(fields, 'release_policy', ['keep', 'release']),
  };
  if (wish.server !== undefined && !parseUuid(wish.server)) invalid('server');
  if (!wish.floating) needsRegularKind(wish);
  return wish;
}

function needsRegularKind({ access, family, address }: Wish): void {
  if (access === 'utility' && family !== 'IPv4') invalid('family');
  // R-ASG-7: an address can be chosen for IPv4 only.
  if (family === 'IPv6' && address !== undefined) invalid('address');
}
