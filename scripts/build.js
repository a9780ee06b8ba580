// Bundles src/ and its libraries into dist/ and gathers the libraries' licence texts.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** @type {esbuild.BuildOptions} */
const options = {
  absWorkingDir: root,
  entryPoints: ['src/run.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  define: { UPC_VERSION: JSON.stringify(version) },
  // CommonJS libraries inside an ES module still call require for node's own modules.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
};

if (process.argv.includes('--watch')) {
  const context = await esbuild.context({ ...options, logLevel: 'info' });
  await context.watch();
} else {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { metafile } = await esbuild.build(options);
  writeFileSync(join(root, 'dist', 'THIRD-PARTY-LICENSES.txt'), licences(metafile));
  writeFileSync(join(root, 'dist', 'upc.1'), await manual());
}

/** The manual page, from the tree of commands itself. */
async function manual() {
  const outfile = join(root, 'dist', 'man-page.mjs');
  await esbuild.build({ ...options, entryPoints: ['src/man-page.ts'], outdir: undefined, outfile, splitting: false });
  const { manPage } = await import(pathToFileURL(outfile));
  for (const file of [outfile, `${outfile}.map`]) rmSync(file);
  return manPage(version);
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
