import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

const HOOK = join(import.meta.dirname, 'usage.cjs');

/** Runs a process to its end. Returns its time in milliseconds and, with `usage`, its peak memory in MB. */
export function runOnce({ args, env }, usage = false) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [...(usage ? ['--require', HOOK] : []), ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe', usage ? 'pipe' : 'ignore'],
    });
    child.stdout.resume();
    let [errors, used] = ['', ''];
    child.stderr.on('data', (text) => (errors += text));
    child.stdio[3]?.on('data', (text) => (used += text));
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - start;
      if (code === 0) resolve({ ms, ...(usage && JSON.parse(used)) });
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${errors}`));
    });
  });
}

/** Returns the processor time of a process in milliseconds. It runs in bash, because Node cannot measure a child process. */
function processorTime({ args, env }) {
  const script = '"$0" "$@" >/dev/null || exit 1; times';
  const stdio = ['ignore', 'pipe', 'inherit'];
  const options = { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8', stdio };
  // --norc: with a socket as stdin, bash assumes a remote shell and runs the start-up file of the user.
  const output = execFileSync('bash', ['--norc', '-c', script, process.execPath, ...args], options);
  // The first line is the time of the shell itself.
  const [, user, system] = /^.*\n(\S+) (\S+)\n$/.exec(output);
  return [user, system].map(toMs).reduce((a, b) => a + b);
}

function toMs(text) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text);
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}

/** Runs both sides in turn, so that other load on the machine affects both. */
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
 * Measures the program and its reference.
 * @param target the allowed ratio of their times
 * @param processor the allowed ratio of their processor times, of all threads: a little more than the current one
 * @param memory the allowed ratio of their peak memories; undefined to skip the measurement
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

/** Returns the median and the quartiles. */
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
