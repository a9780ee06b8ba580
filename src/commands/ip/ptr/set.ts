import type { Command } from 'commander';
import { getAddress, modifyAddress, modifyRequest } from '../../../api/addresses.ts';
import type { Context } from '../../../context.ts';
import { parseAddress } from '../../../domain/address.ts';
import { parseHostname } from '../../../domain/hostname.ts';
import { refusePtr } from '../../../domain/refuse.ts';
import { noNames } from '../../../output/address.ts';
import { addDryRun, changingExits, showChanged, showRequests } from '../../change.ts';
import { addHelp } from '../../help.ts';
import { namesIfPossible } from '../../lookup.ts';

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
  refusePtr(ip);
  const isSo = ip.ptr_record.toLowerCase() === ptr_record;
  if (dryRun) return showRequests(context, isSo ? [] : [modifyRequest(canonical, { ptr_record })]);
  const after = isSo ? ip : await modifyAddress(api, ip, { ptr_record });
  const told = isSo
    ? `The PTR record of ${canonical} is ${ptr_record} already.`
    : `The PTR record of ${canonical} is now ${ptr_record}.`;
  await showChanged(context, after, !isSo, names, told);
}
