// The esbuild options that bundle src/ and its libraries into the files in dist/.
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The program, and a small file that prints short answers, such as `--version`, without loading the program. These files and the
 * libraries are CommonJS, which starts sooner than ES modules.
 */
const programEntryPoints = { upc: 'src/cli/main.ts', 'short-answers': 'src/cli/short-answers.ts' };
const librariesFolder = join(import.meta.dirname, '../src/libraries');
/** The names of the files in dist/libraries/, without their extension. */
export const libraryNames = readdirSync(librariesFolder).map((file) => basename(file, '.ts'));
/** The packages that the files of src/libraries/ import. */
const libraryPackages = libraryNames.flatMap((name) =>
  [...readFileSync(join(librariesFolder, `${name}.ts`), 'utf8').matchAll(/ from '([^']+)'/g)].map(([, path]) => path),
);

/**
 * Returns the esbuild options of the bundle.
 * @param {import('esbuild').BuildOptions} options the target folder and the constants of the build
 * @returns {import('esbuild').BuildOptions}
 */
export function createBundleOptions(options) {
  return {
    ...options,
    entryPoints: {
      ...programEntryPoints,
      ...Object.fromEntries(libraryNames.map((name) => [`libraries/${name}`, `src/libraries/${name}.ts`])),
    },
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
    plugins: [separateLibrariesPlugin, lighterLibrariesPlugin],
  };
}

/**
 * Bundles each library of src/libraries/ into its own file, which is loaded when needed. Otherwise, V8 would parse these
 * libraries at every start, which takes 20 ms. The build fails if another file of src/ imports such a
 * library directly.
 */
const separateLibrariesPlugin = {
  name: 'separate-libraries',
  setup(build) {
    build.onResolve({ filter: /[\\/]libraries[\\/][\w-]+\.ts$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./libraries/${basename(path, '.ts')}.js`, external: true },
    );
    build.onResolve({ filter: /^[^.]/ }, ({ path, importer }) =>
      libraryPackages.includes(path) && !/node_modules|[\\/]libraries[\\/]/.test(importer)
        ? { errors: [{ text: `import ${path} through src/libraries/` }] }
        : undefined,
    );
  },
};

/**
 * Delays work that libraries do when the program starts, and that most runs do not need. Each replacement saves at least
 * 5 ms, as measured. The build fails if a replacement finds nothing to replace.
 */
const lighterLibrariesPlugin = {
  name: 'lighter-libraries',
  setup(build) {
    const used = new Set();
    build.onStart(() => used.clear());
    // got loads an HTTP/2 library for its option `http2`, which this program never sets. Without this library, the start is 30 ms
    // faster.
    build.onResolve({ filter: /^http2-wrapper$/ }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => {
      used.add(path);
      return { contents: 'export default { auto() { throw new Error("HTTP/2 is not bundled"); } };' };
    });
    // The argument checks of got create list formatters at the start, for messages that never appear. Creating them only when
    // needed saves 15 ms.
    build.onLoad({ filter: /[\\/]@sindresorhus[\\/]is[\\/]distribution[\\/]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/= (new Intl\.ListFormat\(.*\));/g, '= { format: (list) => $1.format(list) };');
      if (contents !== text) used.add('Intl.ListFormat');
      return { contents };
    });
    // At import, string-width compiles the set of all emoji, and chalk creates its styles. Most runs need neither library.
    // Loading both only when needed saves 33 ms.
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
            : // esbuild imports `module.exports` as the default export, so export the function itself.
              'module.exports = (text) => require("string-width").default(text);',
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
