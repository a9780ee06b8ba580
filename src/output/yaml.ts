import { stringify } from 'yaml';
import { sanitize } from '../core/sanitize.ts';

/** How many items to render together. Single items would take more time, and the whole list would take more memory. */
const BATCH = 100;

/**
 * Renders a value as one YAML document, and a list in batches. Strings that YAML 1.1 reads as another type, such as `yes`,
 * are quoted,
 * because many parsers still use YAML 1.1. Control characters are escaped as in JSON, so that no character is lost (T-13).
 */
export function* renderYaml(value: unknown): Generator<string> {
  if (!Array.isArray(value) || value.length === 0) yield toYaml(value, '');
  else
    for (let start = 0; start < value.length; start += BATCH) yield renderYamlItems(value.slice(start, start + BATCH));
}

function renderYamlItems(items: readonly unknown[]): string {
  const text = stringifyAsYaml(items);
  return hasNoControlCharacters(text) ? text : items.map((item) => toYaml([item], '- ')).join('');
}

/**
 * Renders one value, or an array with one item. A value with control characters is written as JSON, which is also valid
 * YAML.
 * @param prefix the text before the JSON: `- ` for an array
 */
function toYaml(value: unknown, prefix: '' | '- '): string {
  const text = stringifyAsYaml(value);
  if (hasNoControlCharacters(text)) return text;
  const json = prefix === '' ? JSON.stringify(value, null, 2) : JSON.stringify((value as unknown[])[0]);
  return `${prefix}${json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

function stringifyAsYaml(value: unknown): string {
  return stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** Returns whether the text contains no control characters except line feeds. */
function hasNoControlCharacters(text: string): boolean {
  return text.split('\n').every((line) => sanitize(line) === line);
}
