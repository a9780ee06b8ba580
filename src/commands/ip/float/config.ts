import { getAddress } from '../../../api/addresses.ts';
import { listServers } from '../../../api/servers.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { detectGuestSystem } from '../../../app/guest-system.ts';
import { findDeviceByMac } from '../../../app/machine.ts';
import { findOwnServerUuid } from '../../../app/self.ts';
import { ConflictError, UsageError } from '../../../core/errors.ts';
import { parseAddress } from '../../../domain/address.ts';
import { addressPredicates, serverPredicates } from '../../../domain/completion-predicates.ts';
import { createGuestConfig, type GuestConfig, type GuestSystem, guestSystems } from '../../../domain/guest-config.ts';
import { parseMac } from '../../../domain/mac.ts';
import type { Address } from '../../../domain/model.ts';
import { readOnlyCommandExitCodes } from '../../../help/sections.ts';
import { createFloatingIpArgument, createServerOption, interfaceOptions } from '../../shared/shared-options.ts';
import { findTargetInterface, type TargetLists, type TargetOptions } from '../../shared/target.ts';

interface ConfigOptions extends TargetOptions {
  readonly for?: GuestSystem;
}

export default defineCommand<[address: string], ConfigOptions>({
  summary: "Print the configuration that the server's operating system needs for a floating IP",
  arguments: [createFloatingIpArgument(addressPredicates.canBeConfigured)],
  options: [
    createServerOption(
      '--server <server>',
      'the server to configure, by default the one that has the address',
      serverPredicates.canCarry,
    ),
    ...interfaceOptions,
    {
      flags: '--for <system>',
      description:
        'how the server configures its network; without this option, upc detects it if the server is this machine, and otherwise uses ip',
      choices: guestSystems,
    },
  ],
  examples: [
    'upc ip float config 192.0.2.50 --sandbox',
    'upc ip float config 192.0.2.50 --for netplan --sandbox',
    'upc ip float config 192.0.2.50 --server web-2 --sandbox',
    'upc ip float config 192.0.2.50 --for ifupdown --sandbox --json',
  ],
  notes: [
    'Attaching or moving a floating IP changes where UpCloud routes it. The server responds only if its public interface',
    'also has the address (a /32). Configure the address on every server that it may move to. It does no harm on a server to',
    'which UpCloud does not route it.',
    'This command changes nothing: write the files and run the commands on the server, as root.',
  ],
  json: 'an object: address, mac, device (null if unknown), for (the kind of network configuration), files ({path, mode, content}), commands, notes',
  exits: [
    ...readOnlyCommandExitCodes,
    [5, 'no such address'],
    [8, 'the address is delegated, or it is detached and --server is missing'],
  ],
  run: runFloatConfig,
});

async function runFloatConfig(context: Context, [text]: [address: string], options: ConfigOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  const api = await context.api();
  const [ip, servers] = await Promise.all([getAddress(api, canonical), listServers(api)]);
  const { server, mac } = await findInterfaceToConfigure(context, api, options, { ip, servers });
  const isHere = server !== null && (await findOwnServerUuid(context, async () => servers)) === server;
  const device = isHere ? findDeviceByMac(context.machine, mac) : undefined;
  const system = options.for ?? (isHere ? detectGuestSystem(context.machine, context.platform) : 'ip');
  const config = createGuestConfig(system, { address: ip.address, mac, device });
  await showGuestConfig(context, { address: ip.address, mac, device: device ?? null, for: system, ...config });
}

/** Returns the interface to configure: the one that the options select, or else the one that the address is on. */
async function findInterfaceToConfigure(
  context: Context,
  api: Api,
  options: TargetOptions,
  { ip, servers }: TargetLists & { readonly ip: Address },
): Promise<{ readonly server: string | null; readonly mac: string }> {
  assertConfigurable(ip);
  const { mac, interface: index } = options;
  if (options.server === undefined && mac === undefined && index === undefined)
    return { server: ip.server, mac: requireMac(ip) };
  // Without --server and --mac, --interface selects an interface of the server that the address is on.
  const named = options.server ?? (mac === undefined ? (ip.server ?? undefined) : undefined);
  const requested = { ...options, server: named };
  const { server, mac: found } = await findTargetInterface(context, api, requested, { ip, servers });
  // The MAC address becomes part of a shell command, so it must be valid.
  return { server: server.uuid, mac: parseMac(found) };
}

/** Checks that the address is a floating IP and is not delegated to a load balancer. Throws UsageError or ConflictError. */
function assertConfigurable(ip: Address): void {
  if (ip.floating !== 'yes')
    throw new UsageError(
      `${ip.address} is not a floating IP.`,
      'A regular address needs no configuration: DHCP or SLAAC assigns it to the server.',
      'FLOATING_IP_NOT_AVAILABLE',
    );
  if (ip.is_delegated === 'yes')
    throw new ConflictError(`${ip.address} is delegated to a load balancer: no server has it.`, {
      code: 'IP_ADDRESS_DELEGATED',
      hint: (upc) => `Take the address back first: ${upc(`ip float undelegate ${ip.address}`)}`,
    });
}

/** Returns the MAC address of the interface that the address is on. @throws ConflictError if the address is on no server */
function requireMac(ip: Address): string {
  // The MAC address becomes part of a shell command, so it must be valid.
  if (ip.mac !== null) return parseMac(ip.mac);
  throw new ConflictError(`${ip.address} is not on a server.`, {
    code: 'ADDRESS_DETACHED',
    hint: [
      (upc) => `Name the server to configure: ${upc(`ip float config ${ip.address} --server <server>`)}`,
      (upc) => `Or attach it first: ${upc(`ip float attach ${ip.address} --server <server>`)}`,
    ],
  });
}

type ShownGuestConfig = GuestConfig & {
  readonly address: string;
  readonly mac: string;
  readonly device: string | null;
  readonly for: string;
};

async function showGuestConfig({ out }: Context, shown: ShownGuestConfig): Promise<void> {
  const { format, quiet } = out.settings;
  if (quiet) return out.text(shown.commands.map((line) => `${line}\n`).join(''));
  if (format !== 'table') return out.json(shown);
  const files = shown.files.map(({ path, mode, content }) => `# ${path} (mode ${mode}):\n${content}\n`);
  await out.text(`${files.join('')}# Then, as root:\n${shown.commands.map((line) => `${line}\n`).join('')}`);
  for (const note of shown.notes) out.note(note);
}
