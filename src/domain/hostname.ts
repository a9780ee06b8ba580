import { domainToASCII } from 'node:url';
import { UsageError } from '../core/errors.ts';
import { isAddress } from './address.ts';

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * A fully qualified hostname in the spelling that is sent (T-14): lower case, no trailing dot, international names as
 * `xn--`. At least two labels of 1 to 63 letters, digits and hyphens, 253 characters in all.
 * @throws UsageError that says which rule the text breaks
 */
export function parseHostname(text: string): string {
  const refuse = (why: string): never => {
    throw new UsageError(
      `'${text}' is not a hostname: ${why}.`,
      'Give a fully qualified domain name, such as mail.example.com.',
      'PTR_RECORD_INVALID',
    );
  };
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  if (bare === '') refuse('it is empty');
  if (isAddress(bare.replace(/^\[|\]$/g, ''))) refuse('it is an IP address');
  const ascii = /^[\x20-\x7e]+$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare);
  if (ascii === '') refuse('it has characters that a hostname cannot have');
  if (ascii.length > 253) refuse('it is longer than 253 characters');
  const labels = ascii.split('.');
  if (labels.length < 2) refuse('it has no domain');
  const bad = labels.find((label) => !LABEL.test(label));
  if (bad === '') refuse('two dots follow one another');
  if (bad !== undefined)
    refuse(bad.length > 63 ? 'a label is longer than 63 characters' : `'${bad}' is not a valid label`);
  if (/^\d+$/.test(labels.at(-1) ?? '')) refuse('its last label is a number');
  return ascii;
}

/** Whether parseHostname() takes it. */
export function isHostname(text: string): boolean {
  try {
    parseHostname(text);
    return true;
  } catch {
    return false;
  }
}
