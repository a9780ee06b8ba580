// Writes what follows from the declarations of the commands into the documentation:
//   npm run docs
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = join(import.meta.dirname, '..');
const outfile = join(root, 'dist', 'documents.cjs');
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['src/cli/documents.ts'],
  outfile,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  define: { UPC_VERSION: '""' },
});
const { currentReadme } = await import(pathToFileURL(outfile));
rmSync(outfile);
const readme = join(root, 'README.md');
writeFileSync(readme, await currentReadme(readFileSync(readme, 'utf8')));
