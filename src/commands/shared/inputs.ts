import { InvalidArgumentError } from 'commander';
import type { ArgumentSpec, OptionSpec } from '../../app/command.ts';
import { underHeading } from '../../app/command.ts';
import { UsageError } from '../../core/errors.ts';
import { isDetached } from '../../domain/filter.ts';
import { parseHostname } from '../../domain/hostname.ts';
import { parseMac } from '../../domain/mac.ts';
import type { Address } from '../../domain/model.ts';

/** Describes what `<server>` accepts. */
const SERVER = 'title, hostname, UUID or UUID prefix, or self for this machine';

const isPublic = (ip: Address): boolean => ip.access === 'public';
const isMovable = (ip: Address): boolean => ip.floating === 'yes' && ip.is_delegated === 'no';

/** The kinds of addresses that completion and prompts offer. */
export const addressFilters = {
  any: () => true,
  public: isPublic,
  publicIPv4: (ip: Address) => isPublic(ip) && ip.family === 'IPv4',
  releasable: (ip: Address) => isPublic(ip) && ip.is_delegated === 'no',
  movable: isMovable,
  detached: (ip: Address) => isMovable(ip) && isDetached(ip),
  attached: (ip: Address) => isMovable(ip) && ip.server !== null,
  delegated: (ip: Address) => ip.is_delegated === 'yes',
} as const;

export function floatingArgument(addresses: (ip: Address) => boolean): ArgumentSpec {
  return { name: '<address>', description: 'a floating IP', source: { addresses } };
}

export function addressesArgument(kind: string, addresses: (ip: Address) => boolean): ArgumentSpec {
  const description = `${kind}, or - to read them from standard input, one per line`;
  return { name: '<address...>', description, source: { addresses } };
}

/** Returns an option for a server. @param purpose the role of the server; the description of `<server>` is added */
export function serverOption(
  flags: `--${string} <server>`,
  purpose: string,
  rest: Partial<OptionSpec> = {},
): OptionSpec {
  return { flags, description: purpose === '' ? SERVER : `${purpose}: ${SERVER}`, source: 'server', ...rest };
}

export const dryRunOption: OptionSpec = {
  flags: '--dry-run',
  description: 'show the requests that would be sent, and change nothing',
};

export const bulkOptions: readonly OptionSpec[] = underHeading('Several addresses:', [
  {
    flags: '--concurrency <n>',
    description: 'how many requests at a time, 1 to 16',
    parse: parseConcurrency,
    default: 4,
  },
  { flags: '--fail-fast', description: 'start no more requests after a failure' },
]);

function parseConcurrency(text: string): number {
  const n = Number(text);
  if (/^\d{1,2}$/.test(text) && n >= 1 && n <= 16) return n;
  throw new InvalidArgumentError('Give a number from 1 to 16.');
}

export const interfaceOptions: readonly OptionSpec[] = [
  {
    flags: '--interface <index>',
    description: 'the interface, if the server has several public IPv4 interfaces',
    parse: parseIndex,
  },
  { flags: '--mac <mac>', description: 'the interface by its MAC address', parse: parseMac },
];

/** Parses the index of an interface. Throws InvalidArgumentError. */
export function parseIndex(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give the index of an interface, such as 2.');
}

export const policyOption: OptionSpec = {
  flags: '--release-policy <policy>',
  description: 'what happens to the address when its server is deleted',
  choices: ['keep', 'release'],
};

export const ptrOption: OptionSpec = {
  flags: '--ptr <hostname>',
  description: 'the PTR record of the address',
  parse: parseHostname,
};

/** Returns the --family option. Its parser throws UsageError for anything but IPv4, IPv6, 4 and 6. */
export function familyOption(description: string, rest: Partial<OptionSpec> = {}): OptionSpec {
  return {
    flags: '--family <family>',
    description: `${description}: IPv4 or IPv6`,
    suggestions: ['IPv4', 'IPv6'],
    parse: parseFamily,
    ...rest,
  };
}

function parseFamily(text: string): string {
  const family = /^(?:ipv)?([46])$/i.exec(text)?.[1];
  if (family) return `IPv${family}`;
  throw new UsageError(`Unknown address family '${text}'.`, 'Known families: IPv4, IPv6');
}

/** Returns the --zone option. Its parser throws UsageError for an empty zone, for example from an unset variable. */
export function zoneOption(description: string, rest: Partial<OptionSpec> = {}): OptionSpec {
  return { flags: '--zone <zone>', description, source: 'zone', parse: parseZone, ...rest };
}

function parseZone(text: string): string {
  if (text.trim() !== '') return text.trim().toLowerCase();
  throw new UsageError('--zone is empty.', 'Give a zone such as fi-hel2, or leave out --zone.');
}
