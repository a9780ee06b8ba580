/** The zones of the real service, and their address ranges in the sandbox. */
import type { Zone } from './state.ts';

interface ZoneEntry {
  readonly id: string;
  readonly description: string;
  /**
   * The number that identifies the zone in utility addresses, IPv6 prefixes and network UUIDs. Never change a number: saved
   * states contain values that are derived from it.
   */
  readonly number: number;
  /** The /24 network of the zone's public IPv4 addresses. It is reserved for documentation and tests. */
  readonly prefix: string;
}

/** The zones in the order of `GET /zone`, which sorts zones by id. */
const ZONE_ENTRIES: readonly ZoneEntry[] = [
  { id: 'au-syd1', description: 'Sydney #1', number: 15, prefix: '198.19.15' },
  { id: 'de-fra1', description: 'Frankfurt #1', number: 2, prefix: '198.51.100' },
  { id: 'dk-cph1', description: 'Copenhagen #1', number: 8, prefix: '198.19.8' },
  { id: 'es-mad1', description: 'Madrid #1', number: 4, prefix: '203.0.113' },
  { id: 'fi-hel1', description: 'Helsinki #1', number: 5, prefix: '198.19.5' },
  { id: 'fi-hel2', description: 'Helsinki #2', number: 1, prefix: '192.0.2' },
  { id: 'nl-ams1', description: 'Amsterdam #1', number: 3, prefix: '203.0.113' },
  { id: 'no-svg1', description: 'Stavanger #1', number: 9, prefix: '198.19.9' },
  { id: 'pl-waw1', description: 'Warsaw #1', number: 6, prefix: '198.19.6' },
  { id: 'se-sto1', description: 'Stockholm #1', number: 7, prefix: '198.19.7' },
  { id: 'sg-sin1', description: 'Singapore #1', number: 14, prefix: '198.19.14' },
  { id: 'uk-lon1', description: 'London #1', number: 10, prefix: '198.19.10' },
  { id: 'us-chi1', description: 'Chicago #1', number: 11, prefix: '198.19.11' },
  { id: 'us-nyc1', description: 'New York #1', number: 12, prefix: '198.19.12' },
  { id: 'us-sjo1', description: 'San Jose #1', number: 13, prefix: '198.19.13' },
];

/**
 * Returns all zones, with all their addresses free. Madrid has only one address, so that users can test a zone without free
 * addresses.
 */
export function listZones(): readonly Zone[] {
  return ZONE_ENTRIES.map(({ id, description, number, prefix }) => ({
    id,
    description,
    number,
    pool: {
      public: id === 'es-mad1' ? [`${prefix}.250`] : createHundredAddresses((at) => `${prefix}.${at}`),
      utility: createHundredAddresses((at) => `10.${number}.8.${at}`),
    },
    public_range: `${prefix}.0/24`,
    ipv6_prefix: `2001:db8:${number.toString(16)}:1`,
    prices: { ipv4_address: 0.336, server_core: 1.302 },
  }));
}

function createHundredAddresses(spell: (at: number) => string): string[] {
  return Array.from({ length: 100 }, (_, at) => spell(at + 100));
}
