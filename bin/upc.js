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
  setTimeout(() => end(process.exitCode), 50).unref();
}

/** Ends the process. Its code stands; only where the system holds a thread of it, a signal has to end it. */
function end(code, attempt = 0) {
  const held = process.getActiveResourcesInfo();
  const isReading = held.some((name) => name.startsWith('FSReq'));
  const signal = { 130: 'SIGINT', 143: 'SIGTERM' }[code];
  // process.exit() waits for every thread, and one that reads from a dead disk never returns. A silent name server does.
  const isHeld = isReading || (signal !== undefined && held.includes('GetAddrInfoReqWrap'));
  if (!isHeld) process.exit();
  // Most reads end in a moment.
  if (attempt < 3) return void setTimeout(() => end(code, attempt + 1), 50);
  if (require('node:tty').isatty(0) && process.stdin.isRaw) process.stdin.setRawMode(false);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal ?? 'SIGKILL');
}
