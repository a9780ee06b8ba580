/** So many bytes of a command's output are kept, from its end. */
const KEPT_BYTES = 4_096;
const KEPT_LINES = 10;
/** A longer line is cut. */
const LINE_CHARACTERS = 200;

export interface OutputTail {
  add(chunk: Buffer): void;
  /** The last lines; where there was more, the first line says how much. */
  lines(): string[];
}

/** Keeps the end of a command's output, however much there is: a guard must not die of what its hooks print (T-21). */
export function createOutputTail(): OutputTail {
  let kept = Buffer.alloc(0);
  let total = 0;
  return {
    add(chunk) {
      total += chunk.length;
      // A copy: the chunk belongs to a larger buffer that would be kept with it.
      kept = Buffer.concat([kept, chunk.subarray(-KEPT_BYTES)]);
      if (kept.length > 2 * KEPT_BYTES) kept = Buffer.from(kept.subarray(-KEPT_BYTES));
    },
    lines() {
      const end = kept.subarray(-KEPT_BYTES);
      const all = textOf(end).split(/\r?\n/);
      if (all.at(-1) === '') all.pop();
      const isCut = end.length < total;
      // The first line may have lost its beginning.
      if (isCut && all.length > 1) all.shift();
      const shown = all.slice(-KEPT_LINES);
      const size = Buffer.byteLength(shown.join('\n')) + 1;
      const isWhole = !isCut && shown.length === all.length;
      const lines = shown.map((line) => (line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS)}…` : line));
      return isWhole ? lines : [`(${Math.max(0, total - size)} bytes before this are left out)`, ...lines];
    },
  };
}

/** Decodes UTF-8 that may begin in the middle of a character. */
function textOf(bytes: Buffer): string {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start).toString('utf8');
}
