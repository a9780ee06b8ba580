// Loaded into the measured process with --require. Reports the peak memory of the process when it exits.
process.on('exit', () => {
  require('node:fs').writeSync(3, JSON.stringify({ mb: process.resourceUsage().maxRSS / 1024 }));
});
