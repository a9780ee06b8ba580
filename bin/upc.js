#!/usr/bin/env node
// Written by hand and never compiled: it must be readable by any Node, also by one that is too old for the rest.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`upc needs Node 20.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  // Node 22 and later keep compiled code from one run to the next.
  import('node:module')
    .then(({ enableCompileCache }) => enableCompileCache?.())
    .then(() => import('../dist/run.js'))
    .then(({ main }) => main())
    .then((code) => {
      process.exitCode = code;
    });
}
