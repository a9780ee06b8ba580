import { InvalidArgumentError } from 'commander';
import type { ArgumentSpec, OptionSpec } from '../../app/command.ts';
import { withHelpHeading } from '../../app/command.ts';
import { UsageError } from '../../core/errors.ts';
import type { AddressPredicate, ServerPredicate } from '../../domain/completion-predicates.ts';
import { parseHostname } from '../../domain/hostname.ts';
import { parseMac } from '../../domain/mac.ts';

/** The forms in which the user can name a server. */
const SERVER_DESCRIPTION = 'title, hostname, UUID or UUID prefix, or `self` for this machine';

export function createFloatingIpArgument(addresses: AddressPredicate): ArgumentSpec {
  return { name: '<address>', description: 'a floating IP', source: { addresses } };
}

export function createAddressesArgument(kind: string, addresses: AddressPredicate): ArgumentSpec {
  const description = `${kind}, or - to read them from standard input, one per line`;
  return { name: '<address...>', description, source: { addresses } };
}

/**
 * Returns an option for a server.
 * @param purpose what the server is for; help shows it before the forms in which a server can be named
 * @param servers the servers that completion and prompts offer
 */
export function createServerOption(
  flags: `--${string} <server>`,
  purpose: string,
  servers: 'any' | ServerPredicate,
  rest: Partial<OptionSpec> = {},
): OptionSpec {
  const source = servers === 'any' ? 'server' : { servers };
  return {
    flags,
    description: purpose === '' ? SERVER_DESCRIPTION : `${purpose}: ${SERVER_DESCRIPTION}`,
    source,
    ...rest,
  };
}

export const dryRunOption: OptionSpec = {
  flags: '--dry-run',
  description: 'show the requests that would be sent, and change nothing',
};

export const bulkOptions: readonly OptionSpec[] = withHelpHeading('Several addresses:', [
  {
    flags: '--concurrency <n>',
    description: 'how many requests to send at the same time, from 1 to 16',
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
    description: 'the index of the interface, if the server has several public IPv4 interfaces',
    parse: parseInterfaceIndex,
    source: { interfacesOf: ['server', 'to'] },
    askedUnless: ['mac'],
    question: 'Which interface?',
  },
  { flags: '--mac <mac>', description: 'the MAC address of the interface', parse: parseMac },
];

/** Parses the index of an interface. Throws InvalidArgumentError. */
export function parseInterfaceIndex(text: string): number {
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
export function createFamilyOption(description: string, rest: Partial<OptionSpec> = {}): OptionSpec {
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
export function createZoneOption(description: string, rest: Partial<OptionSpec> = {}): OptionSpec {
  return { flags: '--zone <zone>', description, source: 'zone', parse: parseZone, ...rest };
}

function parseZone(text: string): string {
  if (text.trim() !== '') return text.trim().toLowerCase();
  throw new UsageError('--zone is empty.', 'Give a zone such as fi-hel2, or leave out --zone.');
}
