import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../files/processes.ts';
import { upc } from '../fixture.ts';
import { finished } from '../program.ts';
import { terminal } from '../terminal.ts';

const script = resolve('bin/upc.js');

describe.each([80, 100])('the help that the build has written for %i columns', (columns) => {
  const pages: Record<string, string> = JSON.parse(readFileSync(`dist/help-${columns}.json`, 'utf8'));

  test.each(Object.keys(pages))("upc %s --help is the program's own", async (name) => {
    const asked = name === '' ? ['--help'] : [...name.split(' '), '--help'];
    expect(await upc(asked, { width: columns })).toEqual({ code: 0, out: pages[name], err: '' });
  });

  test('there is one for every command', () => {
    expect(Object.keys(pages)).toEqual(expect.arrayContaining(['', 'ip', 'ip list', 'ip float move', 'help']));
    expect(Object.keys(pages).length).toBeGreaterThan(35);
  });
});

test('help in a pipe is laid out for 80 columns, and does not start the program', async () => {
  const home = temporaryFolder();
  const { out } = await upc('ip float move --help');
  for (const flag of ['--help', '-h']) {
    expect(await finished(`ip float move ${flag}`, { HOME: home })).toEqual({ code: 0, out, err: '' });
  }
  expect(existsSync(`${home}/.cache`)).toBe(false);
});

test.each([50, 80, 91, 100, 140])('help at a terminal of %i columns is laid out for it', async (columns) => {
  const { out } = await upc('ip list --help', { width: columns });
  const screen = terminal(process.execPath, [script, 'ip', 'list', '--help'], { columns, rows: 80 });
  expect(await screen.ended).toBe(0);
  await screen.shows(/Global options[\s\S]*--yes/);
  // The emulator wraps what is wider than it: examples are never broken.
  const joined = (text: string) => text.replaceAll('\n', '');
  expect(joined(screen.screen())).toBe(joined(out));
});

test.runIf(existsSync('/dev/full'))('T-8: a full disk under help is told', async () => {
  const child = spawn(process.execPath, [script, 'ip', '--help'], {
    env: { HOME: temporaryFolder() },
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining('Standard output could not be written: ENOSPC.'),
  });
});

// Node cannot make such a pipe; where Python is missing, nothing here can.
const hasPython = process.platform !== 'win32' && spawnSync('python3', ['--version']).status === 0;

test.runIf(hasPython)('T-8: a pipe that is full and does not wait gets all of help', async () => {
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
