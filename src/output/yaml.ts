import { sanitize } from '../core/sanitize.ts';
import { stringify } from '../libraries/yaml.ts';

/** How many items to render together. Single items would take more time, and the whole list would take more memory. */
const BATCH_SIZE = 100;

/**
 * Renders a value as one YAML document, and yields a list in batches. Strings that YAML 1.1 reads as another type, such as
 * `yes`, are quoted, because many parsers still use YAML 1.1. Control characters are escaped as in JSON, so that no
 * character is lost (T-13).
 */
export function* renderYaml(value: unknown): Generator<string> {
  if (!Array.isArray(value) || value.length === 0) yield toYaml(value, '');
  else
    for (let start = 0; start < value.length; start += BATCH_SIZE)
      yield renderYamlItems(value.slice(start, start + BATCH_SIZE));
}

function renderYamlItems(items: readonly unknown[]): string {
  if (items.every(isFlatRecord)) return renderFlatRecords(items);
  const text = stringifyAsYaml(items);
  return hasNoControlCharacters(text) ? text : items.map((item) => toYaml([item], '- ')).join('');
}

type Scalar = string | number | boolean | null;
type FlatRecord = Readonly<Record<string, Scalar>>;

/** Returns whether an item is an object of single-line values, like an address. */
function isFlatRecord(item: unknown): item is FlatRecord {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  const entries = Object.entries(item);
  return entries.length > 0 && entries.every(([key, value]) => KEY.test(key) && isSingleLine(value));
}

/**
 * Keys that are spelled like those of the API, such as `ptr_record`. For other keys, the YAML library may use a different
 * notation.
 */
const KEY = /^[a-z_]{1,50}$/;

function isSingleLine(value: unknown): value is Scalar {
  if (typeof value === 'string') return sanitize(value) === value;
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}

/**
 * Renders the records exactly as the YAML library does, but several times faster: each distinct value is rendered only
 * once.
 */
function renderFlatRecords(records: readonly FlatRecord[]): string {
  const scalars = [...new Set(records.flatMap((record) => [...Object.keys(record), ...Object.values(record)]))];
  const lines = stringifyAsYaml(scalars).split('\n');
  const texts = new Map(scalars.map((scalar, i) => [scalar, lines[i]?.slice('- '.length)]));
  return records
    .map((record) => {
      const fields = Object.entries(record).map(([key, value]) => `${texts.get(key)}: ${texts.get(value)}\n`);
      return `- ${fields.join('  ')}`;
    })
    .join('');
}

/**
 * Renders a value as YAML. If the text would contain control characters, renders JSON instead, because JSON escapes them
 * and is valid YAML.
 * @param prefix `- ` if the value is an array with one item; in the JSON form, this prefix stands before the item
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
