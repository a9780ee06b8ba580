// Finds the Node that goes into the executable.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The major version of Node in the executable. Node 26 is not suitable: it needs libatomic, which minimal Linux systems lack. */
const NODE_MAJOR_VERSION = 24;

/**
 * Returns a Node that can become the executable, with its licence and version. Uses the Node that runs this script if it is
 * suitable. Otherwise, npm installs a Node for this platform.
 * @param folder where npm installs Node
 */
export function findNodeProgram(folder) {
  const { node } = process.versions;
  const { node_shared: isShared, single_executable_application: isSupported } = process.config.variables;
  // The Node of some distributions keeps its code in a shared library. A copy of its program alone would not start.
  if (node.startsWith(`${NODE_MAJOR_VERSION}.`) && isSupported && !isShared) return createNodeInfo(process.execPath);
  console.log(`Node ${node} cannot become the executable: npm installs Node ${NODE_MAJOR_VERSION}.`);
  const { platform, arch } = process;
  const isMac = platform === 'darwin' && arch === 'arm64';
  const name = `${isMac ? 'node-bin' : 'node'}-${platform.replace('win32', 'win')}-${arch}`;
  mkdirSync(folder);
  const npm = platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(
    npm,
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${NODE_MAJOR_VERSION}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: platform === 'win32',
    },
  );
  return createNodeInfo(join(folder, 'node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node'));
}

/**
 * Returns the path, licence and version of a Node. @throws Error if its licence text is missing, because a release must contain
 * it
 */
function createNodeInfo(program) {
  const beside = dirname(program);
  const licence = [join(beside, '..', 'LICENSE'), join(beside, 'LICENSE')].find((file) => existsSync(file));
  if (licence === undefined) throw new Error(`${program} has no LICENSE beside it`);
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().replace(/^v/, '');
  return { program, licence, version };
}
