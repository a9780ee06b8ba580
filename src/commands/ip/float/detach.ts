import { getAddressByAnySpelling } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { fetchLoadBalancersIfDelegated } from '../../../app/lookup.ts';
import { parseAddress } from '../../../domain/address.ts';
import { assertMovable } from '../../../domain/assert-allowed.ts';
import { addressPredicates } from '../../../domain/completion-predicates.ts';
import { noNames } from '../../../output/address.ts';
import { changeCommandExitCodes, changeOneAddress } from '../../shared/change.ts';
import { createFloatingIpArgument, dryRunOption } from '../../shared/shared-options.ts';

export default defineCommand<[address: string], { dryRun?: boolean }>({
  summary: 'Detach a floating IP from its server; the address is kept',
  arguments: [createFloatingIpArgument(addressPredicates.canBeDetached)],
  options: [dryRunOption],
  examples: ['upc ip float detach 192.0.2.50 --sandbox', 'upc ip float detach 192.0.2.50 --sandbox --dry-run'],
  json: 'one address, with changed: bool',
  exits: changeCommandExitCodes,
  run: (context, [address], options) => runDetach(context, address, options),
});

async function runDetach(context: Context, text: string, { dryRun }: { dryRun?: boolean }): Promise<void> {
  const { canonical } = parseAddress(text);
  const api = await context.api();
  const ip = await getAddressByAnySpelling(api, canonical);
  assertMovable(ip, 'detached', { loadBalancers: await fetchLoadBalancersIfDelegated(api, [ip]) });
  const isUnchanged = ip.mac === null && ip.server === null;
  const message = isUnchanged ? `${ip.address} is already detached (unchanged).` : `Detached ${ip.address}.`;
  await changeOneAddress(context, api, ip, { change: { mac: null }, isUnchanged, dryRun, names: noNames, message });
}
