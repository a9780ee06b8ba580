import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license?: { readonly id?: string }; readonly expression?: string }[];
}

const root = resolve(import.meta.dirname, '../..');
// The scripts are JavaScript without types, so TypeScript would reject an import of a fixed path. Compute the URL
// instead.
const load = (script: string) => import(pathToFileURL(join(root, 'scripts', script)).href);
const { createBundleOptions } = await load('bundle.js');
const { addNodeComponent } = await load('sbom.js');
const readManifest = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
const sbom = JSON.parse(readFileSync(join(root, 'dist/sbom.cdx.json'), 'utf8'));
const components: readonly Component[] = sbom.components;
const getFullName = ({ group, name }: Component) => (group ? `${group}/${name}` : name);

describe('the SBOM', () => {
  /** `name@version (licence)` of each package whose code esbuild puts into the bundle. */
  let bundled: string[] = [];

  beforeAll(async () => {
    const options = createBundleOptions({ absWorkingDir: root, outdir: 'unused', define: { UPC_VERSION: '""' } });
    const { metafile } = await build({ ...options, write: false });
    const files = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.keys(inputs));
    const folders = files
      .filter((file) => file.includes('node_modules/'))
      .map((file) => {
        const [, before = '', name = ''] = /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
        return before + name;
      });
    bundled = [...new Set(folders)].map((folder) => {
      const { name, version, license } = readManifest(folder);
      return `${name}@${version} (${license})`;
    });
  });

  test('lists every package of the bundle with its version and licence, and nothing else', () => {
    expect(bundled.length).toBeGreaterThan(50);
    const listed = components.map(
      (one) => `${getFullName(one)}@${one.version} (${one.licenses[0]?.license?.id ?? one.licenses[0]?.expression})`,
    );
    expect(listed.sort()).toEqual([...new Set(bundled)].sort());
  });

  test('the licence text of each package is in dist/', () => {
    const texts = readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8').split(/^-{78}$/m);
    const titles = texts.map((text) => text.trim().split('\n', 1)[0]?.replace(' ', '@'));
    expect([...new Set(titles)].sort()).toEqual([...new Set(bundled)].sort());
    for (const text of texts) expect(text).toMatch(/copyright|permission/i);
  });

  test('is CycloneDX 1.6, and names each component by a package URL', () => {
    const { name, version } = readManifest('.');
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { type: 'application', name, version, purl: `pkg:npm/${name}@${version}` } },
    });
    for (const one of components) {
      expect(one.purl).toBe(`pkg:npm/${getFullName(one).replace('@', '%40')}@${one.version}`);
      expect(one['bom-ref']).toBe(one.purl);
    }
    expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
  });

  test('every component is a dependency of another one or of the program', () => {
    const edges: readonly { ref: string; dependsOn: string[] }[] = sbom.dependencies;
    const own = sbom.metadata.component['bom-ref'];
    expect(edges.map(({ ref }) => ref).sort()).toEqual([own, ...components.map(({ purl }) => purl)].sort());
    expect([...new Set(edges.flatMap(({ dependsOn }) => dependsOn))].sort()).toEqual(
      components.map(({ purl }) => purl).sort(),
    );
    expect(edges[0]?.dependsOn).toContain(components.find(({ name }) => name === 'got')?.purl);
    expect(edges[0]?.dependsOn).toContain(components.find(({ name }) => name === 'chalk')?.purl);
  });

  test('of the standalone executable names its Node, too', () => {
    const { components: all, dependencies } = addNodeComponent(sbom, '24.1.2');
    const ref = 'pkg:github/nodejs/node@v24.1.2';
    expect(all.slice(0, -1)).toEqual(components);
    expect(all.at(-1)).toMatchObject({ 'bom-ref': ref, version: '24.1.2', cpe: expect.stringContaining(':24.1.2:') });
    expect(dependencies[0].dependsOn).toContain(ref);
  });
});
