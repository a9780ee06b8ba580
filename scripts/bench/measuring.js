import { spawn } from 'node:child_process';
import { join } from 'node:path';

const HOOK = join(import.meta.dirname, 'usage.cjs');

/** Runs a process to its end: milliseconds, and with `usage` its processor time (ms) and greatest memory (MB). */
export function runOnce({ args, env, discard }, usage = false) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [...(usage ? ['--require', HOOK] : []), ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', discard ? 'ignore' : 'pipe', 'pipe', usage ? 'pipe' : 'ignore'],
    });
    child.stdout?.resume();
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

/** Both sides in turn, so that whatever else the machine does befalls both. */
export async function measure({ program, reference, target, memory }, pairs) {
  const sides = { program: [], reference: [] };
  const used = { program: [], reference: [] };
  for (let i = -2; i < pairs; i++) {
    for (const [side, command] of Object.entries({ program, reference })) {
      const { ms } = await runOnce(command);
      if (i >= 0) sides[side].push(ms);
    }
  }
  for (let i = 0; i < 7; i++) {
    for (const [side, command] of Object.entries({ program, reference })) used[side].push(await runOnce(command, true));
  }
  const summary = (side) => ({
    ms: spread(sides[side]),
    cpu: spread(used[side].map(({ cpu }) => cpu)),
    mb: spread(used[side].map(({ mb }) => mb)),
  });
  const [a, b] = [summary('program'), summary('reference')];
  return {
    program: a,
    reference: b,
    checks: [
      { what: 'time', ratio: a.ms.median / b.ms.median, target },
      { what: 'processor time', ratio: a.cpu.median / b.cpu.median, target },
      ...(memory ? [{ what: 'memory', ratio: a.mb.median / b.mb.median, target: memory }] : []),
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
  return [`${label} ${shown(ms)} ms`, ...(cpu ? [`processor ${shown(cpu)} ms`, `memory ${shown(mb)} MB`] : [])].join(
    ', ',
  );
}
