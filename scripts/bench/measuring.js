import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

const USAGE_HOOK_FILE = join(import.meta.dirname, 'usage.cjs');

/**
 * Runs a process, Node by default, and waits for its end. Returns its time in milliseconds; with `usage` also its peak memory
 * in MB, and with `keepsOutput` also its output.
 * @param env the environment, or a function that returns one for each run
 */
export function runProcessOnce({ file = process.execPath, args, env }, { usage = false, keepsOutput = false } = {}) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(file, [...(usage ? ['--require', USAGE_HOOK_FILE] : []), ...args], {
      env: { PATH: process.env.PATH, ...(typeof env === 'function' ? env() : env) },
      stdio: ['ignore', 'pipe', 'pipe', usage ? 'pipe' : 'ignore'],
    });
    const output = [];
    if (keepsOutput) child.stdout.on('data', (bytes) => output.push(bytes));
    else child.stdout.resume();
    let [errors, used] = ['', ''];
    child.stderr.on('data', (text) => (errors += text));
    child.stdio[3]?.on('data', (text) => (used += text));
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - start;
      if (code === 0) resolve({ ms, output: Buffer.concat(output).toString('utf8'), ...(usage && JSON.parse(used)) });
      else reject(new Error(`${args.join(' ').slice(0, 500)} ended with ${code}: ${errors.slice(0, 2_000)}`));
    });
  });
}

/** Returns how long a process takes, in milliseconds. */
export const measureTime = async (command) => (await runProcessOnce(command)).ms;

/** Returns the processor time of a process in milliseconds. Bash measures it, because Node cannot measure a child process. */
function measureProcessorTime({ args, env }) {
  const script = '"$0" "$@" >/dev/null || exit 1; times';
  const stdio = ['ignore', 'pipe', 'inherit'];
  const options = { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8', stdio };
  // --norc: with a socket as stdin, bash assumes a remote shell and runs the start-up file of the user.
  const output = execFileSync('bash', ['--norc', '-c', script, process.execPath, ...args], options);
  // The first line is the time of the shell, and the second line is the time of its child process.
  const [, user, system] = /^.*\n(\S+) (\S+)\n$/.exec(output);
  return [user, system].map(parseMilliseconds).reduce((a, b) => a + b);
}

function parseMilliseconds(text) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text);
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}

/**
 * Runs all commands in turn, so that other load on the machine affects all of them equally. The first two runs of each
 * command are not counted.
 */
export async function runCommandsInTurn(commands, times, run) {
  const taken = commands.map(() => []);
  for (let i = -2; i < times; i++) {
    for (const [n, command] of commands.entries()) {
      const value = await run(command);
      if (i >= 0) taken[n].push(value);
    }
  }
  return taken;
}

/**
 * Measures the program and its reference. Returns checks of the ratios of their times and processor times. If there is a target
 * for memory, also checks the ratio of their peak memories.
 */
export async function measureAgainstReference({ program, reference, target }, pairs) {
  const both = async (times, run) => (await runCommandsInTurn([program, reference], times, run)).map(computeSpread);
  const ms = await both(pairs, measureTime);
  const cpu = await both(pairs, measureProcessorTime);
  const mb = target.memory && (await both(5, async (command) => (await runProcessOnce(command, { usage: true })).mb));
  const pickMeasurements = (n) => ({ ms: ms[n], cpu: cpu[n], ...(mb && { mb: mb[n] }) });
  const check = (what, [one, other], most) => createTargetCheck(what, one.median / other.median, most);
  return {
    program: pickMeasurements(0),
    reference: pickMeasurements(1),
    checks: [
      check('time', ms, target.time),
      check('processor time', cpu, target.processor ?? target.time),
      ...(mb ? [check('memory', mb, target.memory)] : []),
    ],
  };
}

/** Returns a measured value, its target if there is one, and whether the target is missed. */
export function createTargetCheck(what, value, target, tolerance = 0) {
  return { what, value, target, isMissed: target !== undefined && value > target + tolerance };
}

/** Returns the median and the quartiles. */
export function computeSpread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

export function formatFigures(label, { ms, cpu, mb }) {
  const shown = ({ median, low, high }) => `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
  return [
    `${label} ${shown(ms)} ms`,
    ...(cpu ? [`processor ${shown(cpu)} ms`] : []),
    ...(mb ? [`memory ${shown(mb)} MB`] : []),
  ].join(', ');
}
