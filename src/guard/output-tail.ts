/** How many bytes are kept from the end of a command's output. */
const MAX_TAIL_BYTES = 4_096;
const MAX_TAIL_LINES = 10;
/** The maximum length of a line. Longer lines are cut. */
const MAX_LINE_LENGTH = 200;

export interface OutputTail {
  add(chunk: Buffer): void;
  /** Returns the last lines. If earlier output is left out, the first line says how many bytes. */
  lines(): string[];
}

/** Keeps only the end of a command's output: a hook that prints a lot must not exhaust the memory of the guard (T-21). */
export function createOutputTail(): OutputTail {
  let kept = Buffer.alloc(0);
  let total = 0;
  return {
    add(chunk) {
      total += chunk.length;
      // Copy the chunk: it is a view of a larger buffer, which would otherwise stay in memory.
      kept = Buffer.concat([kept, chunk.subarray(-MAX_TAIL_BYTES)]);
      if (kept.length > 2 * MAX_TAIL_BYTES) kept = Buffer.from(kept.subarray(-MAX_TAIL_BYTES));
    },
    lines() {
      const end = kept.subarray(-MAX_TAIL_BYTES);
      const all = decodeOutput(end).split(/\r?\n/);
      if (all.at(-1) === '') all.pop();
      const isCut = end.length < total;
      // Drop the first line, because its beginning may be missing.
      if (isCut && all.length > 1) all.shift();
      const shown = all.slice(-MAX_TAIL_LINES);
      const size = Buffer.byteLength(shown.join('\n')) + 1;
      const isWhole = !isCut && shown.length === all.length;
      const lines = shown.map((line) => (line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line));
      return isWhole ? lines : [`(${Math.max(0, total - size)} bytes before this are left out)`, ...lines];
    },
  };
}

/** Decodes UTF-8 that may begin in the middle of a character. */
function decodeOutput(bytes: Buffer): string {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start).toString('utf8');
}
