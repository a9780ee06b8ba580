import type { Command } from 'commander';
import { getAddress } from '../../../api/addresses.ts';
import type { Context } from '../../../app/context.ts';
import { namesIfPossible } from '../../../app/lookup.ts';
import { parseAddress } from '../../../domain/address.ts';
import { assertPtrAvailable } from '../../../domain/assert-allowed.ts';
import { parseHostname } from '../../../domain/hostname.ts';
import { samePtr } from '../../../domain/ptr.ts';
import { addHelp } from '../../../help/parts.ts';
import { noNames } from '../../../output/address.ts';
import { addDryRun, changeOne, changingExits } from '../../shared/change.ts';

export function registerPtrSet(parent: Command, context: Context): void {
  const command = parent
    .command('set')
    .description('Set the PTR record of an address')
    .argument('<address>', 'a public IP address')
    .argument('<hostname>', 'a fully qualified domain name; international names are sent as xn--')
    .action((address: string, hostname: string, options: { dryRun?: boolean }) =>
      runPtrSet(context, address, hostname, options),
    );
  addDryRun(command);
  addHelp(command, {
    examples: [
      'upc ip ptr set 192.0.2.10 www.example.org --sandbox',
      'upc ip ptr set 192.0.2.10 mail.example.com --sandbox --dry-run',
    ],
    json: 'one address, with changed: bool',
    exits: changingExits,
  });
}

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
    getAddress(api, canonical),
    context.out.settings.format === 'table' ? namesIfPossible(api) : noNames,
  ]);
  assertPtrAvailable(ip);
  const isUnchanged = samePtr(ip.ptr_record, ptr_record);
  const message = isUnchanged
    ? `The PTR record of ${canonical} is ${ptr_record} already.`
    : `The PTR record of ${canonical} is now ${ptr_record}.`;
  await changeOne(context, api, ip, { change: { ptr_record }, isUnchanged, dryRun, names, message });
}
