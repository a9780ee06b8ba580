#!/usr/bin/env node
// Written by hand and never compiled: it must be readable by any Node, also by one that is too old for the rest.
// CommonJS, as package.json beside it says: Node starts it in half the time.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`upc needs Node 20.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  start();
}

async function start() {
  try {
    process.exitCode = await require('../dist/start.js').start(require);
  } catch (error) {
    // A file of the program is missing or damaged: a checkout that was not built, an upgrade in this moment.
    process.stderr.write(`upc could not be started: ${String(error.message).split('\n', 1)[0]}\n`);
    process.stderr.write('Install it again; in a checkout: npm run build\n');
    process.exitCode = 1;
  }
  // All output has arrived by now; a connection that is kept, or a pipe that is read from, must not hold the process.
  setTimeout(() => process.exit(), 50).unref();
}
