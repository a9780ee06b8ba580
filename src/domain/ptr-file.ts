import { UsageError } from '../core/errors.ts';
import { parseAddress } from './address.ts';
import { parseHostname } from './hostname.ts';

/** One address and the host name that a file wishes for it. */
export interface PtrEntry {
  /** Canonical. */
  readonly address: string;
  /** As it is sent: lower case, no trailing dot. */
  readonly hostname: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
}

/** The longest a meaningful line can be, with much room for a comment. */
const LONGEST_LINE = 2_000;

/**
 * Reads a file of reverse DNS: `address hostname` a line as in a hosts file, or `address,ptr_record` as CSV with or without
 * its header. `#` begins a comment, blank lines are nothing, line ends are LF or CRLF. The same line twice counts once.
 * @throws UsageError that names every bad line with its number; nothing else
 */
export function parsePtrFile(text: string): PtrEntry[] {
  if (/^\s*[[{]/.test(text)) {
    throw new UsageError(
      'This looks like JSON, not like lines of `address hostname`.',
      'Write the file with `upc ip ptr export`, as it is or with -o csv.',
      'PTR_FILE_INVALID',
    );
  }
  const entries = new Map<string, PtrEntry>();
  const bad: { readonly line: number; readonly error: UsageError }[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    try {
      const entry = parseLine(raw, line, entries.size === 0 && bad.length === 0);
      if (entry) addEntry(entries, entry);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      bad.push({ line, error });
    }
  }
  if (bad.length > 0) throw badLines(bad);
  return [...entries.values()];
}

function parseLine(raw: string, line: number, mayBeHeader: boolean): PtrEntry | undefined {
  if (raw.length > LONGEST_LINE) throw invalid(`it is longer than ${LONGEST_LINE} characters`);
  const text = raw.replace(/#.*$/, '').replace(/^[ \t]+|[ \t]+$/g, '');
  if (text === '' || (mayBeHeader && /^"?address"?,"?ptr_record"?$/i.test(text))) return undefined;
  const [address = '', ...names] = fieldsOf(text);
  const { canonical } = parseAddress(address);
  const [name] = names;
  if (name === undefined || name === '') throw invalid(`${address} has no host name`);
  if (names.length > 1) {
    throw invalid(`${names.length} host names for ${address}: an address has one PTR record`);
  }
  return { address: canonical, hostname: parseHostname(name), line };
}

/** A comma behind the first word makes the line CSV. */
function fieldsOf(text: string): string[] {
  if (!/^[^\s,]+[ \t]*,/.test(text)) return text.split(/[ \t]+/);
  return text.split(',').map((field) => field.replace(/^[ \t]+|[ \t]+$/g, '').replace(/^"(.*)"$/, '$1'));
}

function addEntry(entries: Map<string, PtrEntry>, entry: PtrEntry): void {
  const earlier = entries.get(entry.address);
  if (earlier === undefined) entries.set(entry.address, entry);
  else if (earlier.hostname !== entry.hostname) {
    throw invalid(
      `${entry.address} is to be ${entry.hostname} here, but ${earlier.hostname} in line ${earlier.line}: an address has one PTR record`,
    );
  }
}

function invalid(why: string): UsageError {
  return new UsageError(
    `${why}.`,
    'A line is an address and one host name, such as: 192.0.2.10 www.example.com',
    'PTR_FILE_INVALID',
  );
}

function badLines(bad: readonly { readonly line: number; readonly error: UsageError }[]): UsageError {
  const [only] = bad;
  const hint = bad.length === 1 ? only?.error.hint : 'A line is an address and one host name; # begins a comment.';
  return new UsageError(
    bad.map(({ line, error }) => `Line ${line}: ${error.message}`),
    `${hint} Nothing was sent.`,
    'PTR_FILE_INVALID',
  );
}
