import { Option } from 'commander';
import { UsageError } from '../../errors.ts';

/** @throws UsageError, once parsed, for anything but IPv4, IPv6, 4 and 6 */
export function familyOption(description: string): Option {
  return new Option('--family <family>', `${description}: IPv4 or IPv6`).argParser((text) => {
    const family = /^(?:ipv)?([46])$/i.exec(text)?.[1];
    if (family) return `IPv${family}`;
    throw new UsageError(`Unknown address family '${text}'.`, 'Known families: IPv4, IPv6');
  });
}
