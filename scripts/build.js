// Bundles src/ and its libraries into dist/ and gathers the libraries' licence texts.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { bundleOptions } from './bundle.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const outdir = join(root, 'dist');
/** Node would take the files for ES modules, as the package's own are. */
const COMMON_JS = '{"type":"commonjs"}\n';
const options = bundleOptions({
  absWorkingDir: root,
  outdir,
  define: { UPC_VERSION: JSON.stringify(version) },
});

if (process.argv.includes('--watch')) {
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'package.json'), COMMON_JS);
  const rest = { name: 'rest', setup: (build) => build.onEnd(({ errors }) => errors.length === 0 && writeRest()) };
  const context = await esbuild.context({ ...options, plugins: [...options.plugins, rest], logLevel: 'info' });
  await context.watch();
} else {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await esbuild.build(options);
  await bundleStart(contentHash());
  await writeDocuments();
  writeFileSync(join(outdir, 'package.json'), COMMON_JS);
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licences(metafile));
}

/** What goes beside the bundle, anew after each change. */
async function writeRest() {
  await bundleStart('');
  await writeDocuments();
}

/** Names what stands in the bundle: compiled code is kept under this name. */
function contentHash() {
  const hash = createHash('sha256');
  for (const name of readdirSync(outdir).sort()) {
    if (name.endsWith('.js')) hash.update(`${name}\n`).update(readFileSync(join(outdir, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** @param build the name of what stands in the bundle; empty where that changes all the time */
function bundleStart(build) {
  return bundleAlone('src/start/start.ts', join(outdir, 'start.js'), {
    UPC_BUILD: JSON.stringify(build),
    'import.meta.dirname': '__dirname',
  });
}

/** The manual page and the help pages, from the tree of commands itself. */
async function writeDocuments() {
  // A module is imported once: each time it has another name.
  const outfile = join(outdir, `documents-${Date.now()}.cjs`);
  await bundleAlone('src/documents/documents.ts', outfile);
  const { helpPages, helpWidths, manPage } = await import(pathToFileURL(outfile));
  rmSync(outfile);
  writeFileSync(join(outdir, 'upc.1'), manPage(version));
  for (const width of helpWidths) {
    writeFileSync(join(outdir, `help-${width}.json`), `${JSON.stringify(helpPages(width), null, 1)}\n`);
  }
}

/** A bundle that shares nothing with the others. */
function bundleAlone(entry, outfile, define = {}) {
  return esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    define: { ...options.define, ...define },
    minifySyntax: true,
    minifyWhitespace: true,
  });
}

/** The licence text of every library that ended up in the bundle; a library without one fails the build. */
function licences(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const texts = [];
  for (const folder of [...folders].sort()) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
    if (file === undefined) throw new Error(`${manifest.name} comes without the text of its licence`);
    const text = readFileSync(join(root, folder, file), 'utf8').trim();
    texts.push(`${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}`);
  }
  return `${texts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}
