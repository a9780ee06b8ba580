/**
 * Characters that could control a terminal or mislead a reader (T-13): C0 and C1 controls, DEL, bidirectional controls,
 * zero-width and other invisible format characters, line and paragraph separators, and lone surrogates. The length of a match
 * is limited, because the regular expression engine uses memory for each matched character.
 */
const UNSAFE_CHARACTERS =
  /(?:\p{Cc}|\p{Cf}|\p{Cs}|[\u115f\u1160\u17b4\u17b5\u2028\u2029\u2060-\u206f\u3164\uffa0\ufff0-\ufffb\ufffe\uffff]|[\ufe00-\ufe0e]|[\u{e0000}-\u{e0fff}]){1,1000}/gu;

/** Matches plain ASCII. Most text is plain ASCII, and this test is many times faster than a search for UNSAFE_CHARACTERS. */
const PRINTABLE_ASCII = /^[\n\u0020-\u007e]*$/;

/** Makes untrusted text safe to show: each unsafe character becomes `\u{…}` (T-13). A second call changes nothing. */
export function sanitize(text: string): string {
  if (PRINTABLE_ASCII.test(text) && !text.includes('\n')) return text;
  return text.replace(UNSAFE_CHARACTERS, (run) => escapeCharacters(run, (char) => `\\u{${toCodePointHex(char)}}`));
}

/**
 * Escapes in JSON text the characters that sanitize() escapes, but as `\uXXXX`, so that the parsed value stays exact (T-13).
 * Keeps line feeds: in JSON text, they stand only between values.
 */
export function escapeJson(json: string): string {
  if (PRINTABLE_ASCII.test(json)) return json;
  return json.replace(UNSAFE_CHARACTERS, (run) =>
    escapeCharacters(run, (char) => (char === '\n' ? char : char.split('').map(escapeUtf16Unit).join(''))),
  );
}

/**
 * Escapes each character of a run of unsafe characters. Matching whole runs is several times as fast as matching each
 * character.
 */
function escapeCharacters(run: string, escapeOne: (char: string) => string): string {
  let escaped = '';
  for (const char of run) escaped += escapeOne(char);
  return escaped;
}

const toCodePointHex = (char: string): string => (char.codePointAt(0) ?? 0).toString(16);
const escapeUtf16Unit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
