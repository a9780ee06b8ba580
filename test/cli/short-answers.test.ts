import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { upc } from '../fixture.ts';
import { isInstalled, isPosix } from '../installed.ts';
import { runToEnd } from '../program.ts';
import { startTerminal } from '../terminal.ts';

const script = resolve('bin/upc.js');

test.each(['--version', 'completion bash', 'completion fish'])(
  'upc %s: prints the same text as the whole program',
  async (line) => {
    const { code, out, err } = await runToEnd(line, { HOME: createTemporaryFolder() });
    const program = await upc(line);
    expect({ code, out: out.replace(/^upc \S+/, ''), err }).toEqual({
      ...program,
      out: program.out.replace(/^upc \S+/, ''),
    });
  },
);

test.each(['--version', 'ip list --help', 'ip audit --list-rules'])(
  'T-19: upc %s writes nothing into the home folder',
  async (line) => {
    const home = createTemporaryFolder();
    expect(await runToEnd(line, { HOME: home })).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(home)).toEqual([]);
  },
);

test.runIf(isPosix).each([50, 80, 91, 100, 140])('help fits a terminal of %i columns', async (columns) => {
  const { out } = await upc('ip list --help', { width: columns });
  const screen = startTerminal(process.execPath, [script, 'ip', 'list', '--help'], { columns, rows: 80 });
  expect(await screen.ended).toBe(0);
  await screen.shows(/Global options[\s\S]*--yes/);
  // The program does not wrap long examples, but the terminal emulator does. So compare the texts without line breaks.
  const removeLineBreaks = (text: string) => text.replaceAll('\n', '');
  expect(removeLineBreaks(screen.screen())).toBe(removeLineBreaks(out));
});

test.runIf(existsSync('/dev/full'))('T-8: help reports a full disk', async () => {
  const child = spawn(process.execPath, [script, 'ip', '--help'], {
    env: { HOME: createTemporaryFolder() },
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining('Could not write to standard output: ENOSPC.'),
  });
});

// Python creates the pipe, because Node cannot create a pipe that is full and non-blocking.
test.runIf(isInstalled('python3'))('T-8: a pipe that is full and does not wait gets all of help', async () => {
  const reader = `
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
filled = 0
try:
    while True: filled += os.write(w, b'x' * 1000)
except BlockingIOError: pass
child = subprocess.Popen([sys.argv[1], sys.argv[2], 'ip', '--help'], stdout=w)
os.close(w)
time.sleep(0.3)
text = b''
while True:
    part = os.read(r, 4096)
    if not part: break
    text += part
sys.stdout.buffer.write(text[filled:])
sys.exit(child.wait())
`;
  const child = spawn('python3', ['-c', reader, process.execPath, script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, out }).toEqual({ code: 0, out: (await upc('ip --help')).out });
});
