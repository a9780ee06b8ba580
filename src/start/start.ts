import { answered } from './answers.ts';
import { openCodeCache } from './code-cache.ts';
import { createLoader, type Load } from './loader.ts';

/**
 * The program in the folder that this file is built into, or without it the answer that needs no program.
 * @param ofNode loads a part of Node
 */
export async function start(ofNode: Load): Promise<number> {
  const { argv, env, platform } = process;
  const dist = import.meta.dirname;
  if (await answered(argv.slice(2), dist)) return 0;
  const load = createLoader(dist, openCodeCache(env, platform, UPC_BUILD), ofNode);
  return (load('run.js') as typeof import('../run.ts')).main();
}
