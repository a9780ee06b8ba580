/** Reads the attributes of a network interface in a request. */
import type { Access, Family, YesNo } from '../state.ts';
import { rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readChoice, readIPv4, readObject, readObjects, readText, readWholeNumber } from './body.ts';

export interface RequestedAddress {
  readonly family: Family;
  /** The requested address. For an interface, a client can request a specific address only in a private network. */
  readonly address: string | undefined;
}

export interface RequestedInterface {
  readonly type: Access;
  readonly index: number | undefined;
  /** The UUID of an SDN network. Undefined on a public or utility interface, whose network is determined by the zone. */
  readonly network: string | undefined;
  readonly bootable: YesNo;
  readonly source_ip_filtering: YesNo;
  readonly addresses: readonly RequestedAddress[];
}

/** Returns a request for an interface with one address and default settings. */
export function createInterfaceRequest(type: Access, family: Family): RequestedInterface {
  const addresses = [{ family, address: undefined }];
  return { type, index: undefined, network: undefined, bootable: 'no', source_ip_filtering: 'yes', addresses };
}

const MAX_INTERFACE_INDEX = 24;

export function readInterfaceRequest(fields: BodyFields): RequestedInterface {
  const type = readChoice(fields, 'type', ['public', 'utility', 'private']) ?? rejectMissingAttribute('type');
  return {
    type,
    index: readInterfaceIndex(fields),
    network: type === 'private' ? (readText(fields, 'network') ?? rejectMissingAttribute('network')) : undefined,
    bootable: readChoice(fields, 'bootable', ['yes', 'no']) ?? 'no',
    source_ip_filtering: readChoice(fields, 'source_ip_filtering', ['yes', 'no']) ?? 'yes',
    addresses: readRequestedAddresses(fields, type) ?? rejectMissingAttribute('ip_addresses'),
  };
}

export function readInterfaceIndex(fields: BodyFields): number | undefined {
  const index = readWholeNumber(fields, 'index');
  return index === undefined || (index >= 1 && index <= MAX_INTERFACE_INDEX) ? index : rejectInvalidAttribute('index');
}

/** Reads the addresses of an interface; returns undefined if the request names none. */
export function readRequestedAddresses(fields: BodyFields, type: Access): readonly RequestedAddress[] | undefined {
  const list = readObject(fields, 'ip_addresses');
  if (!list || list.ip_address === null) return undefined;
  const requested = readObjects(list, 'ip_address') ?? rejectMissingAttribute('ip_address');
  if (requested.length === 0) rejectMissingAttribute('ip_address');
  return requested.map((it) => readRequestedAddress(it, type));
}

/** Reads a requested address. Rejects IPv6 on utility and SDN networks. */
export function readRequestedAddress(fields: BodyFields, type: Access): RequestedAddress {
  const family = readChoice(fields, 'family', ['IPv4', 'IPv6']) ?? 'IPv4';
  if (type !== 'public' && family === 'IPv6') rejectInvalidAttribute('family');
  const named = fields.address !== undefined && fields.address !== '';
  return { family, address: named && type === 'private' ? readIPv4(fields, 'address') : undefined };
}
