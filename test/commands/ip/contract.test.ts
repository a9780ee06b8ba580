import type { Command } from 'commander';
import * as v from 'valibot';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { getCommandDeclaration } from '../../../src/app/declared-command.ts';
import { getCommandPath, listLeafCommands, parseCommandLine, startTestSandbox } from '../../fixture.ts';

const yesNoSchema = v.picklist(['yes', 'no']);
/** An address as `upc help json` documents it. Every field is present, even if the API leaves it out. */
const address = {
  access: v.picklist(['public', 'utility']),
  address: v.string(),
  family: v.picklist(['IPv4', 'IPv6']),
  part_of_plan: yesNoSchema,
  ptr_record: v.string(),
  server: v.nullable(v.string()),
  mac: v.nullable(v.string()),
  floating: yesNoSchema,
  release_policy: v.nullable(v.picklist(['keep', 'release'])),
  is_delegated: yesNoSchema,
  zone: v.string(),
};
const delegatedToSchema = v.nullable(
  v.strictObject({ service: v.string(), name: v.nullable(v.string()), uuid: v.nullable(v.string()) }),
);
const shownAddressSchema = v.strictObject({
  ...address,
  server_details: v.nullable(
    v.strictObject({
      uuid: v.string(),
      title: v.string(),
      hostname: v.string(),
      state: v.string(),
      zone: v.string(),
    }),
  ),
  interface: v.nullable(
    v.strictObject({ index: v.number(), type: v.string(), mac: v.string(), other_addresses: v.array(v.string()) }),
  ),
  delegated_to: delegatedToSchema,
  on_deletion: v.string(),
  on_this_machine: v.nullable(v.boolean()),
});
const outputSchemas = {
  addresses: v.array(v.strictObject(address)),
  listed: v.array(v.strictObject({ ...address, server_title: v.nullable(v.string()) })),
  address: v.strictObject(address),
  changed: v.strictObject({ ...address, changed: v.boolean() }),
  delegated: v.strictObject({ ...address, changed: v.boolean(), delegated_to: delegatedToSchema }),
  undelegated: v.strictObject({ ...address, changed: v.boolean(), delegated_to: v.null(), released: v.boolean() }),
  floating: v.array(v.strictObject({ ...address, delegated_to: delegatedToSchema })),
  shown: shownAddressSchema,
  severalShown: v.array(shownAddressSchema),
  records: v.array(v.strictObject({ address: v.string(), ptr_record: v.string() })),
  steps: v.array(
    v.strictObject({
      address: v.string(),
      action: v.picklist(['add', 'change', 'reset', 'unknown']),
      from: v.nullable(v.string()),
      to: v.nullable(v.string()),
    }),
  ),
  differences: v.array(
    v.strictObject({
      address: v.string(),
      what: v.picklist(['attachment', 'ptr', 'policy', 'delegation', 'missing', 'new']),
      now: v.nullable(v.string()),
      before: v.nullable(v.string()),
      server_now: v.nullable(v.string()),
      server_before: v.nullable(v.string()),
    }),
  ),
  guest: v.strictObject({
    address: v.string(),
    mac: v.string(),
    device: v.nullable(v.string()),
    for: v.string(),
    files: v.array(v.strictObject({ path: v.string(), mode: v.string(), content: v.string() })),
    commands: v.array(v.string()),
    notes: v.array(v.string()),
  }),
  outcomes: v.array(
    v.strictObject({
      address: v.string(),
      outcome: v.picklist(['ok', 'failed', 'unknown', 'skipped']),
      changed: v.nullable(v.boolean()),
      error: v.optional(v.strictObject({ code: v.string(), message: v.string() })),
    }),
  ),
};

const attachCommand = 'ip float attach 192.0.2.60 --server web-1';

/**
 * Command lines, each with the type of its output. `count` is the length of the list in the output, if any. `before` is
 * a command to run first, if any.
 */
