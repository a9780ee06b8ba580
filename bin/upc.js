#!/usr/bin/env node
// Written by hand and never compiled: any Node can read it, also one that is too old for the rest.
// CommonJS, as the package.json beside it says: Node starts it in half the time.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`upc needs Node 20.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  start();
}

async function start() {
  try {
    const { giveShortAnswer } = require('../dist/short-answers.js');
    process.exitCode = (await giveShortAnswer(process.argv.slice(2))) ? 0 : await require('../dist/upc.js').main();
  } catch (error) {
    // A file of the program is missing or damaged: a checkout that was not built, an upgrade in this moment.
    process.stderr.write(`upc could not be started: ${String(error.message).split('\n', 1)[0]}\n`);
    process.stderr.write('Install it again; in a checkout: npm run build\n');
    process.exitCode = 1;
  }
  // All output has arrived by now. An open connection or a pipe that is still read must not keep the process alive.
  setTimeout(() => process.exit(), 50).unref();
}
