import { Option } from 'commander';
import { UsageError } from '../../core/errors.ts';

/** @throws UsageError, once parsed, for anything but IPv4, IPv6, 4 and 6 */
export function familyOption(description: string): Option {
  return new Option('--family <family>', `${description}: IPv4 or IPv6`).argParser((text) => {
    const family = /^(?:ipv)?([46])$/i.exec(text)?.[1];
    if (family) return `IPv${family}`;
    throw new UsageError(`Unknown address family '${text}'.`, 'Known families: IPv4, IPv6');
  });
}

/** @throws UsageError, once parsed, for an empty one, such as an unset variable makes */
export function zoneOption(description: string): Option {
  return new Option('--zone <zone>', description).argParser((text) => {
    if (text.trim() !== '') return text.trim().toLowerCase();
    throw new UsageError('--zone is empty.', 'Give a zone such as fi-hel2, or leave out --zone.');
  });
}
