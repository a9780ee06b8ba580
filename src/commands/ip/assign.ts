import { listAddresses, type NewAddress } from '../../api/addresses.ts';
import { listServers } from '../../api/servers.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { createNameIndex } from '../../app/lookup.ts';
import { UsageError } from '../../core/errors.ts';
import { parseAddress } from '../../domain/address.ts';
import { assertAssignable, assertPolicyAvailable, assertPtrAvailable } from '../../domain/assert-allowed.ts';
import { serverPredicates } from '../../domain/completion-predicates.ts';
import { findServer } from '../../domain/find-server.ts';
import { isSameMac, parseMac } from '../../domain/mac.ts';
import type { Address, Server } from '../../domain/model.ts';
import { findServerByUuid } from '../../domain/server-index.ts';
import { getServerDisplayName } from '../../domain/server-name.ts';
import { changeCommandExitCodes } from '../shared/change.ts';
import { createAndShowAddress } from '../shared/create-address.ts';
import {
  createFamilyOption,
  createServerOption,
  dryRunOption,
  policyOption,
  ptrOption,
} from '../shared/shared-options.ts';

interface AssignOptions {
  server?: string;
  family: 'IPv4' | 'IPv6';
  access: 'public' | 'utility';
  address?: string;
  mac?: string;
  releasePolicy?: 'keep' | 'release';
  ptr?: string;
  dryRun?: boolean;
}

export default defineCommand<[], AssignOptions>({
  summary: 'Assign a new regular address to a server',
  options: [
    createServerOption('--server <server>', '', serverPredicates.canGetAddress, { askedUnless: ['mac'] }),
    createFamilyOption('address family', { default: 'IPv4' }),
    {
      flags: '--access <access>',
      description: 'public or utility',
      choices: ['public', 'utility'],
      default: 'public',
    },
    {
      flags: '--address <address>',
      description: 'assign this IPv4 address; the account needs the privilege to choose addresses',
    },
    {
      flags: '--mac <mac>',
      description: 'assign to the interface with this MAC address; the server must be stopped',
      parse: parseMac,
    },
    policyOption,
    ptrOption,
    dryRunOption,
  ],
  examples: [
    'upc ip assign --server web-1 --sandbox',
    'upc ip assign --server web-2 --family IPv6 --ptr www.example.org --sandbox',
    'upc ip assign --server web-2 --release-policy keep --sandbox --dry-run',
  ],
  json: 'one address',
  exits: [...changeCommandExitCodes, [6, 'assigned, but the PTR record could not be set']],
  run: (context, _args, options) => runAssign(context, options),
});

async function runAssign(context: Context, options: AssignOptions): Promise<void> {
  const { family, access, releasePolicy } = options;
  assertOptionsFitTogether(options);
  const address = parseChosenAddress(options);
  const api = await context.api();
  const [addresses, servers] = await Promise.all([listAddresses(api), listServers(api)]);
  const server = findRequestedServer(options, addresses, servers);
  assertAssignable(server, access, addresses, options.mac);
  const requested: NewAddress = {
    access,
    family,
    server: server.uuid,
    ...(address !== undefined && { address }),
    ...(options.mac !== undefined && { mac: findServiceMacSpelling(options.mac, addresses) }),
    ...(releasePolicy !== undefined && { release_policy: releasePolicy }),
  };
  const formatAssignedMessage = (ip: Address) => `Assigned ${ip.address} to ${getServerDisplayName(server)}.`;
  await createAndShowAddress(
    context,
    api,
    { requested, ptr: options.ptr, names: createNameIndex(servers, []), message: formatAssignedMessage },
    addresses,
    options.dryRun,
  );
}

/** Checks that the options can be combined. @throws UsageError */
function assertOptionsFitTogether({ family, access, releasePolicy, ptr, server, mac }: AssignOptions): void {
  if (server === undefined && mac === undefined) {
    throw new UsageError('No server given.', 'Give --server <title, hostname or UUID>.');
  }
  if (access === 'utility' && family === 'IPv6') {
    throw new UsageError('Utility addresses are always IPv4.', 'Leave out --family or --access.', 'FAMILY_INVALID');
  }
  if (releasePolicy !== undefined) assertPolicyAvailable({ access, family });
  if (ptr !== undefined) assertPtrAvailable({ access });
}

/** Returns the address of `--address` in canonical spelling, if the option is given. @throws UsageError */
function parseChosenAddress({ address, family }: AssignOptions): string | undefined {
  if (address === undefined) return undefined;
  const parsed = parseAddress(address);
  if (parsed.family === 'IPv4' && family === 'IPv4') return parsed.canonical;
  throw new UsageError(
    'Only an IPv4 address can be chosen.',
    'Leave out --address: the interface determines an IPv6 address.',
    'ADDRESS_INVALID',
  );
}

/** Returns the API's spelling of a MAC address if one of the addresses has it; otherwise returns `mac` unchanged. */
function findServiceMacSpelling(mac: string, addresses: readonly Address[]): string {
  return addresses.find((ip) => isSameMac(ip.mac, mac))?.mac ?? mac;
}

/** Finds the server by name, or by the MAC address of its interface. @throws UsageError, NotFoundError */
function findRequestedServer(
  { server, mac }: AssignOptions,
  addresses: readonly Address[],
  servers: readonly Server[],
): Server {
  if (server !== undefined) return findServer(servers, server);
  const uuid = addresses.find((ip) => mac !== undefined && isSameMac(ip.mac, mac))?.server;
  const found = findServerByUuid(servers, uuid ?? null);
  if (found) return found;
  throw new UsageError(
    `No interface on this account has the MAC address ${mac}.`,
    'Give the server with --server.',
    'MAC_INVALID',
  );
}
