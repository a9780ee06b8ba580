import { expect, test } from 'vitest';
import { parsed } from '../fixture.ts';

test('what closes at the end closes although something else fails, the last that was opened first', async () => {
  const { context } = await parsed();
  const closed: string[] = [];
  context.onClose(() => void closed.push('first'));
  context.onClose(() => {
    closed.push('second');
    throw new Error('in the way');
  });
  context.onClose(async () => {
    closed.push('third');
    throw new Error('told');
  });
  await expect(context.close()).rejects.toThrow('told');
  expect(closed).toEqual(['third', 'second', 'first']);
});
