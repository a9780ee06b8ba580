import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';
import { startTerminal, type Terminal } from '../terminal.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const at = (line: string): Terminal =>
  startTerminal(process.execPath, [resolve('bin/upc.js'), ...line.split(' ')], {
    env: { ...b.env, HOME: createTemporaryFolder() },
  });
const isThere = async (address: string) => (await b.cli(`ip show ${address}`)).code === 0;

it('ip float attach offers the detached floating IPs, then the servers of their zone', async () => {
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
  await screen.shows('Run upc ip float attach 192.0.2.60 --server=web-2 ?');
  screen.type('y\r');
  expect(await screen.ended).toBe(0);
  const ip = JSON.parse((await b.cli('ip show 192.0.2.60 --json')).out);
  expect(ip.server_details.title).toBe('web-2');
});

describe('ip release', () => {
  it('releases several addresses chosen from a list, after the user has typed their count', async () => {
    const screen = at('ip release');
    await screen.shows('Which addresses?');
    screen.type(' ');
    screen.type('\u001b[B');
    screen.type(' ');
    await screen.shows(/\[x\].*\n.*\[x\]/);
    screen.type('\r');
    await screen.shows('Type 2 to release these 2 addresses. This cannot be undone:');
    screen.type('2\r');
    expect(await screen.ended).toBe(0);
    expect((await b.cli('ip list -q')).out.trim().split('\n')).toHaveLength(19);
  });

  it.each([
    ['Enter', '\r', 2, true],
    ['the right count', '2\r', 0, false],
  ])('after a wrong count, %s', async (_name, keys, code, stays) => {
    const screen = at('ip release 192.0.2.60 198.51.100.60');
    await screen.shows('Type 2 to release these 2 addresses. This cannot be undone:');
    screen.type('3\r');
    await screen.shows('That is not 2. Type 2, or press Enter to cancel.');
    screen.type(keys);
    expect(await screen.ended).toBe(code);
    expect(await isThere('192.0.2.60')).toBe(stays);
  });

  it.each([
    ['y', 'y\r', 0, false],
    ['n', 'n\r', 2, true],
    ['nothing', '\r', 2, true],
    ['Ctrl-C', '\u0003', 130, true],
    ['Ctrl-D', '\u0004', 130, true],
  ])('%s at the question', async (_name, keys, code, stays) => {
    const screen = at('ip release 192.0.2.60');
    await screen.shows('Release 192.0.2.60? This cannot be undone.');
    screen.type(keys);
    expect(await screen.ended).toBe(code);
    expect(await isThere('192.0.2.60')).toBe(stays);
    expect(screen.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(screen.raw().lastIndexOf('\u001b[?25l'));
  });
});

describe('a change that had to ask for something is confirmed before it is sent', () => {
  it.each([
    ['ip ptr clear', ' \r', 'Run upc ip ptr clear 192.0.2.10 ?'],
    ['ip policy set keep', ' \r', 'Run upc ip policy set keep 192.0.2.10 ?'],
  ])('upc %s: several addresses from a list', async (line, keys, question) => {
    const before = (await b.cli('ip list --json')).out;
    const screen = at(line);
    await screen.shows('Which addresses?');
    screen.type(keys);
    await screen.shows(question);
    screen.type('\r');
    expect(await screen.ended).toBe(2);
    await screen.shows('Nothing was changed.');
    expect((await b.cli('ip list --json')).out).toBe(before);
  });

  it.each([
    ['ip assign', 'Which server?', 'Run upc ip assign --server=web-1 ?'],
    ['ip float create', 'Which zone?', 'Run upc ip float create --zone='],
  ])('upc %s: a stray Enter creates nothing', async (line, first, question) => {
    const before = (await b.cli('ip list -q')).out;
    const screen = at(line);
    await screen.shows(first);
    screen.type('\r');
    await screen.shows(question);
    screen.type('\r');
    expect(await screen.ended).toBe(2);
    expect(screen.raw()).toContain('Nothing was changed.');
    expect((await b.cli('ip list -q')).out).toBe(before);
  });

  it('a complete command line asks nothing', async () => {
    const screen = at('ip float attach 192.0.2.60 --server web-2');
    expect(await screen.ended).toBe(0);
    expect(screen.screen()).not.toContain('Run upc');
  });

  it.each(['--yes', '--dry-run'])('with %s, the answers are not confirmed', async (flag) => {
    const screen = at(`ip float attach 192.0.2.60 ${flag}`);
    await screen.shows('Which server?');
    screen.type('\r');
    expect(await screen.ended).toBe(0);
    expect(screen.raw()).not.toContain('Run upc');
  });
});

describe('T-8: keys that were typed before a question answer nothing', () => {
  it('a y and Enter typed while the program starts do not release an address', async () => {
    const screen = at('ip release 192.0.2.60');
    screen.type('y\r');
    await screen.shows('Release 192.0.2.60? This cannot be undone.');
    screen.type('\r');
    expect(await screen.ended).toBe(2);
    expect(await isThere('192.0.2.60')).toBe(true);
  });
});
