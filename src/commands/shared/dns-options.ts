import { InvalidArgumentError } from 'commander';
import type { OptionSpec } from '../../app/command.ts';
import { parseNameServer } from '../../domain/name-server.ts';

/** Returns the --resolver option. @param purpose begins the description and says when the option applies: `with --wait: ` */
export function createResolverOption(purpose = ''): OptionSpec {
  return {
    flags: '--resolver <ip[:port]>',
    description: `${purpose}query this name server instead of the name server of the system`,
    parse: parseNameServer,
  };
}

/** Parses how long to wait for DNS, in seconds. Throws InvalidArgumentError. */
export function parseWaitDuration(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,5}$/.test(text) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError(
    'Give a number of seconds from 1 to 86400. `ip ptr set` also accepts --wait without a number at the end of the command.',
  );
}
