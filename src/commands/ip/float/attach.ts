import { fetchAddressForChange, getCurrentAddress, modifyAddress } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { createNameIndex, fetchLoadBalancersIfDelegated } from '../../../app/lookup.ts';
import { warnIfNotStarted } from '../../../app/server-state.ts';
import { ConflictError } from '../../../core/errors.ts';
import { chooseShellSafeWord } from '../../../core/shell-safe-word.ts';
import { parseAddress } from '../../../domain/address.ts';
import { assertMovable } from '../../../domain/assert-allowed.ts';
import { addressPredicates, serverPredicates } from '../../../domain/completion-predicates.ts';
import { isSameMac } from '../../../domain/mac.ts';
import type { Address } from '../../../domain/model.ts';
import { getServerDisplayName } from '../../../domain/server-name.ts';
import { describeAddressLocation } from '../../../output/address.ts';
import { changeCommandExitCodes, changeOneAddress } from '../../shared/change.ts';
import { printGuestConfigHint } from '../../shared/guest-config-hint.ts';
import {
  createFloatingIpArgument,
  createServerOption,
  dryRunOption,
  interfaceOptions,
} from '../../shared/shared-options.ts';
import {
  assertTargetNamed,
  fetchTargetLists,
  findTargetInterface,
  type TargetInterface,
  type TargetLists,
  type TargetOptions,
  warnOfSeveralInterfaces,
} from '../../shared/target.ts';

type AttachOptions = TargetOptions & { dryRun?: boolean };

export default defineCommand<[address: string], AttachOptions>({
  summary: 'Attach a detached floating IP to a server',
  arguments: [createFloatingIpArgument(addressPredicates.canBeAttached)],
  options: [
    createServerOption('--server <server>', '', serverPredicates.canCarry, { askedUnless: ['mac'] }),
    ...interfaceOptions,
    dryRunOption,
  ],
  examples: [
    'upc ip float attach 192.0.2.60 --server web-2 --sandbox',
    'upc ip float attach 192.0.2.60 --server db-1 --interface 3 --sandbox',
  ],
  notes: ['An address that is on another server stays there (exit 8). Use `upc ip float move` to move it.'],
  json: 'one address, with changed: bool',
  exits: changeCommandExitCodes,
  run: (context, [address], options) => runAttach(context, address, options),
});

async function runAttach(context: Context, text: string, options: AttachOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  assertTargetNamed(options);
  const api = await context.api();
  const [observed, facts] = await Promise.all([fetchAddressForChange(api, canonical), fetchTargetLists(api, options)]);
  const ip = observed.value;
  const target = await findTargetInterface(context, api, options, { ...facts, ip });
  assertMovable(ip, 'attached', { loadBalancers: await fetchLoadBalancersIfDelegated(api, [ip]) });
  assertNotAttachedElsewhere(ip, target, facts);
  warnIfNotStarted(context, target.server);
  const isUnchanged = isAttachedTo(ip, target, options);
  if (isUnchanged) warnOfSeveralInterfaces(context, ip, target, options);
  const message = isUnchanged
    ? `${ip.address} is already attached to ${getServerDisplayName(target.server)} (unchanged).`
    : `Attached ${ip.address} to ${getServerDisplayName(target.server)}.`;
  const names = createNameIndex([target.server], []);
  const change = { mac: target.mac };
  // Check the location immediately before the change: the address may have moved while the interface was chosen (T-15).
  const attachAddress = async () => {
    const now = await getCurrentAddress(api, observed);
    assertNotAttachedElsewhere(now, target, facts);
    return modifyAddress(api, now, change);
  };
  const { dryRun } = options;
  await changeOneAddress(context, api, ip, { change, isUnchanged, dryRun, names, message, act: attachAddress });
  if (!dryRun && !isUnchanged) await printGuestConfigHint(context, api, ip.address, target.server);
}

/** Returns true if the address is on the requested interface or, if none is named, on the requested server. */
export function isAttachedTo(ip: Address, target: TargetInterface, { interface: index, mac }: TargetOptions): boolean {
  return index === undefined && mac === undefined ? ip.server === target.server.uuid : isSameMac(ip.mac, target.mac);
}

/** Checks that the address is not on another server. @throws ConflictError */
function assertNotAttachedElsewhere(ip: Address, { server }: TargetInterface, { servers }: TargetLists): void {
  if (ip.server === null || ip.server === server.uuid) return;
  const place = describeAddressLocation(ip, createNameIndex(servers, []));
  throw new ConflictError(`${ip.address} is attached to another server: ${place}.`, {
    code: 'ADDRESS_ATTACHED_ELSEWHERE',
    hint: (upc) =>
      `Move it: ${upc(`ip float move ${ip.address} --to ${chooseShellSafeWord('server', server.title, server.uuid)}`)}`,
  });
}
