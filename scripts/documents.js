// Bundles and loads the generators of the documentation: scripts cannot import their TypeScript files directly.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

/** Loads src/cli/documents.ts. @param outdir the folder for the temporary bundle */
export async function loadDocuments(root, outdir) {
  // Node imports each path only once, so each build in watch mode needs a new name.
  const outfile = join(outdir, `documents-${Date.now()}.cjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['src/cli/documents.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    define: { UPC_VERSION: '""' },
  });
  try {
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(outfile);
  }
}
