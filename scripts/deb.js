// Makes a Debian package of the standalone executable, with its manual pages and completions:
//   npm run build:standalone && npm run build:deb
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { debianVersion, listLintianOverrides, NAME, renderChangelog, renderControlFile } from './standalone/debian.js';
import { releaseFolder, root, standaloneFolder } from './standalone/paths.js';

// With a stricter umask, only root could read the installed files.
process.umask(0o022);
const executable = join(standaloneFolder, 'upc');
if (!existsSync(executable)) throw new Error(`${executable} is missing: run npm run build:standalone`);
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const architecture = ARCHITECTURES[process.arch];
if (architecture === undefined) throw new Error(`Debian's name of ${process.arch} is missing in scripts/deb.js`);

const date = findLastChange();
const folder = join(releaseFolder, 'deb');
rmSync(folder, { recursive: true, force: true });
writePackageFile('usr/bin/upc', readFileSync(executable), 0o755);
for (const page of readdirSync(join(standaloneFolder, 'man/man1'))) {
  writePackageFile(
    `usr/share/man/man1/${page}.gz`,
    compressWithGzip(readFileSync(join(standaloneFolder, 'man/man1', page))),
  );
}
writePackageFile('usr/share/bash-completion/completions/upc', printCompletion('bash'));
writePackageFile('usr/share/zsh/vendor-completions/_upc', printCompletion('zsh'));
writePackageFile('usr/share/fish/vendor_completions.d/upc.fish', printCompletion('fish'));
const documents = `usr/share/doc/${NAME}`;
writePackageFile(`${documents}/copyright`, joinLicences());
writePackageFile(`${documents}/sbom.cdx.json`, readFileSync(join(standaloneFolder, 'sbom.cdx.json')));
writePackageFile(`${documents}/changelog.gz`, compressWithGzip(readFileSync(join(root, 'CHANGELOG.md'))));
writePackageFile(`${documents}/changelog.Debian.gz`, compressWithGzip(renderChangelog(date)));
const examples = join(standaloneFolder, 'contrib');
for (const entry of readdirSync(examples, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
  const text = readFileSync(join(entry.parentPath, entry.name));
  const isScript = text.subarray(0, 2).toString() === '#!';
  writePackageFile(
    `${documents}/examples/${relative(examples, join(entry.parentPath, entry.name))}`,
    text,
    isScript ? 0o755 : 0o644,
  );
}
writePackageFile(`usr/share/lintian/overrides/${NAME}`, listLintianOverrides());
const files = listPackageFiles();
writePackageFile(
  'DEBIAN/md5sums',
  files.map(({ path, content }) => `${createHash('md5').update(content).digest('hex')}  ${path}\n`).join(''),
);
writePackageFile('DEBIAN/control', renderControlFile({ architecture, size: sumSizes(files) }));
const file = join(releaseFolder, `${NAME}_${debianVersion}_${architecture}.deb`);
// A higher compression level takes several times as long and makes the package at most a fifth smaller.
execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z0', '--build', folder, file], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, SOURCE_DATE_EPOCH: String(Math.floor(date.getTime() / 1000)) },
});
rmSync(folder, { recursive: true });
console.log(file);

function writePackageFile(path, content, mode = 0o644) {
  mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, path), content, { mode });
}

/** Compresses the content. The header contains neither name nor time, so the same content always gives the same file. */
function compressWithGzip(content) {
  return gzipSync(content, { level: 9 });
}

function printCompletion(shell) {
  return execFileSync(executable, ['completion', shell]);
}

/** Returns the licences of the program, of its libraries and of Node. Everything in the package is under one of them. */
function joinLicences() {
  const read = (name) => readFileSync(join(standaloneFolder, name), 'utf8').trim();
  const line = '='.repeat(78);
  return `${NAME} contains libraries and Node. Their licences follow its own.

${read('LICENSE')}

${line}
Libraries

${read('THIRD-PARTY-LICENSES.txt')}

${line}
Node

${read('NODE-LICENSE.txt')}
`;
}

function listPackageFiles() {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
  return paths.map((path) => ({ path, content: readFileSync(join(folder, path)) }));
}

/** Returns the size of all files in KiB, as dpkg defines it. */
function sumSizes(files) {
  return files.reduce((sum, { content }) => sum + Math.ceil(content.length / 1024), 0);
}

/** Returns the time of the last change to the sources, so that the same sources always give the same package. */
function findLastChange() {
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return new Date(Number(execFileSync('git', ['log', '-1', '--format=%ct'], options)) * 1000);
  } catch {
    return new Date();
  }
}
