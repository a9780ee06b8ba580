// Bundles src/ and its libraries into dist/ and gathers the libraries' licence texts.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  await bundleAlone('src/quick.ts', join(outdir, 'quick.js'));
  const context = await esbuild.context({ ...options, logLevel: 'info' });
  await context.watch();
} else {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await esbuild.build(options);
  writeFileSync(join(outdir, 'package.json'), COMMON_JS);
  await bundleAlone('src/quick.ts', join(outdir, 'quick.js'));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licences(metafile));
  writeFileSync(join(outdir, 'upc.1'), await manual());
}

/** The manual page, from the tree of commands itself. */
async function manual() {
  const outfile = join(outdir, 'man-page.cjs');
  await bundleAlone('src/man-page.ts', outfile);
  const { manPage } = await import(pathToFileURL(outfile));
  rmSync(outfile);
  return manPage(version);
}

/** A bundle that shares nothing with the others. */
function bundleAlone(entry, outfile) {
  return esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    define: options.define,
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
    const text =
      file && existsSync(join(root, folder, file)) ? readFileSync(join(root, folder, file), 'utf8') : undefined;
    if (text === undefined && !manifest.license) throw new Error(`${manifest.name} carries no licence`);
    texts.push(
      `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text?.trim() ?? `Licence: ${manifest.license}`}`,
    );
  }
  return `${texts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}
