// Bundles src/ and its libraries into dist/, with the manual page and the libraries' licence texts beside them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundleOptions } from './bundle.js';
import { loadDocuments } from './documents.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const outdir = join(root, 'dist');
const options = bundleOptions({ absWorkingDir: root, outdir, define: { UPC_VERSION: JSON.stringify(version) } });
const documents = {
  name: 'documents',
  setup: (build) => build.onEnd(({ errors, metafile }) => errors.length === 0 && writeDocuments(metafile)),
};
const all = { ...options, plugins: [...options.plugins, documents] };

if (process.argv.includes('--watch')) await (await esbuild.context({ ...all, logLevel: 'info' })).watch();
else {
  rmSync(outdir, { recursive: true, force: true });
  await esbuild.build(all);
}

/** What stands beside the bundle in dist/. */
async function writeDocuments(metafile) {
  refuseNonAscii();
  // Without this, Node would take the files for ES modules, as the package's own are.
  writeFileSync(join(outdir, 'package.json'), '{"type":"commonjs"}\n');
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licences(metafile));
  const { manPages } = await loadDocuments(root, outdir);
  mkdirSync(join(outdir, 'man'), { recursive: true });
  for (const [name, text] of Object.entries(await manPages(version))) writeFileSync(join(outdir, 'man', name), text);
}

/** One character beyond ASCII doubles the memory of the whole bundle and the time to read it. */
function refuseNonAscii() {
  for (const name of readdirSync(outdir).filter((file) => file.endsWith('.js'))) {
    const [found] = /[^\x00-\x7f]/.exec(readFileSync(join(outdir, name), 'utf8')) ?? [];
    if (found) throw new Error(`dist/${name} holds ${JSON.stringify(found)}: write it as an escape in the source`);
  }
}

/** The licence text of every bundled library. @throws Error for a library without one */
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
