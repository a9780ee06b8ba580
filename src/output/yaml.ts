import { stringify } from 'yaml';
import { sanitize } from '../core/sanitize.ts';

const SAFE = (text: string): boolean => sanitize(text) === text;

/**
 * A value as one YAML document. Strings that YAML 1.1 takes for something else (yes, no, a MAC of digits) are quoted, since
 * many readers still speak it. What could drive a terminal stands in double quotes with JSON's escapes,
 * so that the value stays exact.
 */
export function renderYaml(value: unknown): string {
  const text = stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
  if (text.split('\n').every(SAFE)) return text;
  // JSON is YAML: where an escape is needed, JSON has it for every character.
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
