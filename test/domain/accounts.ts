import fc from 'fast-check';
import { parseAddress } from '../../src/domain/address.ts';
import type { AddressPtr, PtrStep } from '../../src/domain/ptr-plan.ts';

const ipv4Address = fc.integer({ min: 1, max: 12 }).map((n) => `192.0.2.${n}`);
const ipv6Address = fc
  .integer({ min: 1, max: 6 })
  .map((n) => parseAddress(`2001:db8:1:1:d845:c4ff:fe5c:${n}`).canonical);
const address = fc.oneof(ipv4Address, ipv6Address);
const hostname = fc.constantFrom('a.example.com', 'b.example.com', 'mail.example.org', 'xn--bcher-kva.example');

/** Returns the default PTR record that UpCloud gives to an address (R-MOD-5). */
function createDefaultPtr(address: string, zone = 'fi-hel2'): string {
  return address.includes(':')
    ? `${address.split(':').slice(-4).join('-')}.v6.${zone}.upcloud.host`
    : `${address.replaceAll('.', '-')}.${zone}.upcloud.host`;
}

/** Generates accounts. Their public addresses have custom PTR records in any spelling, default PTR records, or none. */
export const account: fc.Arbitrary<AddressPtr[]> = fc
  .uniqueArray(
    fc.record({ address, ptr: fc.option(fc.oneof(hostname, fc.constantFrom('A.Example.com', 'b.example.com.', ''))) }),
    {
      selector: ({ address }) => address,
    },
  )
  .map((list) =>
    list.map(({ address, ptr }) => ({ address, access: 'public', ptr_record: ptr ?? createDefaultPtr(address) })),
  );

/** Generates files of PTR records. Their addresses may or may not be on the account. */
export const ptrFile: fc.Arbitrary<string> = fc
  .uniqueArray(fc.record({ address, name: fc.option(hostname), zone: fc.constantFrom('fi-hel2', 'de-fra1') }), {
    selector: ({ address }) => address,
  })
  .map((list) =>
    list.map(({ address, name, zone }) => `${address} ${name ?? createDefaultPtr(address, zone)}\n`).join(''),
  );

/** Returns the account after the steps of a plan. */
export function applyPtrSteps(account: readonly AddressPtr[], steps: readonly PtrStep[]): AddressPtr[] {
  const by = new Map(steps.map((step) => [step.address, step]));
  return account.map((ip) => {
    const step = by.get(ip.address);
    return step === undefined ? ip : { ...ip, ptr_record: step.to ?? createDefaultPtr(ip.address) };
  });
}
