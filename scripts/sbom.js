// Describes what is in the bundle as a CycloneDX SBOM, which vulnerability scanners read.
import { findImports } from './bundled-packages.js';

/**
 * Returns the SBOM. It has no time and no serial number, so that the same sources make the same file.
 * @param manifest the manifest of this package
 * @param packages the bundled packages
 * @param metafile esbuild's report about the bundle
 */
export function createSbom(manifest, packages, metafile) {
  const refs = new Map(packages.map((one) => [one.folder, createPurl(one.manifest)]));
  const listRefs = (folders) => [...new Set(folders.map((folder) => refs.get(folder)).filter(Boolean))].sort();
  const components = new Map(packages.map((one) => [refs.get(one.folder), createComponent(one.manifest, 'library')]));
  const dependencies = new Map([[createPurl(manifest), listRefs(findImports(metafile))]]);
  // The same version of a package may be in two folders. Make it one component, with the dependencies from both folders.
  for (const { folder, imports } of packages) {
    const ref = refs.get(folder);
    dependencies.set(ref, [...new Set([...(dependencies.get(ref) ?? []), ...listRefs(imports)])].sort());
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: createComponent(manifest, 'application') },
    components: [...components.values()],
    dependencies: [...dependencies].map(([ref, dependsOn]) => ({ ref, dependsOn })),
  };
}

/** Adds Node, which is part of the standalone executable, under the name by which vulnerability scanners know it. */
export function addNodeComponent(sbom, version) {
  const node = {
    type: 'platform',
    'bom-ref': `pkg:github/nodejs/node@v${version}`,
    name: 'node',
    version,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl: `pkg:github/nodejs/node@v${version}`,
    licenses: [{ license: { name: 'NODE-LICENSE.txt' } }],
  };
  const [own, ...others] = sbom.dependencies;
  return {
    ...sbom,
    components: [...sbom.components, node],
    dependencies: [
      { ...own, dependsOn: [...own.dependsOn, node['bom-ref']] },
      ...others,
      { ref: node['bom-ref'], dependsOn: [] },
    ],
  };
}

function createComponent(manifest, type) {
  const [name, scope] = manifest.name.split('/').reverse();
  const purl = createPurl(manifest);
  const { license } = manifest;
  return {
    type,
    'bom-ref': purl,
    ...(scope && { group: scope }),
    name,
    version: manifest.version,
    licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
    purl,
  };
}

/** Returns the package URL of a package. In it, the `@` of a scope is escaped. */
function createPurl({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
