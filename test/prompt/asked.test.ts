import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../fixture.ts';
import { type Terminal, terminal } from '../terminal.ts';

let b: Bench;
beforeEach(async () => {
  b = await bench();
});
afterEach(() => b.close());

const at = (line: string): Terminal =>
  terminal(process.execPath, [resolve('bin/upc.js'), ...line.split(' ')], { env: { ...b.env, HOME: '/nonexistent' } });
const isThere = async (address: string) => (await b.cli(`ip show ${address}`)).code === 0;

it('ip float attach offers the floating addresses that are free, then the servers of their zone', async () => {
  const screen = at('ip float attach');
  await screen.shows('Which address?');
  await screen.shows('198.51.100.60');
  expect(screen.screen()).toContain('192.0.2.60');
  expect(screen.screen()).not.toMatch(/192\.0\.2\.(50|80)/);
  screen.type('\r');
  await screen.shows('Which server?');
  await screen.shows('web-2');
  expect(screen.screen()).not.toContain('edge-1');
  screen.type('\u001b[B\r');
  expect(await screen.ended).toBe(0);
  const ip = JSON.parse((await b.cli('ip show 192.0.2.60 --json')).out);
  expect(ip.server_details.title).toBe('web-2');
});

describe('ip release', () => {
  it('takes several from a list; their count must be typed', async () => {
    const screen = at('ip release');
    await screen.shows('Which addresses?');
    screen.type(' ');
    screen.type('\u001b[B');
    screen.type(' ');
    await screen.shows(/\[x\].*\n.*\[x\]/);
    screen.type('\r');
    await screen.shows('Type 2 to release these 2 addresses for good:');
    screen.type('2\r');
    expect(await screen.ended).toBe(0);
    expect((await b.cli('ip list -q')).out.trim().split('\n')).toHaveLength(19);
  });

  it.each([
    ['y', 'y\r', 0, false],
    ['n', 'n\r', 2, true],
    ['nothing', '\r', 2, true],
    ['Ctrl-C', '\u0003', 130, true],
    ['Ctrl-D', '\u0004', 130, true],
  ])('%s at the question', async (_name, keys, code, stays) => {
    const screen = at('ip release 192.0.2.60');
    await screen.shows('Release 192.0.2.60 for good?');
    screen.type(keys);
    expect(await screen.ended).toBe(code);
    expect(await isThere('192.0.2.60')).toBe(stays);
    expect(screen.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(screen.raw().lastIndexOf('\u001b[?25l'));
  });
});