const outputCases: [line: string, type: keyof typeof outputSchemas, count?: number | undefined, before?: string][] = [
  ['ip list', 'listed', 21],
  ['ip list web-1', 'listed', 4],
  ['ip list --server web-1 --floating', 'listed', 1],
  ['ip list --zone es-mad1', 'listed', 0],
  ['ip show 192.0.2.10', 'shown'],
  ['ip show 192.0.2.60', 'shown'],
  ['ip show 192.0.2.60 192.0.2.10 192.0.2.80', 'severalShown', 3],
  ['ip show 192.0.2.80', 'shown'],
  ['ip show 10.1.6.10', 'shown'],
  ['ip float list', 'floating', 4],
  ['ip float list --zone de-fra1', 'floating', 1],
  ['ip float list --zone es-mad1', 'floating', 0],
  ['ip ptr list', 'addresses', 16],
  ['ip ptr export', 'records', 16],
  ['ip ptr export --custom', 'records', 7],
  ['ip ptr plan - --prune', 'steps', 7],
  ['ip ptr plan -', 'steps', 0],
  ['ip ptr apply - --yes', 'outcomes', 0],
  ['ip assign --server db-1', 'address'],
  ['ip assign --server web-1 --family IPv6 --ptr a.example.com', 'address'],
  ['ip float create --zone fi-hel2', 'address'],
  [attachCommand, 'changed'],
  ['ip float move 192.0.2.60 --to web-2', 'changed', undefined, attachCommand],
  ['ip float move --all --from web-1 --to web-2', 'outcomes', 2, attachCommand],
  ['ip float move --all --from web-2 --to web-1', 'outcomes', 0],
  ['ip float detach 192.0.2.60', 'changed', undefined, attachCommand],
  ['ip float detach 192.0.2.60', 'changed'],
  ['ip ptr set 192.0.2.10 b.example.com', 'changed'],
  ['ip ptr set 192.0.2.10 192.0.2.50 b.example.com', 'outcomes', 2],
  ['ip ptr clear 192.0.2.10', 'outcomes', 1],
  ['ip policy set keep 192.0.2.10 192.0.2.12', 'outcomes', 2],
  ['ip release 192.0.2.60 198.51.100.60 --yes', 'outcomes', 2],
  ['ip release - --yes', 'outcomes', 0],
];

describe('each command has one JSON type, whatever the count', () => {
  test.each(outputCases)('%s', async (line, type, count, before) => {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    if (before) await b.cli(before);
    const json = await b.cli(`${line} --json`);
    expect(json.code).toBe(0);
    const value = JSON.parse(json.out);
    expect(v.safeParse(outputSchemas[type], value).issues ?? []).toEqual([]);
    if (count !== undefined) expect(value).toHaveLength(count);
  });

  test.each(outputCases)('%s: the same in YAML, NDJSON and CSV', async (line, _type, _count, before) => {
    const readOutput = async (format: string) => {
      const b = await startTestSandbox();
      onTestFinished(() => b.close());
      if (before) await b.cli(before);
      const { code, out } = await b.cli(`${line} -o ${format}`);
      expect(code).toBe(0);
      return out;
    };
    const value = JSON.parse(await readOutput('json'));
    const items: object[] = Array.isArray(value) ? value : [value];
    expect(parse(await readOutput('yaml'))).toEqual(value);
    const lines = (await readOutput('ndjson')).split('\n').slice(0, -1);
    expect(lines.map((text) => JSON.parse(text))).toEqual(items);
    const [header = '', ...rows] = (await readOutput('csv')).split('\n').slice(0, -1);
    expect(rows).toHaveLength(items.length);
    // The CSV of a list contains only the columns of its table. The CSV of a single object contains all keys.
    if (!Array.isArray(value)) expect(header).toBe(Object.keys(value).join());
  });
});

/**
 * The declaration of each command describes its JSON output in words. Maps each of these descriptions to the schema of
 * the output.
 */
