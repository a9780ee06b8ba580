// The esbuild options that bundle src/ and its libraries into the files in dist/.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The whole program, and a small file for short answers that do not need it. CommonJS starts sooner than ES modules. */
const entryPoints = { upc: 'src/cli/main.ts', 'short-answers': 'src/cli/short-answers.ts' };

/**
 * Returns the options of the build.
 * @param {import('esbuild').BuildOptions} options the target folder and the constants of the build
 * @returns {import('esbuild').BuildOptions}
 */
export function bundleOptions(options) {
  return {
    ...options,
    entryPoints,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [lighterLibraries],
  };
}

/**
 * Defers work of libraries that most runs do not need. Each entry saves at least 5 ms of the start, as measured, and fails the
 * build if it finds nothing to replace.
 */
const lighterLibraries = {
  name: 'lighter-libraries',
  setup(build) {
    const used = new Set();
    build.onStart(() => used.clear());
    // got loads HTTP/2 for its option `http2`, which this program never sets. Saves 30 ms.
    build.onResolve({ filter: /^http2-wrapper$/ }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => {
      used.add(path);
      return { contents: 'export default { auto() { throw new Error("HTTP/2 is not bundled"); } };' };
    });
    // got's argument checks create list formatters for messages that never appear. Saves 15 ms.
    build.onLoad({ filter: /[\\/]@sindresorhus[\\/]is[\\/]distribution[\\/]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/= (new Intl\.ListFormat\(.*\));/g, '= { format: (list) => $1.format(list) };');
      if (contents !== text) used.add('Intl.ListFormat');
      return { contents };
    });
    // string-width compiles the set of all emoji at import, and chalk creates its styles. Most runs need neither. Saves 33 ms.
    build.onResolve({ filter: /^(string-width|chalk)$/ }, ({ path, importer, namespace }) =>
      namespace === 'when-used' || /node_modules/.test(importer)
        ? undefined
        : { path, namespace: 'when-used', pluginData: { resolveDir: dirname(importer) } },
    );
    build.onLoad({ filter: /./, namespace: 'when-used' }, ({ path, pluginData }) => {
      used.add(path);
      return {
        contents:
          path === 'chalk'
            ? 'let made; exports.Chalk = function (options) { return new (made ??= require("chalk").Chalk)(options); };'
            : 'exports.default = (text) => require("string-width").default(text);',
        ...pluginData,
      };
    });
    build.onEnd(() => {
      const idle = ['http2-wrapper', 'Intl.ListFormat', 'string-width', 'chalk'].filter((name) => !used.has(name));
      return {
        errors: idle.map((name) => ({ text: `nothing to replace for ${name}: remove it from scripts/bundle.js` })),
      };
    });
  },
};
