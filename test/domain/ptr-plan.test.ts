import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePtrFile } from '../../src/domain/ptr-file.ts';
import { planPtrSteps } from '../../src/domain/ptr-plan.ts';
import { account, applyPtrSteps, ptrFile } from './accounts.ts';

const options = fc.record({ prune: fc.boolean() });

describe('a plan for reverse DNS', () => {
  test('is empty after it was applied, except for addresses that are not on the account', () => {
    fc.assert(
      fc.property(account, ptrFile, options, (before, text, how) => {
        const entries = parsePtrFile(text);
        const after = applyPtrSteps(before, planPtrSteps(before, entries, how));
        expect(planPtrSteps(after, entries, how).filter(({ action }) => action !== 'unknown')).toEqual([]);
      }),
    );
  });

  test('gives each address in the file its hostname, and with prune all others the default', () => {
    fc.assert(
      fc.property(account, ptrFile, options, (before, text, how) => {
        const entries = parsePtrFile(text);
        const requested = new Map(entries.map(({ address, hostname }) => [address, hostname]));
        for (const { address, ptr_record } of applyPtrSteps(before, planPtrSteps(before, entries, how))) {
          const hostname = requested.get(address);
          const was = before.find((ip) => ip.address === address)?.ptr_record;
          const own = /example/i.test(ptr_record);
          if (hostname?.includes('example')) expect(ptr_record.toLowerCase().replace(/\.$/, '')).toBe(hostname);
          else if (hostname !== undefined || how.prune) expect(own).toBe(false);
          else expect(ptr_record).toBe(was);
        }
      }),
    );
  });

  test('contains each address once, sorted by number', () => {
    const entries = parsePtrFile('192.0.2.20 a.example.com\n2001:db8::1 a.example.com\n192.0.2.3 a.example.com\n');
    expect(planPtrSteps([], entries).map(({ address }) => address)).toEqual([
      '192.0.2.3',
      '192.0.2.20',
      '2001:db8:0:0:0000:0000:0000:0001',
    ]);
    fc.assert(
      fc.property(account, ptrFile, options, (before, text, how) => {
        const addresses = planPtrSteps(before, parsePtrFile(text), how).map(({ address }) => address);
        expect(new Set(addresses).size).toBe(addresses.length);
      }),
    );
  });

  test('rejects utility addresses with their line numbers, and never prunes them', () => {
    const utility = { address: '10.1.6.10', access: 'utility', ptr_record: '' } as const;
    expect(() => planPtrSteps([utility], parsePtrFile('\n10.1.6.10 a.example.com'))).toThrow(
      'Line 2: 10.1.6.10 is a utility address and has no PTR record.',
    );
    expect(planPtrSteps([utility], [], { prune: true })).toEqual([]);
  });

  test.each([
    ['192.0.2.10', '192-0-2-10.fi-hel2.upcloud.host'],
    ['192.0.2.10', '192.0.2.10.fi-hel1.host.upcloud.com'],
    ['2001:db8:1:1:d845:c4ff:fe5c:2beb', 'd845-c4ff-fe5c-2beb.v6.fi-hel2.upcloud.host'],
  ])("prunes no default of UpCloud's: of %s %s", (address, ptr_record) => {
    expect(planPtrSteps([{ address, access: 'public', ptr_record }], [], { prune: true })).toEqual([]);
    expect(
      planPtrSteps([{ address, access: 'public', ptr_record: `x${ptr_record}` }], [], { prune: true }),
    ).toHaveLength(1);
  });

  test('treats two spellings of a name as the same name', () => {
    const ip = { address: '192.0.2.1', access: 'public', ptr_record: 'A.Example.COM.' } as const;
    expect(planPtrSteps([ip], parsePtrFile('192.0.2.1 a.example.com'))).toEqual([]);
  });
});
