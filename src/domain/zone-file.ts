import { UsageError } from '../core/errors.ts';

/** One record of a zone file that defines reverse DNS. Names are absolute, in lower case, without the trailing dot. */
export interface ZoneRecord {
  readonly owner: string;
  readonly type: 'PTR' | 'A' | 'AAAA';
  readonly value: string;
  /** The number of the first line of the record, from 1. */
  readonly line: number;
}

const RECORD_TYPES = new Set(['PTR', 'A', 'AAAA']);
const RECORD_CLASS = /^(?:IN|CH|HS|CS)$/i;
/** A time to live: a number of seconds, or a duration such as `1h30m`, which BIND accepts. */
const RECORD_TTL = /^(?:\d+[smhdw]?)+$/i;

/** Returns whether a text looks like a BIND zone file: it has a directive such as `$ORIGIN`, or a record with the class IN. */
export function isZoneFile(text: string): boolean {
  return (
    /^\s*\$(?:ORIGIN|TTL|INCLUDE|GENERATE)\s/im.test(text) || /^\S*[ \t]+(?:\d+\w*[ \t]+)?IN[ \t]+[A-Z]+\s/im.test(text)
  );
}

/**
 * Parses the PTR, A and AAAA records of a BIND zone file (RFC 1035, section 5). Supports `$ORIGIN`, relative names, `@`,
 * records without an owner name, parentheses and comments. Skips records of other types.
 * @throws UsageError for a relative name without an origin, and for `$INCLUDE` and `$GENERATE`
 */
export function parseZoneFile(text: string): ZoneRecord[] {
  const records: ZoneRecord[] = [];
  let origin: string | undefined;
  let owner: string | undefined;
  for (const { line, words, isIndented } of splitIntoEntries(text)) {
    const [first = '', ...rest] = words;
    if (first.startsWith('$')) {
      origin = applyOriginDirective(first, rest, origin, line);
      continue;
    }
    if (!isIndented) owner = toAbsoluteName(first, origin, line);
    const { type, value } = parseRecordFields(isIndented ? words : rest);
    if (!RECORD_TYPES.has(type) || value === undefined) continue;
    if (owner === undefined) throw createInvalidRecordError(line, 'The first record has no name');
    records.push({
      owner,
      type: type as ZoneRecord['type'],
      value: type === 'PTR' ? toAbsoluteName(value, origin, line) : value,
      line,
    });
  }
  return records;
}

interface ZoneFileEntry {
  readonly line: number;
  readonly words: readonly string[];
  /** Whether the line begins with white space. If so, the record belongs to the same name as the previous record. */
  readonly isIndented: boolean;
}

/** Splits the text into entries. An entry is a line, or several lines inside parentheses. */
function* splitIntoEntries(text: string): Generator<ZoneFileEntry> {
  let words: string[] = [];
  let start = 0;
  let isIndented = false;
  let depth = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (depth === 0) {
      words = [];
      start = index + 1;
      isIndented = /^[ \t]/.test(raw);
    }
    for (const [word] of raw.matchAll(/"(?:[^"\\]|\\.)*"|;.*$|[()]|[^\s()";]+/g)) {
      if (word.startsWith(';')) break;
      if (word === '(') depth += 1;
      else if (word === ')') depth = Math.max(0, depth - 1);
      else words.push(word);
    }
    if (depth === 0 && words.length > 0) yield { line: start, words, isIndented };
  }
  if (depth > 0) throw createInvalidRecordError(start, 'A parenthesis is not closed');
}

function applyOriginDirective(name: string, [value]: readonly string[], origin: string | undefined, line: number) {
  const directive = name.toUpperCase();
  if (directive === '$TTL') return origin;
  if (directive === '$ORIGIN' && value !== undefined) return toAbsoluteName(value, origin, line);
  throw createInvalidRecordError(
    line,
    `${directive} is not supported: expand the file, for example with named-compilezone`,
  );
}

/** Returns the type and value of a record: the words after its TTL and class. TTL and class may come in either order. */
function parseRecordFields(words: readonly string[]): { readonly type: string; readonly value: string | undefined } {
  const start = words.findIndex((word) => !RECORD_TTL.test(word) && !RECORD_CLASS.test(word));
  return { type: (words[start] ?? '').toUpperCase(), value: words[start + 1] };
}

function toAbsoluteName(name: string, origin: string | undefined, line: number): string {
  if (name.endsWith('.') && name.length > 1) return name.slice(0, -1).toLowerCase();
  if (origin === undefined)
    throw createInvalidRecordError(line, `'${name}' is a relative name, and there is no $ORIGIN before it`);
  return (name === '@' ? origin : `${name}.${origin}`).toLowerCase();
}

function createInvalidRecordError(line: number, why: string): UsageError {
  return new UsageError(`Line ${line}: ${why}.`, 'Nothing was sent.', 'PTR_FILE_INVALID');
}

/**
 * Returns the address of a name under in-addr.arpa or ip6.arpa. Returns undefined for names of networks and of classless
 * delegations (RFC 2317), and for names elsewhere.
 */
export function parseReverseDnsName(name: string): string | undefined {
  const v4 = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (v4 !== undefined) return v4.slice(0, -1).split('.').reverse().join('.');
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  return v6
    ?.replaceAll('.', '')
    .split('')
    .reverse()
    .join('')
    .replace(/(.{4})(?=.)/g, '$1:');
}
