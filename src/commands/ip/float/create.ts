import { listAddresses, type NewAddress } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { assertZoneExists, indexNames } from '../../../app/lookup.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Address } from '../../../domain/model.ts';
import { serverName } from '../../../domain/server-name.ts';
import { changingExits } from '../../shared/change.ts';
import { createAndShow } from '../../shared/create-address.ts';
import { pointToGuestConfig } from '../../shared/guest-pointer.ts';
import {
  dryRunOption,
  interfaceOptions,
  policyOption,
  ptrOption,
  serverOption,
  zoneOption,
} from '../../shared/inputs.ts';
import { findTarget, type TargetOptions } from '../../shared/target.ts';

interface CreateOptions extends TargetOptions {
  zone?: string;
  releasePolicy?: 'keep' | 'release';
  ptr?: string;
  dryRun?: boolean;
}

export default defineCommand<[], CreateOptions>({
  summary: 'Create a floating IP, detached in a zone or attached to a server',
  options: [
    zoneOption('the zone of the floating IP, which cannot change later', { askedUnless: ['server', 'mac'] }),
    serverOption('--server <server>', 'attach the floating IP to this server'),
    policyOption,
    ptrOption,
    ...interfaceOptions,
    dryRunOption,
  ],
  examples: [
    'upc ip float create --zone fi-hel2 --sandbox',
    'upc ip float create --server web-1 --ptr service.example.com --sandbox',
    'upc ip float create --zone de-fra1 --sandbox --dry-run',
  ],
  json: 'one address',
  exits: [...changingExits, [6, 'created, but the PTR record could not be set']],
  run: (context, _args, options) => runCreate(context, options),
});

async function runCreate(context: Context, options: CreateOptions): Promise<void> {
  const { server, mac, releasePolicy } = options;
  const attaches = server !== undefined || mac !== undefined;
  const zone = options.zone ?? (attaches ? undefined : context.defaultZone());
  if (zone === undefined && !attaches) {
    throw new UsageError(
      'No zone given.',
      'Give --zone <zone>, or --server <server> to attach the floating IP.',
      'ZONE_MISSING',
    );
  }
  const api = await context.api();
  const addresses = await listAddresses(api);
  const target = attaches ? await findTarget(context, api, options, { addresses }) : undefined;
  if (target && zone !== undefined && zone !== target.server.zone) {
    throw new UsageError(
      `Server '${serverName(target.server)}' is in zone ${target.server.zone}, not ${zone}.`,
      'Leave out --zone: the server determines it.',
    );
  }
  if (!target && zone !== undefined) await assertZoneExists(api, zone);
  const requested: NewAddress = {
    family: 'IPv4',
    floating: 'yes',
    ...(target ? { mac: target.nic.mac } : zone !== undefined && { zone }),
    ...(releasePolicy !== undefined && { release_policy: releasePolicy }),
  };
  const names = indexNames(target ? [target.server] : [], []);
  const message = (ip: Address) =>
    target
      ? `Created ${ip.address}, attached to ${serverName(target.server)}.`
      : `Created ${ip.address}, detached in zone ${ip.zone}.`;
  const creation = { requested, ptr: options.ptr, names, message };
  const made = await createAndShow(context, api, creation, addresses, options.dryRun);
  if (target && made) await pointToGuestConfig(context, made.address, target.server);
}
