import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** Keeps what V8 has compiled from one start to the next. */
export interface CodeCache {
  read(name: string): Buffer | undefined;
  /** At the end of the process, when the functions that were used have been compiled, too. */
  keep(name: string, script: Script): void;
}

export type Load = (name: string) => unknown;

/**
 * Loads files of the bundle, which require one another and parts of Node. Node's own loader would look for each of them in
 * half a dozen places, and its compile cache takes 8 ms longer than this one.
 * @param dist the folder that the program was built into
 * @param ofNode loads a part of Node
 */
export function createLoader(dist: string, cache: CodeCache | undefined, ofNode: Load): Load {
  const loaded = new Map<string, { exports: unknown }>();
  const load: Load = (name) => {
    const known = loaded.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    const filename = join(dist, name);
    evaluate(name, filename, cache).call(module.exports, module.exports, require, module, filename, dist);
    return module.exports;
  };
  const require = (id: string): unknown => (id.startsWith('./') ? load(id.slice(2)) : partOfNode(id, ofNode));
  return load;
}

type Wrapped = (exports: unknown, require: Load, module: { exports: unknown }, file: string, folder: string) => void;

/** The module's function, which is all that stands in its file. The text is ASCII: read as Latin-1, it need not be decoded. */
function evaluate(name: string, filename: string, cache: CodeCache | undefined): Wrapped {
  const text = readFileSync(filename, 'latin1');
  const cachedData = cache?.read(name);
  const script = new Script(text, { filename, ...(cachedData && { cachedData }) });
  // V8 refuses what another version of it, or other flags, made.
  if (!cachedData || script.cachedDataRejected) cache?.keep(name, script);
  return script.runInThisContext();
}

function partOfNode(id: string, ofNode: Load): unknown {
  if (isBuiltin(id)) return ofNode(id);
  throw new Error(`not part of Node or of this program: ${id}`);
}
