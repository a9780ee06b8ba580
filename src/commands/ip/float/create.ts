import { listAddressesWithNullableFloating, type NewAddress } from '../../../api/addresses.ts';
import { listServers } from '../../../api/servers.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { assertZoneExists, createNameIndex } from '../../../app/lookup.ts';
import { UsageError } from '../../../core/errors.ts';
import { assertServerUsable } from '../../../domain/assert-allowed.ts';
import { serverPredicates } from '../../../domain/completion-predicates.ts';
import type { Address } from '../../../domain/model.ts';
import { listReusableAddresses } from '../../../domain/reuse.ts';
import { getServerDisplayName } from '../../../domain/server-name.ts';
import { changeCommandExitCodes } from '../../shared/change.ts';
import { createAndShowAddress } from '../../shared/create-address.ts';
import { printGuestConfigHint } from '../../shared/guest-config-hint.ts';
import { reuseAddress } from '../../shared/reuse-address.ts';
import {
  createServerOption,
  createZoneOption,
  dryRunOption,
  interfaceOptions,
  policyOption,
  ptrOption,
} from '../../shared/shared-options.ts';
import {
  findTargetInterface,
  type TargetInterface,
  type TargetLists,
  type TargetOptions,
} from '../../shared/target.ts';

interface CreateOptions extends TargetOptions {
  zone?: string;
  releasePolicy?: 'keep' | 'release';
  ptr?: string;
  reuse?: boolean;
  dryRun?: boolean;
}

export default defineCommand<[], CreateOptions>({
  summary: 'Create a floating IP, detached in a zone or attached to a server',
  options: [
    createZoneOption('the zone of the floating IP, which cannot change later', { askedUnless: ['server', 'mac'] }),
    createServerOption(
      '--server <server>',
      'attach the floating IP to this server',
      serverPredicates.canGetNewFloatingIp,
    ),
    policyOption,
    ptrOption,
    ...interfaceOptions,
    {
      flags: '--reuse',
      description: 'use a detached floating IP of the zone, if one exists, instead of creating one',
    },
    dryRunOption,
  ],
  examples: [
    'upc ip float create --zone fi-hel2 --sandbox',
    'upc ip float create --server web-1 --ptr service.example.com --sandbox',
    'upc ip float create --reuse --server web-2 --sandbox',
    'upc ip float create --zone de-fra1 --sandbox --dry-run',
  ],
  notes: [
    '--reuse takes an address that is on no server and not delegated, preferably one with the default PTR record. The API',
    'cannot reserve an address, so two commands at the same moment can get the same one. With --server, the command reads the',
    'address again afterwards. If another client has moved the address, the exit code is 8.',
  ],
  json: 'one address; with --reuse also changed: bool',
  exits: [...changeCommandExitCodes, [6, 'created, but the PTR record could not be set']],
  run: (context, _args, options) => runCreate(context, options),
});

async function runCreate(context: Context, options: CreateOptions): Promise<void> {
  const zone = readRequestedZone(context, options);
  const api = await context.api();
  const [addresses, servers] = await Promise.all([
    listAddressesWithNullableFloating(api),
    isAttachmentRequested(options) ? listServers(api) : [],
    !isAttachmentRequested(options) && zone !== undefined && assertZoneExists(api, zone),
  ]);
  const target = await findRequestedTarget(context, api, options, { addresses, servers });
  const names = createNameIndex(target ? [target.server] : [], []);
  if (options.reuse) {
    const candidates = listReusableAddresses(target?.server.zone ?? zone ?? '', addresses, options.ptr);
    if (await reuseAddress(context, api, candidates, { ...options, target, names })) return;
  }
  if (target) assertServerUsable(target.server, 'The floating IP was not created');
  const requested: NewAddress = {
    family: 'IPv4',
    floating: 'yes',
    ...(target ? { mac: target.mac } : zone !== undefined && { zone }),
    ...(options.releasePolicy !== undefined && { release_policy: options.releasePolicy }),
  };
  const message = (ip: Address) =>
    target
      ? `Created ${ip.address}, attached to ${getServerDisplayName(target.server)}.`
      : `Created ${ip.address}, detached in zone ${ip.zone}.`;
  const creation = { requested, ptr: options.ptr, names, message, saysChanged: options.reuse === true };
  const made = await createAndShowAddress(context, api, creation, addresses, options.dryRun);
  if (target && made) await printGuestConfigHint(context, api, made.address, target.server);
}

const isAttachmentRequested = ({ server, mac }: CreateOptions): boolean => server !== undefined || mac !== undefined;

/**
 * Returns the requested zone, or the default zone of the profile; undefined if the server determines the zone. Throws
 * UsageError.
 */
function readRequestedZone(context: Context, options: CreateOptions): string | undefined {
  if (options.interface !== undefined && !isAttachmentRequested(options))
    throw new UsageError('--interface works only with --server.', 'Add --server <server>, or leave out --interface.');
  const zone = options.zone ?? (isAttachmentRequested(options) ? undefined : context.defaultZone());
  if (zone !== undefined || isAttachmentRequested(options)) return zone;
  throw new UsageError(
    'No zone given.',
    'Give --zone <zone>, or --server <server> to attach the floating IP.',
    'ZONE_MISSING',
  );
}

/**
 * Finds the interface for the address; undefined if it stays detached. Throws UsageError if --zone is not the zone of
 * the server.
 */
async function findRequestedTarget(
  context: Context,
  api: Api,
  options: CreateOptions,
  facts: TargetLists,
): Promise<TargetInterface | undefined> {
  if (!isAttachmentRequested(options)) return undefined;
  const target = await findTargetInterface(context, api, options, facts);
  if (options.zone === undefined || options.zone === target.server.zone) return target;
  throw new UsageError(
    `Server '${getServerDisplayName(target.server)}' is in zone ${target.server.zone}, not ${options.zone}.`,
    'Leave out --zone: the server determines the zone.',
  );
}
