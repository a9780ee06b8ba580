// Updates the parts of the documentation and package.json that are generated from the declarations of the commands:
//   npm run docs
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocuments } from './documents.js';

const root = join(import.meta.dirname, '..');
const { updateReadme, renderReference, renderManPages, insertVersion } = await loadDocuments(root, tmpdir());

const readme = join(root, 'README.md');
writeFileSync(readme, await updateReadme(readFileSync(readme, 'utf8')));

const reference = join(root, 'docs/reference');
rmSync(reference, { recursive: true, force: true });
mkdirSync(reference);
for (const [name, text] of Object.entries(await renderReference())) writeFileSync(join(reference, name), text);

// The install commands in docs/ name a version of the package. Update it on every page.
const docs = join(root, 'docs');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const name of readdirSync(docs).filter((file) => file.endsWith('.md'))) {
  const page = join(docs, name);
  writeFileSync(page, insertVersion(readFileSync(page, 'utf8'), version));
}

// npm installs only manual pages that the manifest lists one by one.
const manifest = join(root, 'package.json');
const value = JSON.parse(readFileSync(manifest, 'utf8'));
value.man = Object.keys(await renderManPages('')).map((name) => `./dist/man/${name}`);
writeFileSync(manifest, `${JSON.stringify(value, null, 2)}\n`);
