// Bundles src/ and its libraries into dist/. Also writes the manual pages there, and the licence texts and the SBOM
// of the libraries.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { createBundleOptions } from './bundle.js';
import { findBundledPackages } from './bundled-packages.js';
import { loadDocuments } from './documents.js';
import { createSbom } from './sbom.js';
import { ownSourceMapsPlugin } from './source-maps.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { version } = manifest;

const outdir = join(root, 'dist');
const options = createBundleOptions({ absWorkingDir: root, outdir, define: { UPC_VERSION: JSON.stringify(version) } });
const documentsPlugin = {
  name: 'documents',
  setup: (build) =>
    build.onEnd(async ({ errors, metafile }) => {
      if (errors.length === 0) await writeDocuments(metafile);
    }),
};
const allOptions = { ...options, plugins: [...options.plugins, ownSourceMapsPlugin, documentsPlugin] };

if (process.argv.includes('--watch')) await (await esbuild.context({ ...allOptions, logLevel: 'info' })).watch();
else {
  rmSync(outdir, { recursive: true, force: true });
  await esbuild.build(allOptions);
}

/** Writes the files of dist/ that are not bundles: package.json, the licence texts, the SBOM and the manual pages. */
async function writeDocuments(metafile) {
  assertOutputIsAscii();
  // Without this file, Node would read the bundle as ES modules, as the package.json of the checkout says.
  writeFileSync(join(outdir, 'package.json'), '{"type":"commonjs"}\n');
  const packages = findBundledPackages(root, metafile);
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), joinLicences(packages));
  writeFileSync(
    join(outdir, 'sbom.cdx.json'),
    `${JSON.stringify(createSbom(manifest, packages, metafile), null, 1)}\n`,
  );
  const { renderManPages } = await loadDocuments(root, outdir);
  mkdirSync(join(outdir, 'man'), { recursive: true });
  for (const [name, text] of Object.entries(await renderManPages(version)))
    writeFileSync(join(outdir, 'man', name), text);
}

/** Rejects characters beyond ASCII: a single one doubles the memory of the bundle and the time to read it. */
function assertOutputIsAscii() {
  for (const name of readdirSync(outdir, { recursive: true }).filter((file) => file.endsWith('.js'))) {
    const [found] = /[^\x00-\x7f]/.exec(readFileSync(join(outdir, name), 'utf8')) ?? [];
    if (found) throw new Error(`dist/${name} contains ${JSON.stringify(found)}: write it as an escape in the source`);
  }
}

/** Returns the licence texts of all bundled libraries. */
function joinLicences(packages) {
  const texts = packages.map(
    ({ manifest: { name, version, license }, licence }) => `${name} ${version} (${license})\n\n${licence}`,
  );
  return `${texts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}
