import { UsageError } from '../core/errors.ts';

/** One record of a zone file that says something about reverse DNS. Names are absolute, in lower case, without the last dot. */
export interface ZoneRecord {
  readonly owner: string;
  readonly type: 'PTR' | 'A' | 'AAAA';
  readonly value: string;
  /** The line where it begins, from 1. */
  readonly line: number;
}

const TYPES = new Set(['PTR', 'A', 'AAAA']);
const CLASS = /^(?:IN|CH|HS|CS)$/i;
/** Seconds, or BIND's `1h30m`. */
const TTL = /^(?:\d+[smhdw]?)+$/i;

/** Returns whether a text looks like a BIND zone file: a directive, or a record with its class or an SOA. */
export function isZoneFile(text: string): boolean {
  return (
    /^\s*\$(?:ORIGIN|TTL|INCLUDE|GENERATE)\s/im.test(text) || /^\S*[ \t]+(?:\d+\w*[ \t]+)?IN[ \t]+[A-Z]+\s/im.test(text)
  );
}

/**
 * Parses the PTR, A and AAAA records of a BIND zone file (RFC 1035, section 5): `$ORIGIN`, relative names, `@`, repeated
 * owners, parentheses, comments. Records of other types are passed over.
 * @throws UsageError for a relative name without an origin, and for `$INCLUDE` and `$GENERATE`, which name records elsewhere
 */
export function parseZoneFile(text: string): ZoneRecord[] {
  const records: ZoneRecord[] = [];
  let origin: string | undefined;
  let owner: string | undefined;
  for (const { line, words, isIndented } of readEntries(text)) {
    const [first = '', ...rest] = words;
    if (first.startsWith('$')) {
      origin = applyDirective(first, rest, origin, line);
      continue;
    }
    if (!isIndented) owner = absoluteName(first, origin, line);
    const { type, value } = readRecord(isIndented ? words : rest);
    if (!TYPES.has(type) || value === undefined) continue;
    if (owner === undefined) throw invalid(line, 'the first record has no name');
    records.push({
      owner,
      type: type as ZoneRecord['type'],
      value: type === 'PTR' ? absoluteName(value, origin, line) : value,
      line,
    });
  }
  return records;
}

interface Entry {
  readonly line: number;
  readonly words: readonly string[];
  /** It begins with white space: its owner is that of the record before. */
  readonly isIndented: boolean;
}

/** Splits the text into entries: lines, joined where parentheses are open. */
function* readEntries(text: string): Generator<Entry> {
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
  if (depth > 0) throw invalid(start, 'a parenthesis is not closed');
}

function applyDirective(name: string, [value]: readonly string[], origin: string | undefined, line: number) {
  const directive = name.toUpperCase();
  if (directive === '$TTL') return origin;
  if (directive === '$ORIGIN' && value !== undefined) return absoluteName(value, origin, line);
  throw invalid(line, `${directive} is not supported: write the records out, for example with named-compilezone`);
}

/** Skips TTL and class, which may stand in either order. */
function readRecord(words: readonly string[]): { readonly type: string; readonly value: string | undefined } {
  const start = words.findIndex((word) => !TTL.test(word) && !CLASS.test(word));
  return { type: (words[start] ?? '').toUpperCase(), value: words[start + 1] };
}

function absoluteName(name: string, origin: string | undefined, line: number): string {
  if (name.endsWith('.') && name.length > 1) return name.slice(0, -1).toLowerCase();
  if (origin === undefined) throw invalid(line, `'${name}' is relative, and no $ORIGIN says to what`);
  return (name === '@' ? origin : `${name}.${origin}`).toLowerCase();
}

function invalid(line: number, why: string): UsageError {
  return new UsageError(`Line ${line}: ${why}.`, 'Nothing was sent.', 'PTR_FILE_INVALID');
}

/**
 * Returns the address that a name below in-addr.arpa or ip6.arpa stands for; undefined for any other name, classless
 * delegations (RFC 2317) included.
 */
export function addressOfReverseName(name: string): string | undefined {
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
