import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { discardInput } from '../../src/prompt/discard-input.ts';

/** Simulates a terminal and records its calls of setRawMode(). */
function createTerminal() {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode: (on: boolean) => modes.push(on),
  });
  return { stdin, modes };
}

test('T-8: what was typed before is thrown away, what is typed afterwards stays', async () => {
  const { stdin, modes } = createTerminal();
  stdin.write('y\r');
  await discardInput(stdin);
  stdin.write('n\r');
  expect(String(stdin.read())).toBe('n\r');
  expect(modes).toEqual([true, false]);
});

test.each(['\u0003', '\u0004'])('%j among it ends the program, and the terminal is as before', async (key) => {
  const { stdin, modes } = createTerminal();
  stdin.write(`y${key}`);
  await expect(discardInput(stdin)).rejects.toMatchObject({ exitCode: 130 });
  expect(modes).toEqual([true, false]);
});

test('a pipe keeps everything', async () => {
  const stdin = new PassThrough();
  stdin.write('192.0.2.10\n');
  await discardInput(stdin);
  expect(String(stdin.read())).toBe('192.0.2.10\n');
});
