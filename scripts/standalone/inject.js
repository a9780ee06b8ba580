// Puts the program into a copy of Node, as Node's documentation describes for single executable applications.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The names by which Node finds the program in its executable, from the documentation of Node. */
const SEA_RESOURCE_NAME = 'NODE_SEA_BLOB';
const SEA_FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Makes the executable.
 * @param node the Node that becomes the executable
 * @param folder a working folder that contains the program
 * @param main the path of the program, relative to the folder; stack traces show this path
 */
export function makeExecutable({ node, folder, main, executable }) {
  const config = {
    main,
    output: 'upc.blob',
    assets: { 'upc.js.map': `${main}.map` },
    disableExperimentalSEAWarning: true,
    // The code cache saves 20 to 30 ms of each start, as measured.
    useCodeCache: true,
    // Ignore NODE_OPTIONS, and start no debugger at SIGUSR1: both could run other code in the program (T-19).
    execArgv: ['--disable-sigusr1'],
    execArgvExtension: 'none',
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  runQuietly(node, ['--experimental-sea-config', 'sea.json'], { cwd: folder });
  copyFileSync(node, executable);
  chmodSync(executable, 0o755);
  if (process.platform === 'linux') removeSymbols(executable);
  // Remove the signature of the copied Node: it would not match the changed file.
  if (process.platform === 'darwin') runQuietly('codesign', ['--remove-signature', executable]);
  const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'));
  const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : [];
  runQuietly(process.execPath, [
    postject,
    executable,
    SEA_RESOURCE_NAME,
    join(folder, 'upc.blob'),
    '--sentinel-fuse',
    SEA_FUSE,
    ...segment,
  ]);
  // macOS starts no unsigned program. `-` signs without an identity.
  if (process.platform === 'darwin') runQuietly('codesign', ['--sign', '-', executable]);
}

/**
 * Removes the symbols for debuggers: they take up a seventh of the size. Without `strip`, the executable works but is larger.
 */
function removeSymbols(executable) {
  try {
    runQuietly('strip', [executable]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.log('strip is missing (package binutils): the executable is larger than it needs to be.');
  }
}

/** Runs a program. Shows its output only after a failure: postject warns about every section that it does not know. */
function runQuietly(program, args, options = {}) {
  execFileSync(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}