const schemasByDeclaredType: Readonly<Record<string, v.GenericSchema>> = {
  'one address': outputSchemas.address,
  'one address, with changed: bool': outputSchemas.changed,
  'one address, with changed: bool; for several addresses, or -, an array of outcomes': v.union([
    outputSchemas.changed,
    outputSchemas.outcomes,
  ]),
  'one address; with --reuse also changed: bool': v.union([outputSchemas.address, outputSchemas.changed]),
  'one address, with changed: bool and delegated_to ({service, name, uuid})': outputSchemas.delegated,
  'one address, with changed: bool, delegated_to (null) and released: bool (whether the address was deleted)':
    outputSchemas.undelegated,
  'one address, with changed: bool; with --all an array of outcomes': v.union([
    outputSchemas.changed,
    outputSchemas.outcomes,
  ]),
  'one address, with server_details, interface, delegated_to, on_deletion and on_this_machine; for several addresses or -, an array':
    v.union([outputSchemas.shown, v.array(outputSchemas.shown)]),
  'array of addresses; also an array for one address or none': outputSchemas.addresses,
  'array of addresses with server_title (null if detached or unknown); also an array for one address or none':
    outputSchemas.listed,
  'array of addresses with delegated_to ({service, name, uuid} or null); also an array for one address or none':
    outputSchemas.floating,
  'array of outcomes {address, outcome, changed, error?}, in the order of the arguments': outputSchemas.outcomes,
  'array of {address, what: attachment|ptr|policy|delegation|missing|new, now, before, server_now, server_before}':
    outputSchemas.differences,
  'array of outcomes {address, outcome, changed, error?} of the addresses that differ, sorted by address':
    outputSchemas.outcomes,
  'an object: address, mac, device (null if unknown), for (the kind of network configuration), files ({path, mode, content}), commands, notes':
    outputSchemas.guest,
  'array of outcomes {address, outcome, changed, error?} of the lines that differ, sorted by address':
    outputSchemas.outcomes,
  'array of {address, ptr_record}, sorted by address': outputSchemas.records,
  'array of {address, action: add|change|reset|unknown, from, to}; [] when nothing differs; unknown: the account has no such address; to is null for the default':
    outputSchemas.steps,
};

/** Returns the examples of a command that a test can run as they are. */
const listRunnableExamples = (command: Command): string[] =>
  (getCommandDeclaration(command)?.examples ?? [])
    .map((line) => line.replace(/^upc /, ''))
    .filter((line) => !/[|>]/.test(line) && line.startsWith('ip ') && !/guard|ptr check|before\.json/.test(line));

const commands = listLeafCommands((await parseCommandLine()).program).filter((command) =>
  getCommandPath(command).startsWith('ip '),
);

test.each(commands.map((command) => [getCommandPath(command), command] as const))(
  'upc %s: its examples work as they stand, and give the JSON type that it declares',
  async (path, command) => {
    const { examples = [], json = '' } = getCommandDeclaration(command) ?? {};
    expect(examples.length, path).toBeGreaterThan(0);
    for (const example of listRunnableExamples(command)) {
      const fresh = await startTestSandbox();
      onTestFinished(() => fresh.close());
      // Remove --sandbox, so that the example uses the sandbox of this test.
      const line = example.replace(/ --sandbox\b/, '');
      const isOwnFormat = /--dry-run|mermaid|--columns| -q\b/.test(line) || !Object.hasOwn(schemasByDeclaredType, json);
      const result = await fresh.cli(isOwnFormat ? line : `${line.replace(/ --json/, '')} --json`);
      expect(result.code, `${example}\n${result.err}`).toBe(0);
      const schema = schemasByDeclaredType[json];
      if (!isOwnFormat && schema) expect(v.safeParse(schema, JSON.parse(result.out)).issues ?? []).toEqual([]);
    }
  },
);

test('most commands have a JSON type that is checked, and most examples run', () => {
  const unchecked = commands
    .map((command) => getCommandDeclaration(command)?.json ?? '')
    .filter((json) => !(json in schemasByDeclaredType));
  expect(unchecked.length).toBeLessThanOrEqual(4);
  expect(commands.flatMap(listRunnableExamples).length).toBeGreaterThan(20);
});
