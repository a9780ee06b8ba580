import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { getAsset, isSea } from 'node:sea';

/** Matches a stack frame in a file of the bundle: `at f (/usr/lib/…/dist/upc.js:12:345)`. */
const STACK_FRAME =
  /^(\s+at )(?:.*? \()?((?:[A-Za-z]:)?[^:]+[\\/]dist[\\/](?:libraries[\\/])?[\w.-]+\.js):(\d+):(\d+)\)?$/;

/** Returns the lines of a stack with locations in the source instead of the bundle, for bug reports. */
export function mapStackToSource(stack: string): string[] {
  const maps = new Map<string, SourceMap | undefined>();
  const getSourceMap = (file: string) => {
    if (!maps.has(file)) maps.set(file, readSourceMap(`${file}.map`));
    return maps.get(file);
  };
  return stack.split('\n').map((line) => {
    const [, at = '', file = '', row, column] = STACK_FRAME.exec(line) ?? [];
    if (file === '') return line;
    // findEntry() returns an empty object if the map has no entry.
    const place: Partial<SourceMapping> = getSourceMap(file)?.findEntry(Number(row) - 1, Number(column) - 1) ?? {};
    const { originalSource, originalLine = 0, originalColumn = 0 } = place;
    if (originalSource === undefined) return line;
    return `${at}${originalSource.replace(/^(\.\.\/)+/, '')}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

function readSourceMap(file: string): SourceMap | undefined {
  try {
    // The standalone executable contains its source map. In this case, do not read a file: a file with the same name in the
    // current folder could belong to another user (T-19).
    const text = isSea() ? getAsset('upc.js.map', 'utf8') : readFileSync(file, 'utf8');
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
