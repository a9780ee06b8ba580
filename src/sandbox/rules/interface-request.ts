/** Reads the attributes of a network interface in a request. */
import type { Access, Family, YesNo } from '../state.ts';
import { invalid, missing } from './api-error.ts';
import { choice, type Fields, ipv4Field, object, objects, text, wholeNumber } from './body.ts';

export interface RequestedAddress {
  readonly family: Family;
  /** Only on a private network. */
  readonly address: string | undefined;
}

export interface RequestedInterface {
  readonly type: Access;
  readonly index: number | undefined;
  /** The UUID of an SDN network; the zone determines public and utility networks. */
  readonly network: string | undefined;
  readonly bootable: YesNo;
  readonly source_ip_filtering: YesNo;
  readonly addresses: readonly RequestedAddress[];
}

/** Returns a request for an interface with one address and default settings. */
export function plainInterface(type: Access, family: Family): RequestedInterface {
  const addresses = [{ family, address: undefined }];
  return { type, index: undefined, network: undefined, bootable: 'no', source_ip_filtering: 'yes', addresses };
}

const MAX_INDEX = 24;

export function readInterface(fields: Fields): RequestedInterface {
  const type = choice(fields, 'type', ['public', 'utility', 'private']) ?? missing('type');
  return {
    type,
    index: indexField(fields),
    network: type === 'private' ? (text(fields, 'network') ?? missing('network')) : undefined,
    bootable: choice(fields, 'bootable', ['yes', 'no']) ?? 'no',
    source_ip_filtering: choice(fields, 'source_ip_filtering', ['yes', 'no']) ?? 'yes',
    addresses: readAddresses(fields, type) ?? missing('ip_addresses'),
  };
}

export function indexField(fields: Fields): number | undefined {
  const index = wholeNumber(fields, 'index');
  return index === undefined || (index >= 1 && index <= MAX_INDEX) ? index : invalid('index');
}

/** Reads the addresses of an interface; returns undefined if the request names none. */
export function readAddresses(fields: Fields, type: Access): readonly RequestedAddress[] | undefined {
  const list = object(fields, 'ip_addresses');
  if (!list || list.ip_address === null) return undefined;
  const requested = objects(list, 'ip_address') ?? missing('ip_address');
  if (requested.length === 0) missing('ip_address');
  return requested.map((it) => readAddress(it, type));
}

/** Reads an address; utility and SDN networks are IPv4 only. */
export function readAddress(fields: Fields, type: Access): RequestedAddress {
  const family = choice(fields, 'family', ['IPv4', 'IPv6']) ?? 'IPv4';
  if (type !== 'public' && family === 'IPv6') invalid('family');
  const named = fields.address !== undefined && fields.address !== '';
  return { family, address: named && type === 'private' ? ipv4Field(fields, 'address') : undefined };
}
