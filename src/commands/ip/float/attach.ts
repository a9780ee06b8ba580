import { getAddress, lookUpAddress, modifyAddress } from '../../../api/addresses.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { fetchHolders, fetchServersIfPossible, indexNames } from '../../../app/lookup.ts';
import { warnIfNotStarted } from '../../../app/server-state.ts';
import { ConflictError } from '../../../core/errors.ts';
import { shellSafeWord } from '../../../core/shell-safe-word.ts';
import { parseAddress } from '../../../domain/address.ts';
import { assertMovable } from '../../../domain/assert-allowed.ts';
import { isSameMac } from '../../../domain/mac.ts';
import type { Address } from '../../../domain/model.ts';
import { serverName } from '../../../domain/server-name.ts';
import { addressesThat, serversThat } from '../../../domain/suitable.ts';
import { describeLocation, type Names } from '../../../output/address.ts';
import { changeOne, changingExits } from '../../shared/change.ts';
import { hintAtGuestConfig } from '../../shared/guest-pointer.ts';
import { dryRunOption, floatingArgument, interfaceOptions, serverOption } from '../../shared/inputs.ts';
import { findTarget, type Target, type TargetOptions, warnOfSeveralInterfaces } from '../../shared/target.ts';

type AttachOptions = TargetOptions & { dryRun?: boolean };

export default defineCommand<[address: string], AttachOptions>({
  summary: 'Attach a detached floating IP to a server',
  arguments: [floatingArgument(addressesThat.canBeAttached)],
  options: [
    serverOption('--server <server>', '', serversThat.canCarry, { askedUnless: ['mac'] }),
    ...interfaceOptions,
    dryRunOption,
  ],
  examples: [
    'upc ip float attach 192.0.2.60 --server web-2 --sandbox',
    'upc ip float attach 192.0.2.60 --server db-1 --interface 3 --sandbox',
  ],
  notes: ['An address that is on another server stays there (exit 8). Use `upc ip float move` to move it.'],
  json: 'one address, with changed: bool',
  exits: changingExits,
  run: (context, [address], options) => runAttach(context, address, options),
});

async function runAttach(context: Context, text: string, options: AttachOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  const api = await context.api();
  const going = lookUpAddress(api, canonical);
  const [ip, target] = await Promise.all([going, findTarget(context, api, options, { going })]);
  assertMovable(ip, 'attached', { loadBalancers: await fetchHolders(api, [ip]) });
  await assertNotAttachedElsewhere(api, ip, target);
  warnIfNotStarted(context, target.server);
  const isUnchanged = isAttachedTo(ip, target, options);
  if (isUnchanged) warnOfSeveralInterfaces(context, ip, target, options);
  const message = isUnchanged
    ? `${ip.address} is already attached to ${serverName(target.server)} (unchanged).`
    : `Attached ${ip.address} to ${serverName(target.server)}.`;
  const names = indexNames([target.server], []);
  const change = { mac: target.networkInterface.mac };
  // Read the address again: it may have moved while the server was looked up (T-15).
  const act = async () => {
    const now = await getAddress(api, ip.address);
    await assertNotAttachedElsewhere(api, now, target);
    return modifyAddress(api, now, change);
  };
  const { dryRun } = options;
  await changeOne(context, api, ip, { change, isUnchanged, dryRun, names, message, act });
  if (!dryRun && !isUnchanged) await hintAtGuestConfig(context, api, ip.address, target.server);
}

/** Returns true if the address is on the requested interface or, if none is named, on the requested server. */
export function isAttachedTo(
  ip: Address,
  { server, networkInterface }: Target,
  { interface: index, mac }: TargetOptions,
): boolean {
  return index === undefined && mac === undefined ? ip.server === server.uuid : isSameMac(ip.mac, networkInterface.mac);
}

/** @throws ConflictError if the address is on another server */
async function assertNotAttachedElsewhere(api: Api, ip: Address, target: Target): Promise<void> {
  if (ip.server === null || ip.server === target.server.uuid) return;
  throw attachedElsewhereError(ip, target, indexNames(await fetchServersIfPossible(api), []));
}

function attachedElsewhereError(ip: Address, { server }: Target, names: Names): ConflictError {
  return new ConflictError(`${ip.address} is attached to another server: ${describeLocation(ip, names)}.`, {
    code: 'ADDRESS_ATTACHED_ELSEWHERE',
    hint: (upc) =>
      `Move it: ${upc(`ip float move ${ip.address} --to ${shellSafeWord('server', server.title, server.uuid)}`)}`,
  });
}
