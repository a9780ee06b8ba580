/** `POST /ip_address`: one operation of the API, two of the documentation. */
import { classic, invalid } from './api-error.ts';
import { assignRegular } from './assign.ts';
import { choice, ipv4Field, macField, onlyKnown, text, wrapped } from './body.ts';
import { createFloating } from './float.ts';
import { addressBody } from './present.ts';
import type { AddressRequest } from './requested-address.ts';
import { parseUuid } from './syntax.ts';

const KNOWN = ['access', 'address', 'family', 'floating', 'mac', 'release_policy', 'server', 'zone'];

export const createAddress = classic((state, account, input, env) => {
  const requested = readAddressRequest(input.body);
  const made = requested.floating
    ? createFloating(state, account, requested)
    : assignRegular(state, account, requested, env);
  return { state: made.state, answer: { status: 201, body: { ip_address: addressBody(made.state, made.address) } } };
});

/** R-ASG-1, R-ASG-10. */
function readAddressRequest(body: unknown): AddressRequest {
  const fields = wrapped(body, 'ip_address');
  onlyKnown(fields, KNOWN);
  const requested: AddressRequest = {
    access: choice(fields, 'access', ['public', 'utility']) ?? 'public',
    family: choice(fields, 'family', ['IPv4', 'IPv6']) ?? 'IPv4',
    floating: choice(fields, 'floating', ['yes', 'no']) === 'yes',
    address: ipv4Field(fields, 'address'),
    server: text(fields, 'server'),
    mac: macField(fields) ?? undefined,
    zone: text(fields, 'zone'),
    release_policy: choice(fields, 'release_policy', ['keep', 'release']),
  };
  if (requested.server !== undefined && !parseUuid(requested.server)) invalid('server');
  if (!requested.floating) needsRegularKind(requested);
  return requested;
}

function needsRegularKind({ access, family, address }: AddressRequest): void {
  if (access === 'utility' && family !== 'IPv4') invalid('family');
  // R-ASG-7: an address can be chosen for IPv4 only.
  if (family === 'IPv6' && address !== undefined) invalid('address');
}
