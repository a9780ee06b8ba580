// From src/ to dist/, in two passes. The first finds what is loaded on demand and what that shares with the rest (esbuild
// splits only ES modules). The second makes CommonJS files of it, which Node starts sooner, and joins all that every start
// needs into one: each file costs a quarter of a millisecond to find and read.
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as esbuild from 'esbuild';

/** Every start of the program loads this file: all that is not loaded on demand. */
const START = 'run.js';

/** @returns {esbuild.BuildOptions} the first pass, which writes the outcome of the second */
export function bundleOptions(options) {
  return {
    ...options,
    entryPoints: ['src/run.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'inline',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins: [lighterLibraries, { name: 'second-pass', setup: (build) => build.onEnd(secondPass(options)) }],
  };
}

function secondPass({ absWorkingDir, outdir }) {
  return async ({ outputFiles, metafile, errors }) => {
    if (errors.length > 0) return;
    const texts = new Map(outputFiles.map((file) => [basename(file.path), file.text]));
    const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
    const joined = [...closure(START, outputs)];
    const alone = [...texts.keys()].filter((name) => !joined.includes(name));
    await esbuild.build({
      absWorkingDir,
      outdir,
      entryPoints: [START, ...alone].map((name) => ({ in: name, out: name.replace(/\.js$/, '') })),
      bundle: true,
      format: 'cjs',
      // src/start/loader.ts calls them; ready-made, so that it need not copy their text to put this around it.
      banner: { js: '(function(exports,require,module,__filename,__dirname){' },
      footer: { js: '})' },
      platform: 'node',
      target: 'node20.19',
      supported: { 'dynamic-import': false },
      minify: true,
      sourcemap: true,
      sourcesContent: false,
      legalComments: 'none',
      logLevel: 'warning',
      plugins: [chunks(texts, outputs, joined, alone)],
    });
  };
}

/** The file with everything that it imports, directly or not. */
function closure(name, outputs, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind, external } of outputs.get(name).imports) {
    if (kind === 'import-statement' && !external) closure(basename(path), outputs, seen);
  }
  return seen;
}

/** Joins the chunks that every start needs into one file; the others take from there what they share with it. */
function chunks(texts, outputs, joined, alone) {
  const nameOf = (chunk) => `chunk${joined.indexOf(chunk)}`;
  const imported = new Set(alone.flatMap((name) => outputs.get(name).imports.map(({ path }) => basename(path))));
  const whole = joined
    .filter((chunk) => imported.has(chunk))
    .map((chunk) => `export * as ${nameOf(chunk)} from './${chunk}';`);
  return {
    name: 'chunks',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, importer, kind, namespace }) => {
        const name = basename(path);
        if (kind === 'entry-point') return { path: name, namespace: name === START ? 'whole' : 'chunk' };
        if (namespace === 'whole') return { path: name, namespace: 'chunk' };
        if (!texts.has(name)) return { path, external: true };
        if (!joined.includes(name) || namespace === 'shared') return { path: `./${name}`, external: true };
        return { path: name, namespace: joined.includes(importer) ? 'chunk' : 'shared' };
      });
      build.onLoad({ filter: /./, namespace: 'whole' }, () => ({
        contents: [`export * from './${START}';`, ...whole].join('\n'),
      }));
      build.onLoad({ filter: /./, namespace: 'chunk' }, ({ path }) => ({ contents: texts.get(path), loader: 'js' }));
      // Taken when it is used, not when the file loads: what is made on demand is not there before.
      build.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
        contents: `module.exports = require('./${START}').${nameOf(path)};`,
      }));
    },
  };
}

/** A module with these exports, made from an expression that is evaluated when the first of them is used. */
function onDemand(names, source) {
  return `let made;
    for (const name of ${JSON.stringify(names)})
      Object.defineProperty(exports, name, { enumerable: true, get: () => (made ??= ${source})[name] });`;
}

