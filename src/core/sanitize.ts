/**
 * What could drive a terminal or mislead a reader (T-13): C0 and C1 controls, DEL, bidirectional controls, zero-width and
 * other invisible format characters, line and paragraph separators, lone surrogates.
 */
const FORBIDDEN =
  /\p{Cc}|\p{Cf}|\p{Cs}|[\u115f\u1160\u17b4\u17b5\u2028\u2029\u2060-\u206f\u3164\uffa0\ufff0-\ufffb\ufffe\uffff]|[\ufe00-\ufe0e]|[\u{e0000}-\u{e0fff}]/gu;

/** Nearly all text is plain, and this test is many times faster than the search above. */
const PLAIN = /^[\n\u0020-\u007e]*$/;

const hex = (char: string): string => (char.codePointAt(0) ?? 0).toString(16);

/** Text from outside made safe to show: each forbidden character becomes `\u{…}`. Idempotent. */
export function sanitize(text: string): string {
  if (PLAIN.test(text) && !text.includes('\n')) return text;
  return text.replace(FORBIDDEN, (char) => `\\u{${hex(char)}}`);
}

/**
 * JSON text with the same characters as `\uXXXX` escapes: the value stays exact, the terminal is left alone.
 * JSON.stringify has already escaped C0 controls inside strings and lone surrogates; its own line feeds stay.
 */
export function escapeJson(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replace(FORBIDDEN, (found) =>
    found === '\n'
      ? found
      : Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
          '',
        ),
  );
}
