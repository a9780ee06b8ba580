import { stringify } from 'yaml';
import { sanitize } from '../core/sanitize.ts';

const isSafe = (text: string): boolean => sanitize(text) === text;

/**
 * Renders a value as one YAML document, a list item by item. Many parsers still use YAML 1.1, so strings that it reads as
 * another type (yes, no, a MAC address of digits) are quoted. Control characters are escaped as in JSON, which keeps the value
 * exact (T-13).
 */
export function* renderYaml(value: unknown): Generator<string> {
  if (!Array.isArray(value) || value.length === 0) yield toYaml(value, '');
  else for (const item of value) yield toYaml([item], '- ');
}

/** @param prefix the text before a value that is written as JSON, which is valid YAML */
function toYaml(value: unknown, prefix: '' | '- '): string {
  const text = stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
  if (text.split('\n').every(isSafe)) return text;
  const json = prefix === '' ? JSON.stringify(value, null, 2) : JSON.stringify((value as unknown[])[0]);
  return `${prefix}${json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