/** Parts of Node that few commands use, loaded on first use; commander would start subcommands in processes of their own. */
const RARE = ['node:child_process', 'node:tty', 'node:zlib'];

/**
 * What libraries bring along for what is never used here: got for its options `http2`, `cache`, `dnsCache` and for forms (a
 * third of it, and 25 ms), cli-table3 for colours of its own, the prompts for an editor (half a megabyte of code pages).
 */
const UNUSED = {
  '@inquirer/external-editor': 'export const editAsync = () => { throw new Error("no editor here"); };',
  '@colors/colors/safe': 'throw new Error("no colours here");',
  'form-data-encoder': `export const isFormData = () => false;
    export class FormDataEncoder { constructor() { throw new Error("no forms here"); } }`,
  'http2-wrapper': 'export default { auto() { throw new Error("no HTTP/2 here"); } };',
  'cacheable-lookup': 'export default class { constructor() { throw new Error("no DNS cache here"); } }',
  'cacheable-request': `export class CacheError extends Error {}
    export default class { constructor() { throw new Error("no cache here"); } }`,
};

/** What each start would pay for although this program never uses it, or only now and then. */
const lighterLibraries = {
  name: 'lighter-libraries',
  setup(build) {
    const fromNode = RARE.map((name) => name.replace('node:', '')).join('|');
    build.onResolve({ filter: new RegExp(`^(node:)?(${fromNode})$`) }, ({ path, namespace }) =>
      namespace === 'on-demand' ? undefined : { path: `node:${path.replace('node:', '')}`, namespace: 'on-demand' },
    );
    build.onLoad({ filter: /./, namespace: 'on-demand' }, async ({ path }) => ({
      contents: onDemand(Object.keys(process.getBuiltinModule(path)), `require('${path}')`),
    }));
    build.onResolve({ filter: new RegExp(`^(${Object.keys(UNUSED).join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'unused',
    }));
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => ({ contents: UNUSED[path] }));
    // got's checks make formatters for the messages of errors that are never seen: 10 ms.
    build.onLoad({ filter: /[\\/]@sindresorhus[\\/]is[\\/]distribution[\\/]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const eager = /= (new Intl\.ListFormat\(.*\));/g;
      if (!eager.test(text)) return { errors: [{ text: 'no list formatter found: is this still needed?' }] };
      return { contents: text.replace(eager, '= { format: (list) => $1.format(list) };') };
    });
    // chalk looks for colours that style.ts decides on.
    build.onResolve({ filter: /^#supports-color$/ }, ({ importer }) =>
      /node_modules[\\/]chalk[\\/]/.test(importer) ? { path: 'supports-color', namespace: 'no-colour' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'no-colour' }, () => ({
      contents: 'export default { stdout: false, stderr: false }',
    }));
    // What cli-table3 lays out are stand-ins in ASCII (src/output/table.ts): each is as wide as it is long.
    build.onResolve({ filter: /^string-width$/ }, ({ path, importer }) =>
      /node_modules[\\/]cli-table3[\\/]/.test(importer) ? { path, namespace: 'ascii' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'ascii' }, () => ({ contents: 'module.exports = (text) => text.length' }));
    // string-width compiles the set of all emoji, which takes 25 ms, whether or not there is anything to measure; chalk makes
    // its styles, whether or not there is anything to colour.
    build.onResolve({ filter: /^(string-width|chalk)$/ }, ({ path, importer, namespace }) =>
      namespace === 'when-used' || /node_modules/.test(importer)
        ? undefined
        : { path, namespace: 'when-used', pluginData: { resolveDir: dirname(importer) } },
    );
    build.onLoad({ filter: /./, namespace: 'when-used' }, ({ path, pluginData }) => ({
      contents:
        path === 'chalk'
          ? onDemand(['Chalk'], "require('chalk')")
          : "export default (...given) => require('string-width').default(...given)",
      ...pluginData,
    }));
  },
};
