import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/what-you-can-rely-on.md', 'utf8');
const named = [...page.matchAll(/^- `([^`]+)`: (.+)$/gm)].map(([, file = '', title = '']) => [file, title] as const);
/** The promises in docs/what-you-can-rely-on.md. Each begins with bold text and ends with a list of its tests. */
const promises = page.split(/^(?=\*\*)/m).slice(1);

test.each(named)('%s still has the test that the page of promises lists: %s', (file, title) => {
  expect(existsSync(file), file).toBe(true);
  const titles = [...readFileSync(file, 'utf8').matchAll(/\(\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`)/g)];
  expect(titles.map(([, single, double, template]) => single ?? double ?? template)).toContain(title);
});

test('every promise lists at least one test', () => {
  expect(promises.length).toBeGreaterThan(12);
  for (const promise of promises) expect(promise, promise.split('\n')[0]).toMatch(/^- `test\//m);
});
