// Updates the parts of the documentation and package.json that are generated from the declarations of the commands:
//   npm run docs
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocuments } from './documents.js';

const root = join(import.meta.dirname, '..');
const { updateReadme, renderReference, renderManPages, insertVersion } = await loadDocuments(root, tmpdir());

const readmeFile = join(root, 'README.md');
writeFileSync(readmeFile, await updateReadme(readFileSync(readmeFile, 'utf8')));

const referenceFolder = join(root, 'docs/reference');
rmSync(referenceFolder, { recursive: true, force: true });
mkdirSync(referenceFolder);
for (const [name, text] of Object.entries(await renderReference())) writeFileSync(join(referenceFolder, name), text);

// The install commands in docs/ name a version of the package. Update it on every page.
const docsFolder = join(root, 'docs');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const name of readdirSync(docsFolder).filter((file) => file.endsWith('.md'))) {
  const page = join(docsFolder, name);
  writeFileSync(page, insertVersion(readFileSync(page, 'utf8'), version));
}

// npm installs only manual pages that the manifest lists one by one.
const manifest = join(root, 'package.json');
const parsedManifest = JSON.parse(readFileSync(manifest, 'utf8'));
parsedManifest.man = Object.keys(await renderManPages('')).map((name) => `./dist/man/${name}`);
writeFileSync(manifest, `${JSON.stringify(parsedManifest, null, 2)}\n`);
