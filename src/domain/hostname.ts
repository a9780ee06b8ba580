import { domainToASCII } from 'node:url';
import { removeBrackets } from '../core/brackets.ts';
import { UsageError } from '../core/errors.ts';
import { isAddress } from './address.ts';

const HOSTNAME_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * Parses a fully qualified hostname into the spelling that requests use (T-14): lower case, no trailing dot, international
 * names as `xn--`. The hostname has at least two labels of 1 to 63 letters, digits and hyphens, and at most 253 characters.
 * @throws UsageError that names the rule that the text breaks
 */
export function parseHostname(text: string): string {
  const reject = (why: string): never => {
    throw new UsageError(
      `'${text}' is not a hostname: ${why}.`,
      'Give a fully qualified domain name, such as mail.example.com.',
      'PTR_RECORD_INVALID',
    );
  };
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  if (bare === '') reject('it is empty');
  if (isAddress(removeBrackets(bare))) reject('it is an IP address');
  const ascii = /^[\x20-\x7e]+$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare);
  if (ascii === '') reject('it contains characters that are not allowed in a hostname');
  if (ascii.length > 253) reject('it is longer than 253 characters');
  const labels = ascii.split('.');
  if (labels.length < 2) reject('it has no domain');
  const bad = labels.find((label) => !HOSTNAME_LABEL.test(label));
  if (bad === '') reject('it contains two dots in a row');
  if (bad !== undefined)
    reject(bad.length > 63 ? 'a label is longer than 63 characters' : `'${bad}' is not a valid label`);
  if (/^\d+$/.test(labels.at(-1) ?? '')) reject('its last label is a number');
  return ascii;
}

/** Returns whether parseHostname() accepts the text. */
export function isHostname(text: string): boolean {
  try {
    parseHostname(text);
    return true;
  } catch {
    return false;
  }
}
