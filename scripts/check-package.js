// Fails if the package contains unneeded files or lacks needed ones, or if its manifest or lock file must not be published.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryNames } from './bundle.js';

const root = join(import.meta.dirname, '..');
const readRootFile = (name) => readFileSync(join(root, name), 'utf8');

const requiredFiles = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'bin/package.json',
  'bin/upc.js',
  'contrib/cron/upc-guard',
  'contrib/failover.env',
  'contrib/keepalived/keepalived.conf',
  'contrib/keepalived/upc-notify',
  'contrib/ocf/upc-floating-ip',
  'contrib/systemd/upc-guard.service',
  'dist/THIRD-PARTY-LICENSES.txt',
  ...libraryNames.map((name) => `dist/libraries/${name}.js`),
  'dist/package.json',
  'dist/sbom.cdx.json',
  'dist/short-answers.js',
  'dist/short-answers.js.map',
  ...JSON.parse(readRootFile('package.json')).man.map((path) => path.replace('./', '')),
  'dist/upc.js',
  'dist/upc.js.map',
  // The documentation for users. docs/reference is not included, because the manual pages contain the same text.
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md') && file !== 'api-rules.md')
    .map((file) => `docs/${file}`),
  'package.json',
];
/**
 * The maximum sizes, in bytes: a little more than the current ones. README.md and docs/install.md mention the packed size.
 */
const PACKED_MAX_BYTES = 560_000;
const UNPACKED_MAX_BYTES = 1_950_000;

const problems = [
  ...findManifestProblems(JSON.parse(readRootFile('package.json'))),
  ...findLockProblems(readRootFile('package-lock.json')),
  ...findContentProblems(packPackage()),
];
for (const problem of problems) console.error(`check-package: ${problem}`);
if (problems.length > 0) process.exitCode = 1;

/** Builds the program and returns what `npm pack` would include. */
function packPackage() {
  execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' };
  const packages = JSON.parse(execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], options));
  // Older versions of npm print an array with one element. Since npm 11, npm prints an object with one property.
  return Object.values(packages)[0];
}

function findContentProblems({ files, size, unpackedSize }) {
  const paths = files.map(({ path }) => path);
  const found = [];
  for (const path of requiredFiles) if (!paths.includes(path)) found.push(`${path} is missing`);
  for (const path of paths) if (!requiredFiles.includes(path)) found.push(`${path} does not belong`);
  const program = files.find(({ path }) => path === 'bin/upc.js');
  if (program && (program.mode & 0o111) !== 0o111) found.push('bin/upc.js is not executable');
  if (size > PACKED_MAX_BYTES) found.push(`${size} bytes packed are more than ${PACKED_MAX_BYTES}`);
  if (unpackedSize > UNPACKED_MAX_BYTES)
    found.push(`${unpackedSize} bytes unpacked are more than ${UNPACKED_MAX_BYTES}`);
  console.log(`${paths.length} files, ${size} bytes packed, ${unpackedSize} unpacked`);
  return found;
}

/**
 * Returns a problem for each kind of dependency and each install script in the manifest. The bundle contains all libraries, so
 * the package needs no dependencies and no install script.
 */
function findManifestProblems(manifest) {
  const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'];
  const scripts = ['preinstall', 'install', 'postinstall'];
  return [
    ...kinds.filter((kind) => kind in manifest).map((kind) => `package.json has ${kind}`),
    ...scripts.filter((name) => name in manifest.scripts).map((name) => `package.json has a script ${name}`),
  ];
}

function findLockProblems(text) {
  const { packages } = JSON.parse(text);
  const found = text.includes('"resolved"') ? ['package-lock.json names a registry (resolved)'] : [];
  // If the registry lacks an optional dependency, npm silently leaves it out of the lock file. `npm ci` then rejects the lock
  // file.
  for (const [name, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const required of Object.keys(optionalDependencies)) {
      const isLocked = `node_modules/${required}` in packages || `${name}/node_modules/${required}` in packages;
      if (!isLocked) found.push(`package-lock.json lacks ${required}, which ${name} names`);
    }
  }
  return found;
}
