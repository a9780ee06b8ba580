import { expect, test } from 'vitest';
import { parseCommandLine } from '../fixture.ts';

test('all work of onClose() runs, last registered first, also if some of it fails', async () => {
  const { context } = await parseCommandLine();
  const closed: string[] = [];
  context.onClose(() => void closed.push('first'));
  context.onClose(() => {
    closed.push('second');
    throw new Error('in the way');
  });
  context.onClose(async () => {
    closed.push('third');
    throw new Error('reported');
  });
  await expect(context.close()).rejects.toThrow('reported');
  expect(closed).toEqual(['third', 'second', 'first']);
});
