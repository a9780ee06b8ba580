// Removes the libraries from the source maps. Libraries are half of the bundle, and nobody debugs them here.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Removes the source maps of dist/libraries/, and the code of libraries from the other source maps. */
export const ownSourceMapsPlugin = {
  name: 'own-source-maps',
  setup: (build) =>
    build.onEnd(({ metafile, errors }) => {
      if (errors.length > 0) return;
      for (const path of Object.keys(metafile.outputs).filter((file) => file.endsWith('.js.map'))) {
        const file = join(build.initialOptions.absWorkingDir, path);
        if (/[\\/]libraries[\\/]/.test(path)) removeLibrariesFromMap(file);
        else writeFileSync(file, JSON.stringify(removeLibrarySources(JSON.parse(readFileSync(file, 'utf8')))));
      }
    }),
};

function removeLibrariesFromMap(file) {
  rmSync(file);
  const script = file.replace(/\.map$/, '');
  writeFileSync(script, readFileSync(script, 'utf8').replace(/\/\/# sourceMappingURL=.*\n$/, ''));
}

/**
 * Returns the source map without names and without the code of libraries. A segment without a source marks the end of each part of our own
 * code. Otherwise, a stack trace would attribute the library code after it to this repository.
 */
export function removeLibrarySources({ version, sources, mappings }) {
  const own = sources.filter((source) => /^(\.\.\/)+(src|bin)\//.test(source));
  const kept = sources.map((source) => own.indexOf(source));
  const before = { source: 0, line: 0, column: 0 };
  const last = { source: 0, line: 0, column: 0 };
  let isOwn = false;
  const lines = mappings.split(';').map((line) => {
    let [columnBefore, lastColumn] = [0, 0];
    const segments = [];
    for (const [generated = 0, source, row, column] of line.split(',').filter(Boolean).map(decodeSegment)) {
      columnBefore += generated;
      if (source !== undefined) {
        before.source += source;
        before.line += row;
        before.column += column;
      }
      const index = source === undefined ? -1 : kept[before.source];
      if (index === -1 && !isOwn) continue;
      isOwn = index !== -1;
      const { line, column: original } = before;
      const place = isOwn ? [index - last.source, line - last.line, original - last.column] : [];
      if (isOwn) Object.assign(last, { source: index, line, column: original });
      segments.push(encodeSegment([columnBefore - lastColumn, ...place]));
      lastColumn = columnBefore;
    }
    return segments.join(',');
  });
  return { version, sources: own, names: [], mappings: lines.join(';') };
}

const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Decodes the numbers of a segment of a source map. Each base64 digit contains five bits of a number, the lowest bits first.
 * The lowest bit of the number is its sign.
 */
function decodeSegment(segment) {
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = BASE64_DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

function encodeSegment(numbers) {
  let text = '';
  for (const number of numbers) {
    let rest = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      const digit = rest & 31;
      rest >>>= 5;
      text += BASE64_DIGITS[rest > 0 ? digit | 32 : digit];
    } while (rest > 0);
  }
  return text;
}
