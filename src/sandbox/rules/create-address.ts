/** `POST /ip_address`: assigns a regular address or creates a floating IP. */
import { defineRule, rejectInvalidAttribute } from './api-error.ts';
import { assignRegularAddress } from './assign.ts';
import { readChoice, readIPv4, readMac, readText, rejectUnknownAttributes, unwrapBody } from './body.ts';
import { createFloatingIp } from './float.ts';
import { toAddressBody } from './present.ts';
import type { AddressRequest } from './requested-address.ts';
import { parseUuid } from './syntax.ts';

const KNOWN_ATTRIBUTES = ['access', 'address', 'family', 'floating', 'mac', 'release_policy', 'server', 'zone'];

export const createAddress = defineRule((state, account, request, env) => {
  const requested = readAddressRequest(request.body);
  const made = requested.floating
    ? createFloatingIp(state, account, requested)
    : assignRegularAddress(state, account, requested, env);
  return {
    state: made.state,
    response: { status: 201, body: { ip_address: toAddressBody(made.state, made.address) } },
  };
});

/** Reads the request and fills in its defaults (R-ASG-1, R-ASG-10). */
function readAddressRequest(body: unknown): AddressRequest {
  const fields = unwrapBody(body, 'ip_address');
  rejectUnknownAttributes(fields, KNOWN_ATTRIBUTES);
  const requested: AddressRequest = {
    access: readChoice(fields, 'access', ['public', 'utility']) ?? 'public',
    family: readChoice(fields, 'family', ['IPv4', 'IPv6']) ?? 'IPv4',
    floating: readChoice(fields, 'floating', ['yes', 'no']) === 'yes',
    address: readIPv4(fields, 'address'),
    server: readText(fields, 'server'),
    mac: readMac(fields) ?? undefined,
    zone: readText(fields, 'zone'),
    release_policy: readChoice(fields, 'release_policy', ['keep', 'release']),
  };
  if (requested.server !== undefined && !parseUuid(requested.server)) rejectInvalidAttribute('server');
  if (!requested.floating) assertAccessAndFamilyFit(requested);
  return requested;
}

function assertAccessAndFamilyFit({ access, family, address }: AddressRequest): void {
  if (access === 'utility' && family !== 'IPv4') rejectInvalidAttribute('family');
  // A client can request a specific address only for IPv4 (R-ASG-7).
  if (family === 'IPv6' && address !== undefined) rejectInvalidAttribute('address');
}
