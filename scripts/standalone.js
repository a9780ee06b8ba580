// Makes a folder in release/ with a single executable of the program and Node, the manual pages and all licences:
//   npm run build:standalone
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addNodeComponent } from './sbom.js';
import { bundleProgram } from './standalone/bundle.js';
import { makeExecutable } from './standalone/inject.js';
import { findNodeProgram } from './standalone/node.js';
import { releaseFolder, root, standaloneFolder } from './standalone/paths.js';

execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
rmSync(standaloneFolder, { recursive: true, force: true });
mkdirSync(standaloneFolder, { recursive: true });
const executable = join(standaloneFolder, process.platform === 'win32' ? 'upc.exe' : 'upc');
const workFolder = mkdtempSync(join(releaseFolder, 'work-'));
try {
  const node = findNodeProgram(join(workFolder, 'node'));
  const main = await bundleProgram(workFolder);
  makeExecutable({ node: node.program, folder: workFolder, main, executable });
  copyFileSync(node.licence, join(standaloneFolder, 'NODE-LICENSE.txt'));
  const sbom = addNodeComponent(JSON.parse(readFileSync(join(root, 'dist/sbom.cdx.json'), 'utf8')), node.version);
  writeFileSync(join(standaloneFolder, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 1)}\n`);
} finally {
  rmSync(workFolder, { recursive: true });
}
copyFileSync(join(root, 'LICENSE'), join(standaloneFolder, 'LICENSE'));
copyFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), join(standaloneFolder, 'THIRD-PARTY-LICENSES.txt'));
cpSync(join(root, 'dist/man'), join(standaloneFolder, 'man/man1'), { recursive: true });
cpSync(join(root, 'contrib'), join(standaloneFolder, 'contrib'), { recursive: true });
// execFileSync() throws an error if the executable does not start.
process.stdout.write(execFileSync(executable, ['--version'], { encoding: 'utf8' }));
console.log(`${executable}: ${statSync(executable).size} bytes`);
