import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { getCommandPath, listLeafCommands, parseCommandLine, startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
  // With the policy `release`, `ip float undelegate` also releases the address. Only then does the command ask for
  // confirmation.
  await b.cli('ip policy set release 192.0.2.80');
});
afterEach(() => b.close());

type Answers = readonly (readonly [question: string, answer: string])[];

const cases: readonly [line: string, answers: Answers, said: string][] = [
  ['ip release 192.0.2.60', [['Release 192.0.2.60? ', 'n']], 'Nothing was released.'],
  ['ip release 192.0.2.60', [['Release 192.0.2.60? ', '']], 'Nothing was released.'],
  ['ip release 192.0.2.60 198.51.100.60', [['Type 2', 'n']], 'Nothing was released.'],
  ['ip release 192.0.2.60 198.51.100.60', [['Type 2', 'no']], 'Nothing was released.'],
  [
    'ip release 192.0.2.60 198.51.100.60',
    [
      ['Type 2', '3'],
      ['That is not 2', ''],
    ],
    'Nothing was released.',
  ],
  ['ip ptr apply FILE', [['Set these PTR records', 'n']], 'Nothing was changed.'],
  ['ip restore FILE', [['Restore these', 'n']], 'Nothing was changed.'],
  ['ip float undelegate 192.0.2.80 --release', [['Type 192.0.2.80', '']], 'Nothing was changed.'],
  [
    'ip float attach 192.0.2.60 --server db-1',
    [
      ['Which interface', '1'],
      ['Use interface 2', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip float attach',
    [
      ['Which address', '1'],
      ['Which server', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip float move',
    [
      ['Which address', '1'],
      ['move to?', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip float detach',
    [
      ['Which address', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip float create',
    [
      ['Which zone', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip float delegate',
    [
      ['Which address', '1'],
      ['Which load', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip float undelegate',
    [
      ['Which address', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip assign',
    [
      ['Which server', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip policy set',
    [
      ['Which policy', '1'],
      ['Which address', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip ptr set',
    [
      ['Which address', '1'],
      ['Hostname', 'a.example.com'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip ptr clear',
    [
      ['Which address', '1'],
      ['Run upc', 'n'],
    ],
    'Nothing was changed.',
  ],
  [
    'ip float guard --check true',
    [
      ['Which addresses', '1'],
      ['(--primary)', '1'],
      ['(--standby)', '1'],
      ['Run upc ip float guard --check true 192.0.2.50 --primary=web-1 --standby=web-2 ?', 'n'],
    ],
    'Nothing was changed.',
  ],
];

/** Writes an input file that differs from the account. Returns the command line with the path of the file. */
async function writeInputFile(line: string): Promise<string> {
  if (!line.includes('FILE')) return line;
  const file = join(createTemporaryFolder(), 'input');
  const list = JSON.parse((await b.cli('ip list --json')).out) as object[];
  const snapshot = JSON.stringify(list.map((ip) => ({ ...ip, release_policy: 'keep' })));
  writeFileSync(file, line.includes('restore') ? snapshot : '192.0.2.10 other.example.com\n');
  return line.replace('FILE', file);
}

describe('a declined question prints one plain line, exits with 2 and sends nothing', () => {
  it.each(cases)('upc %s %j', async (line, answers, said) => {
    const result = await b.cli(await writeInputFile(line), { answers });
    expect(result).toMatchObject({ code: 2, out: '', changes: [] });
    expect(result.err.endsWith(`${said}\n`), result.err).toBe(true);
    expect(result.err).not.toContain('Error');
  });
});

test('every command that changes something at UpCloud has its place in the table above', async () => {
  const { program } = await parseCommandLine();
  const changing = listLeafCommands(program).filter(({ options }) => options.some(({ long }) => long === '--dry-run'));
  const tested = cases.map(([line]) => line);
  for (const path of changing.map(getCommandPath)) {
    expect(
      tested.some((line) => line === path || line.startsWith(`${path} `)),
      path,
    ).toBe(true);
  }
});
