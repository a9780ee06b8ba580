// From src/ to dist/, in two passes. The first finds what is shared and what is loaded on demand (esbuild splits only ES
// modules). The second makes CommonJS files of it, which Node starts sooner, and joins what is loaded together: each file
// costs half a millisecond to find and read, and there were twenty at each start.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as esbuild from 'esbuild';

/** Every start loads this file; what a command needs only once it runs is in the other, and loaded at the first use of it. */
const START = 'run.js';
const LATER = 'later.js';

/** @returns {esbuild.BuildOptions} the first pass, which writes the outcome of the second */
export function bundleOptions(options) {
  const { absWorkingDir } = options;
  return {
    ...options,
    entryPoints: ['src/run.ts', 'start:', 'later:'],
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
    plugins: [
      lighterLibraries,
      division(absWorkingDir),
      { name: 'second-pass', setup: (build) => build.onEnd(secondPass(options)) },
    ],
  };
}

/** Two entries that run nothing: by what they reach, esbuild tells apart what the start needs and what can wait. */
function division(root) {
  const modules = {
    'start:': [
      'errors.ts',
      'globals.ts',
      'output/out.ts',
      'commands/help-format.ts',
      'api/deadline.ts',
      'domain/audit/audit.ts',
      'domain/hostname.ts',
      'domain/mac.ts',
      'domain/name-server.ts',
    ],
    'later:': readdirSync(join(root, 'src'), { recursive: true }).filter((file) =>
      /^(api.(?!attempt)|config|domain|files).*\.ts$|^commands.lookup\.ts$/.test(file),
    ),
  };
  return {
    name: 'division',
    setup(build) {
      build.onResolve({ filter: /^(start|later):$/ }, ({ path }) => ({ path, namespace: 'division' }));
      build.onLoad({ filter: /./, namespace: 'division' }, ({ path }) => ({
        contents: modules[path]
          .map((file, i) => `export * as m${i} from './src/${file.replaceAll('\\', '/')}';`)
          .join('\n'),
        resolveDir: root,
      }));
    },
  };
}

function secondPass({ absWorkingDir, outdir }) {
  return async ({ outputFiles, metafile, errors }) => {
    if (errors.length > 0) return;
    const texts = new Map(outputFiles.map((file) => [basename(file.path), file.text]));
    const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
    const entryOf = (name) => [...outputs].find(([, { entryPoint }]) => entryPoint === `division:${name}`)[0];
    const [start, later] = [entryOf('start:'), entryOf('later:')];
    const needed = closure(start, outputs);
    const waiting = new Set([...closure(later, outputs)].filter((name) => name !== later && !needed.has(name)));
    const joined = new Map([
      [START, [...closure(START, outputs)].filter((name) => name !== START && !waiting.has(name))],
      [LATER, [...waiting]],
    ]);
    const alone = [...texts.keys()].filter(
      (name) => ![start, later, START].includes(name) && ![...joined.values()].flat().includes(name),
    );
    await esbuild.build({
      absWorkingDir,
      outdir,
      entryPoints: [START, LATER, ...alone].map((name) => ({ in: name, out: name.replace(/\.js$/, '') })),
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      supported: { 'dynamic-import': false },
      minifySyntax: true,
      minifyWhitespace: true,
      sourcemap: true,
      sourcesContent: false,
      legalComments: 'none',
      logLevel: 'warning',
      plugins: [chunks(texts, outputs, joined)],
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

/**
 * Joins chunks into the two files. Whoever is not in the same file reaches a chunk through the file that it went to; that
 * file is loaded when a name of it is first used, not before.
 */
function chunks(texts, outputs, joined) {
  const fileOf = (chunk) => [...joined].find(([file, names]) => file === chunk || names.includes(chunk))?.[0];
  const nameOf = (chunk) => `chunk${joined.get(fileOf(chunk)).indexOf(chunk)}`;
  const whole = (file) => [
    ...(texts.has(file) ? [`export * from './${file}';`] : []),
    ...joined.get(file).map((chunk) => `import * as ${nameOf(chunk)} from './${chunk}'; export { ${nameOf(chunk)} };`),
  ];
  return {
    name: 'chunks',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, importer, kind, namespace }) => {
        const name = basename(path);
        if (kind === 'entry-point') return { path: name, namespace: joined.has(name) ? 'whole' : 'chunk' };
        if (namespace === 'whole') return { path: name, namespace: 'chunk' };
        if (!texts.has(name)) return { path, external: true };
        if (kind !== 'import-statement' || !fileOf(name)) return { path: `./${name}`, external: true };
        return { path: name, namespace: fileOf(name) === fileOf(importer) ? 'chunk' : 'reached' };
      });
      build.onLoad({ filter: /./, namespace: 'whole' }, ({ path }) => ({ contents: whole(path).join('\n') }));
      build.onLoad({ filter: /./, namespace: 'chunk' }, ({ path }) => ({ contents: texts.get(path), loader: 'js' }));
      build.onLoad({ filter: /./, namespace: 'reached' }, ({ path }) => ({
        contents: onDemand(outputs.get(path).exports, `require('./${fileOf(path)}').${nameOf(path)}`),
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
const RARE = [
  'node:child_process',
  'node:crypto',
  'node:fs/promises',
  'node:os',
  'node:readline',
  'node:timers/promises',
  'node:zlib',
];

/** What got brings along for options that are never set here (`http2`, `cache`, `dnsCache`): a third of it, and 25 ms. */
const UNUSED = {
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
    // string-width compiles the set of all emoji, which takes 25 ms, whether or not there is anything to measure.
    build.onResolve({ filter: /^string-width$/ }, ({ importer, namespace }) =>
      namespace === 'measure' || /node_modules/.test(importer) ? undefined : { path: importer, namespace: 'measure' },
    );
    build.onLoad({ filter: /./, namespace: 'measure' }, ({ path }) => ({
      contents: "export default (...given) => require('string-width').default(...given)",
      resolveDir: dirname(path),
    }));
  },
};
