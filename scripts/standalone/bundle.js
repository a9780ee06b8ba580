// Bundles the program into one file for the standalone executable.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as esbuild from 'esbuild';
import { createBundleOptions } from '../bundle.js';
import { removeLibrarySources } from '../source-maps.js';
import { root, version } from './paths.js';

/**
 * Bundles bin/upc.js and the files of dist/ into one file, because code in the executable cannot load other files: there, `require()` finds
 * only the modules of Node, and `import()` does not work.
 * @param folder a working folder in the checkout. In any other folder, the relative paths in source maps would reveal where the
 *   checkout is.
 * @returns the path of the file, relative to the folder; stack traces show this path
 */
export async function bundleProgram(folder) {
  // The dist/ of `npm run build` has no source maps of the libraries. With those maps, esbuild below would name our own files
  // as the source of library code. So build the files of dist/ again, with complete source maps.
  const dist = join(folder, 'dist');
  await esbuild.build(
    createBundleOptions({ absWorkingDir: root, outdir: dist, define: { UPC_VERSION: JSON.stringify(version) } }),
  );
  // Without this file, esbuild would read the bundle as ES modules, as the package.json of the checkout says.
  writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
  const path = 'program/dist/upc.js';
  const outfile = join(folder, path);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['bin/upc.js'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    supported: { 'dynamic-import': false },
    minify: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      {
        name: 'dist',
        setup: (build) =>
          build.onResolve({ filter: /^\.\.\/dist\// }, ({ path }) => ({ path: join(dist, basename(path)) })),
      },
    ],
  });
  const map = `${outfile}.map`;
  writeFileSync(map, JSON.stringify(removeLibrarySources(JSON.parse(readFileSync(map, 'utf8')))));
  return path;
}
