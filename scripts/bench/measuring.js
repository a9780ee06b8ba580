import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

const HOOK = join(import.meta.dirname, 'usage.cjs');

/** Runs a process to its end: milliseconds, and with `usage` its greatest memory (MB). */
export function runOnce({ args, env }, usage = false) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [...(usage ? ['--require', HOOK] : []), ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe', usage ? 'pipe' : 'ignore'],
    });
    child.stdout.resume();
    let [told, used] = ['', ''];
    child.stderr.on('data', (text) => (told += text));
    child.stdio[3]?.on('data', (text) => (used += text));
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - start;
      if (code === 0) resolve({ ms, ...(usage && JSON.parse(used)) });
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${told}`));
    });
  });
}

/** Milliseconds of processor time that a process takes from its start to its end: only a shell tells that of its children. */
function processorTime({ args, env }) {
  const script = '"$0" "$@" >/dev/null || exit 1; times';
  const stdio = ['ignore', 'pipe', 'inherit'];
  const options = { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8', stdio };
  // Bash with a socket for stdin takes itself for a remote shell's, and runs the user's start-up file.
  const told = execFileSync('bash', ['--norc', '-c', script, process.execPath, ...args], options);
  // The first line is the shell's own.
  const [, user, system] = /^.*\n(\S+) (\S+)\n$/.exec(told);
  return [user, system].map(toMs).reduce((a, b) => a + b);
}

function toMs(text) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text);
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}

/** Both sides in turn, so that whatever else the machine does befalls both. */
async function inPairs(commands, pairs, run) {
  const taken = { program: [], reference: [] };
  for (let i = -2; i < pairs; i++) {
    for (const side of Object.keys(taken)) {
      const value = await run(commands[side]);
      if (i >= 0) taken[side].push(value);
    }
  }
  return { program: spread(taken.program), reference: spread(taken.reference) };
}

/**
 * @param target how many times the reference's time the program may take
 * @param processor likewise of processor time, all threads together; what is reached, and a little more
 */
export async function measure({ program, reference, target, processor = target, memory }, pairs) {
  const commands = { program, reference };
  const ms = await inPairs(commands, pairs, async (command) => (await runOnce(command)).ms);
  const cpu = await inPairs(commands, pairs, processorTime);
  const mb = memory && (await inPairs(commands, 7, async (command) => (await runOnce(command, true)).mb));
  const side = (name) => ({ ms: ms[name], cpu: cpu[name], ...(mb && { mb: mb[name] }) });
  const check = (what, { program, reference }, most) => ({
    what,
    ratio: program.median / reference.median,
    target: most,
  });
  return {
    program: side('program'),
    reference: side('reference'),
    checks: [
      check('time', ms, target),
      check('processor time', cpu, processor),
      ...(mb ? [check('memory', mb, memory)] : []),
    ],
  };
}

/** Median, with the quarter below and above it. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

export function figuresOf(label, { ms, cpu, mb }) {
  const shown = ({ median, low, high }) => `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
  return [
    `${label} ${shown(ms)} ms`,
    ...(cpu ? [`processor ${shown(cpu)} ms`] : []),
    ...(mb ? [`memory ${shown(mb)} MB`] : []),
  ].join(', ');
}
