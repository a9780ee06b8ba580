#!/usr/bin/env node
// This file is written by hand and never compiled, so that an old Node can read it and report that it is too old.
// It is CommonJS (see package.json beside it), because Node starts CommonJS in half the time.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`upc needs Node 20.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  runProgram();
}

async function runProgram() {
  try {
    const { printFixedText } = require('../dist/short-answers.js');
    process.exitCode = (await printFixedText(process.argv.slice(2))) ? 0 : await require('../dist/upc.js').main();
  } catch (error) {
    // A file of the program is missing or damaged, for example in a checkout without a build or during an upgrade.
    process.stderr.write(`upc cannot start: ${String(error.message).split('\n', 1)[0]}\n`);
    process.stderr.write('Install upc again. In a checkout, run: npm run build\n');
    process.exitCode = 1;
  }
  // All output is written by now. An open connection or a pending read of a pipe must not keep the process alive.
  setTimeout(() => exitProcess(process.exitCode), 50).unref();
}

/** Ends the process with its exit code, or by a signal if a blocked thread prevents the exit (T-7, T-20). */
function exitProcess(code, attempt = 0) {
  const held = process.getActiveResourcesInfo();
  const isReading = held.some((name) => name.startsWith('FSReq'));
  const signal = { 130: 'SIGINT', 143: 'SIGTERM' }[code];
  // process.exit() waits for the threads of Node. A thread that reads a file may never end, because the disk may not
  // respond. A thread that looks up a name always ends, but may take seconds. So wait for a lookup, unless a signal has
  // interrupted the command.
  const isHeld = isReading || (signal !== undefined && held.includes('GetAddrInfoReqWrap'));
  if (!isHeld) process.exit();
  // Give the thread 150 ms to finish: most reads take a few milliseconds. Then end the process with a signal.
  if (attempt < 3) return void setTimeout(() => exitProcess(code, attempt + 1), 50);
  if (require('node:tty').isatty(0) && process.stdin.isRaw) process.stdin.setRawMode(false);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal ?? 'SIGKILL');
}
