import { expect, test } from 'vitest';
import { createRetryingWriter } from '../../src/output/retrying-writer.ts';

/** Simulates a file on a disk that has only `room` bytes. */
function createLimitedDisk(room: number) {
  const file = { text: '', room };
  const writer = createRetryingWriter({
    async write(bytes) {
      if (file.room === 0) throw Object.assign(new Error('x'), { code: 'ENOSPC' });
      const taken = Math.min(bytes.length, file.room);
      file.room -= taken;
      file.text += bytes.toString('utf8', 0, taken);
      return taken;
    },
    lossText: (lost, reason) => `lost ${lost} (${reason})\n`,
    retryMs: 5,
  });
  return { file, writer };
}

test('T-21 after a full disk has room again, the waiting lines are written completely and in order', async () => {
  const { file, writer } = createLimitedDisk(12);
  for (const line of ['first\n', 'second\n', 'third\n']) writer.write(line);
  await writer.flush();
  expect([file.text, writer.failure()]).toEqual(['first\nsecond', 'ENOSPC']);
  writer.write('fourth\n');
  file.room = 1_000;
  await expect.poll(() => file.text).toBe('first\nsecond\nthird\nfourth\n');
  expect(writer.failure()).toBeUndefined();
});

test('T-21 the text that waits for a full disk is limited, and lost lines are counted', async () => {
  const { file, writer } = createLimitedDisk(0);
  const line = `${'x'.repeat(1_023)}\n`;
  for (let i = 0; i < 1_000; i++) writer.write(line);
  await writer.flush();
  file.room = 10_000_000;
  await expect.poll(() => file.text.endsWith(')\n')).toBe(true);
  expect(file.text).toBe(`${line.repeat(256)}lost 744 (ENOSPC)\n`);
  writer.write('after\n');
  await writer.flush();
  expect(file.text.endsWith('(ENOSPC)\nafter\n')).toBe(true);
});
