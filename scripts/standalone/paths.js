// The paths at which the standalone executable and the Debian package are made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
export const releaseFolder = join(root, 'release');
/** The folder of the executable, its manual pages and all licences. A release contains it as an archive. */
export const standaloneFolder = join(
  releaseFolder,
  `upc-${version}-${process.platform.replace('win32', 'windows').replace('darwin', 'macos')}-${process.arch}`,
);
