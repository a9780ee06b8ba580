// Bundles the program into one file for the standalone executable.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as esbuild from 'esbuild';
import { createBundleOptions } from '../bundle.js';
import { withoutLibraries } from '../source-maps.js';
import { root, version } from './paths.js';

/**
 * Bundles the files of dist/ and bin/upc.js. In the executable, `require()` finds Node's own modules only, and `import()` does not
 * work.
 * @param folder a working folder in the checkout: source maps have relative paths, and nobody is to see where that is
 * @returns the path of the file in it, which stack traces show
 */
export async function bundleProgram(folder) {
  // The same as dist/, but its source maps still contain the libraries: without them, their code would get places of ours below.
  const dist = join(folder, 'dist');
  await esbuild.build(
    createBundleOptions({ absWorkingDir: root, outdir: dist, define: { UPC_VERSION: JSON.stringify(version) } }),
  );
  // Otherwise esbuild would read these files as ES modules, as the package.json of the checkout says.
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
  writeFileSync(map, JSON.stringify(withoutLibraries(JSON.parse(readFileSync(map, 'utf8')))));
  return path;
}
