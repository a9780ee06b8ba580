import { UsageError } from '../core/errors.ts';
import { joinHints } from '../core/hint.ts';
import { parse } from '../libraries/csv-parse.ts';
import { parseAddress } from './address.ts';
import { parseHostname } from './hostname.ts';
import { isZoneFile, parseReverseDnsName, parseZoneFile } from './zone-file.ts';

/** One address and the hostname that a file requests for it. */
export interface PtrEntry {
  /** The address in canonical spelling. */
  readonly address: string;
  /** The hostname in the spelling that requests use: lower case, no trailing dot. */
  readonly hostname: string;
  /** Line number in the file, from 1. */
  readonly line: number;
}

/** Longest accepted line, in characters: an address and a hostname, with ample space for a comment. */
const MAX_LINE_LENGTH = 2_000;

/**
 * Parses a reverse DNS file in one of three formats:
 * - lines of `address hostname`, like a hosts file
 * - CSV with the columns `address` and `ptr_record` (or `ptr`)
 * - a BIND zone file with PTR, A or AAAA records
 *
 * In the first two formats, `#` begins a comment. Blank lines are skipped, and duplicate entries are merged. Lines end in LF
 * or CRLF.
 * @throws UsageError that lists every invalid line with its number; no other error
 */
export function parsePtrFile(text: string): PtrEntry[] {
  if (/^\s*[[{]/.test(text)) {
    throw new UsageError(
      'The file contains JSON instead of lines of `address hostname`.',
      (upc) => `Create the file with \`${upc('ip ptr export')}\` or \`${upc('ip ptr export -o csv')}\`.`,
      'PTR_FILE_INVALID',
    );
  }
  return collectValidEntries(listUnparsedEntries(text));
}

/** One line of the file. `read` returns undefined for a line to skip, and throws UsageError for an invalid line. */
interface UnparsedEntry {
  readonly line: number;
  readonly read: () => { readonly address: string; readonly name: string } | undefined;
}

function listUnparsedEntries(text: string): UnparsedEntry[] {
  if (isZoneFile(text)) return listZoneEntries(text);
  return isCsvWithHeader(text) ? listCsvEntries(text) : listPlainEntries(text);
}

function collectValidEntries(lines: readonly UnparsedEntry[]): PtrEntry[] {
  const entries = new Map<string, PtrEntry>();
  const bad: { readonly line: number; readonly error: UsageError }[] = [];
  for (const { line, read } of lines) {
    try {
      const raw = read();
      if (raw === undefined) continue;
      const { canonical } = parseAddress(raw.address);
      if (raw.name === '') throw createInvalidLineError(`${raw.address} has no hostname`);
      addPtrEntry(entries, { address: canonical, hostname: parseHostname(raw.name), line });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      bad.push({ line, error });
    }
  }
  if (bad.length > 0) throw createInvalidLinesError(bad);
  return [...entries.values()];
}

function listPlainEntries(text: string): UnparsedEntry[] {
  return text.split(/\r?\n/).map((raw, index) => ({ line: index + 1, read: () => parsePlainLine(raw) }));
}

function parsePlainLine(raw: string) {
  if (raw.length > MAX_LINE_LENGTH)
    throw createInvalidLineError(`The line is longer than ${MAX_LINE_LENGTH} characters`);
  const text = raw.replace(/#.*$/, '').replace(/^[ \t]+|[ \t]+$/g, '');
  if (text === '') return undefined;
  const [address = '', ...names] = splitFields(text);
  if (names.length > 1) {
    parseAddress(address);
    throw createInvalidLineError(
      `${address} has ${names.length} hostnames, but an address can have only one PTR record`,
    );
  }
  return { address, name: names[0] ?? '' };
}

/** Splits a line into fields: at commas if a comma follows the first word, otherwise at white space. */
function splitFields(text: string): string[] {
  if (!/^[^\s,]+[ \t]*,/.test(text)) return text.split(/[ \t]+/);
  return text.split(',').map((field) => field.replace(/^[ \t]+|[ \t]+$/g, '').replace(/^"(.*)"$/, '$1'));
}

/** The possible names of the column with the PTR record. This program's own CSV files use these names. */
const NAME_COLUMNS = ['ptr_record', 'ptr'];

function isCsvWithHeader(text: string): boolean {
  const [header = ''] = text.split(/\r?\n/, 1);
  const columns = header.toLowerCase().replaceAll('"', '').split(',');
  return columns.includes('address') && columns.some((column) => NAME_COLUMNS.includes(column.trim()));
}

/** Returns the rows of a CSV file. Rows without a PTR record, such as utility addresses, are skipped. */
function listCsvEntries(text: string): UnparsedEntry[] {
  let rows: { readonly record: Record<string, string>; readonly info: { readonly lines: number } }[];
  try {
    rows = parse(text, {
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      info: true,
      trim: true,
      comment: '#',
      skip_empty_lines: true,
      bom: true,
    });
  } catch (error) {
    throw createInvalidLineError(`The file is not valid CSV (${(error as Error).message})`);
  }
  return rows.map(({ record, info }) => ({
    line: info.lines,
    read: () => {
      const name = NAME_COLUMNS.map((column) => record[column]).find((value) => value !== undefined) ?? '';
      return name === '' ? undefined : { address: record.address ?? '', name: name.replace(/^'/, '') };
    },
  }));
}

function listZoneEntries(text: string): UnparsedEntry[] {
  return parseZoneFile(text).flatMap(({ owner, type, value, line }) => {
    // Skip a wildcard record: `*.example.com` is not the name of one host.
    if (type !== 'PTR') return owner.startsWith('*') ? [] : [{ line, read: () => ({ address: value, name: owner }) }];
    return [
      {
        line,
        read: () => {
          const address = parseReverseDnsName(owner);
          if (address === undefined)
            throw createInvalidLineError(`${owner} is not the reverse DNS name of a single address`);
          return { address, name: value };
        },
      },
    ];
  });
}

function addPtrEntry(entries: Map<string, PtrEntry>, entry: PtrEntry): void {
  const earlier = entries.get(entry.address);
  if (earlier === undefined) entries.set(entry.address, entry);
  else if (earlier.hostname !== entry.hostname) {
    throw createInvalidLineError(
      `${entry.address} has the hostname ${entry.hostname}, but line ${earlier.line} has ${earlier.hostname}: an address can have only one PTR record`,
    );
  }
}

function createInvalidLineError(why: string): UsageError {
  return new UsageError(
    `${why}.`,
    'Write an address and one hostname on each line, such as: 192.0.2.10 www.example.com',
    'PTR_FILE_INVALID',
  );
}

function createInvalidLinesError(bad: readonly { readonly line: number; readonly error: UsageError }[]): UsageError {
  const [only] = bad;
  const hints =
    bad.length === 1
      ? (only?.error.hints ?? [])
      : ['Write an address and one hostname on each line; # begins a comment.'];
  return new UsageError(
    bad.map(({ line, error }) => `Line ${line}: ${error.message}`),
    joinHints(...hints, 'Nothing was sent.'),
    'PTR_FILE_INVALID',
  );
}
