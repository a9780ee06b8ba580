// Finds the packages whose code is in the bundle.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns the packages of a bundle, ordered by their folders. Each has its manifest, its licence text, and the folders of the packages that
 * it imports.
 * @param metafile esbuild's report about the bundle
 * @throws Error for a package without a licence
 */
export function findBundledPackages(root, metafile) {
  const folders = new Set(listFilesWithCode(metafile).map(findPackageFolder).filter(Boolean));
  return [...folders].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
    if (!manifest.license || file === undefined) throw new Error(`${manifest.name} has no licence text`);
    const licence = readFileSync(join(root, folder, file), 'utf8').trim();
    return { folder, manifest, licence, imports: findImports(metafile, folder) };
  });
}

/**
 * Returns the folders of the packages that the package in `folder` imports. Without `folder`, the importer is this repository.
 */
export function findImports({ inputs }, folder) {
  const files = Object.keys(inputs).filter((file) => findPackageFolder(file) === folder);
  const imported = files.flatMap((file) => inputs[file].imports.map(({ path }) => findPackageFolder(path)));
  return [...new Set(imported)].filter((path) => path !== undefined && path !== folder).sort();
}

function listFilesWithCode({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}

/**
 * Returns the folder of the package that a file belongs to, relative to the checkout, or undefined for a file of this
 * repository.
 */
function findPackageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}
