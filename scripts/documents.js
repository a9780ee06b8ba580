// What follows from the declarations of the commands, bundled so that a script can call it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

/** Loads src/cli/documents.ts. @param outdir a folder for the bundle, which is removed again */
export async function loadDocuments(root, outdir) {
  // A module is imported once: each build gives it another name.
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
