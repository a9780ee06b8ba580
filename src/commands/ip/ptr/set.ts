import { lookUpAddress } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { fetchNamesIfPossible } from '../../../app/lookup.ts';
import { parseAddress } from '../../../domain/address.ts';
import { assertPtrAvailable } from '../../../domain/assert-allowed.ts';
import { parseHostname } from '../../../domain/hostname.ts';
import { samePtr } from '../../../domain/ptr.ts';
import { noNames } from '../../../output/address.ts';
import { changeOne, changingExits } from '../../shared/change.ts';
import { dryRunOption, suitable } from '../../shared/inputs.ts';

export default defineCommand<[address: string, hostname: string], { dryRun?: boolean }>({
  summary: 'Set the PTR record of an address',
  arguments: [
    { name: '<address>', description: 'a public IP address', source: { addresses: suitable.public } },
    {
      name: '<hostname>',
      description: 'a fully qualified domain name; international names are sent as xn--',
      question: 'Hostname',
    },
  ],
  options: [dryRunOption],
  examples: [
    'upc ip ptr set 192.0.2.10 www.example.org --sandbox',
    'upc ip ptr set 192.0.2.10 mail.example.com --sandbox --dry-run',
  ],
  json: 'one address, with changed: bool',
  exits: changingExits,
  run: (context, [address, hostname], options) => runPtrSet(context, address, hostname, options),
});

async function runPtrSet(
  context: Context,
  text: string,
  hostname: string,
  { dryRun }: { dryRun?: boolean },
): Promise<void> {
  const { canonical } = parseAddress(text);
  const ptr_record = parseHostname(hostname);
  if (ptr_record !== hostname.toLowerCase().replace(/\.$/, ''))
    context.out.note(`'${hostname}' is sent as ${ptr_record}.`);
  const api = await context.api();
  // The names come first: once the record is set, nothing may keep that from being told.
  const [ip, names] = await Promise.all([
    lookUpAddress(api, canonical),
    context.out.settings.format === 'table' ? fetchNamesIfPossible(api) : noNames,
  ]);
  assertPtrAvailable(ip);
  const isUnchanged = samePtr(ip.ptr_record, ptr_record);
  const message = isUnchanged
    ? `The PTR record of ${ip.address} is already ${ptr_record} (unchanged).`
    : `Set the PTR record of ${ip.address} to ${ptr_record}.`;
  await changeOne(context, api, ip, { change: { ptr_record }, isUnchanged, dryRun, names, message });
}
