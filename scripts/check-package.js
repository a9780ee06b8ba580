// Fails when the package would carry anything but what it needs, or when its manifest and lock file are not fit to publish.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const read = (name) => readFileSync(join(root, name), 'utf8');

const needed = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'bin/package.json',
  'bin/upc.js',
  'dist/THIRD-PARTY-LICENSES.txt',
  'dist/package.json',
  'dist/short-answers.js',
  'dist/short-answers.js.map',
  ...JSON.parse(read('package.json')).man.map((path) => path.replace('./', '')),
  'dist/upc.js',
  'dist/upc.js.map',
  'package.json',
];
/** Bytes: what it takes, and a little more. README tells the size. */
const MOST_PACKED = 800_000;
const MOST_UNPACKED = 2_750_000;

const problems = [
  ...manifestProblems(JSON.parse(read('package.json'))),
  ...lockProblems(read('package-lock.json')),
  ...contentProblems(packed()),
];
for (const problem of problems) console.error(`check-package: ${problem}`);
if (problems.length > 0) process.exitCode = 1;

/** What `npm pack` would put in, from a build of this moment. */
function packed() {
  execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' };
  const answer = JSON.parse(execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], options));
  // A list with one entry, or since npm 11 an object with one.
  return Object.values(answer)[0];
}

function contentProblems({ files, size, unpackedSize }) {
  const paths = files.map(({ path }) => path);
  const found = [];
  for (const path of needed) if (!paths.includes(path)) found.push(`${path} is missing`);
  for (const path of paths) if (!needed.includes(path)) found.push(`${path} does not belong`);
  const program = files.find(({ path }) => path === 'bin/upc.js');
  if (program && (program.mode & 0o111) !== 0o111) found.push('bin/upc.js cannot be executed');
  if (size > MOST_PACKED) found.push(`${size} bytes packed are more than ${MOST_PACKED}`);
  if (unpackedSize > MOST_UNPACKED) found.push(`${unpackedSize} bytes unpacked are more than ${MOST_UNPACKED}`);
  console.log(`${paths.length} files, ${size} bytes packed, ${unpackedSize} unpacked`);
  return found;
}

/** The bundle carries its libraries, so that a user installs no tree of dependencies and runs none of their scripts. */
function manifestProblems(manifest) {
  const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'];
  const scripts = ['preinstall', 'install', 'postinstall'];
  return [
    ...kinds.filter((kind) => kind in manifest).map((kind) => `package.json has ${kind}`),
    ...scripts.filter((name) => name in manifest.scripts).map((name) => `package.json has a script ${name}`),
  ];
}

function lockProblems(text) {
  const { packages } = JSON.parse(text);
  const found = text.includes('"resolved"') ? ['package-lock.json names a registry (resolved)'] : [];
  // What one platform's registry lacks, npm leaves out without a word; `npm ci` then refuses the lock everywhere.
  for (const [name, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const wanted of Object.keys(optionalDependencies)) {
      const there = `node_modules/${wanted}` in packages || `${name}/node_modules/${wanted}` in packages;
      if (!there) found.push(`package-lock.json lacks ${wanted}, which ${name} names`);
    }
  }
  return found;
}
