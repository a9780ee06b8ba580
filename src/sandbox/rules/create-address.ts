/** `POST /ip_address`: it assigns a regular address or creates a floating IP. */
import { classic, invalid } from './api-error.ts';
import { assignRegular } from './assign.ts';
import { choice, ipv4Field, macField, onlyKnown, text, wrapped } from './body.ts';
import { createFloating } from './float.ts';
import { addressBody } from './present.ts';
import type { AddressRequest } from './requested-address.ts';
import { parseUuid } from './syntax.ts';

const KNOWN = ['access', 'address', 'family', 'floating', 'mac', 'release_policy', 'server', 'zone'];

export const createAddress = classic((state, account, request, env) => {
  const requested = readAddressRequest(request.body);
  const made = requested.floating
    ? createFloating(state, account, requested)
    : assignRegular(state, account, requested, env);
  return { state: made.state, response: { status: 201, body: { ip_address: addressBody(made.state, made.address) } } };
});

/** Reads the request and fills in its defaults (R-ASG-1, R-ASG-10). */
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
  // Only an IPv4 address can be chosen (R-ASG-7).
  if (family === 'IPv6' && address !== undefined) invalid('address');
}
