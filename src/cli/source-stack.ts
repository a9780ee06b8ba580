import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';

/** A place in a file of the bundle, at the end of a frame: `at f (/usr/lib/…/dist/run.js:12:345)`. */
const FRAME = /^(\s+at )(?:.*? \()?((?:[A-Za-z]:)?[^:]+[\\/]dist[\\/][\w.-]+\.js):(\d+):(\d+)\)?$/;

/** The lines of a stack, with places in the source instead of the bundle's: what is worth reporting. */
export function sourceStack(stack: string): string[] {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (file: string) => {
    if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
    return maps.get(file);
  };
  return stack.split('\n').map((line) => {
    const [, at = '', file = '', row, column] = FRAME.exec(line) ?? [];
    // An empty object where the map says nothing.
    if (file === '') return line;
    const place: Partial<SourceMapping> = mapOf(file)?.findEntry(Number(row) - 1, Number(column) - 1) ?? {};
    const { originalSource, originalLine = 0, originalColumn = 0 } = place;
    if (originalSource === undefined) return line;
    return `${at}${originalSource.replace(/^(\.\.\/)+/, '')}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
