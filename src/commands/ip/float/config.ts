import { getAddress } from '../../../api/addresses.ts';
import { listServers } from '../../../api/servers.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { detectGuestSystem } from '../../../app/guest-system.ts';
import { deviceWithMac } from '../../../app/machine.ts';
import { findSelf } from '../../../app/self.ts';
import { ConflictError, UsageError } from '../../../core/errors.ts';
import { parseAddress } from '../../../domain/address.ts';
import { type GuestConfig, type GuestSystem, guestConfig, guestSystems } from '../../../domain/guest-config.ts';
import { parseMac } from '../../../domain/mac.ts';
import type { Address } from '../../../domain/model.ts';
import { readingExits } from '../../../help/sections.ts';
import { floatingArgument, suitable } from '../../shared/inputs.ts';

interface ConfigOptions {
  readonly for?: GuestSystem;
}

export default defineCommand<[address: string], ConfigOptions>({
  summary: "Print the configuration that the server's operating system needs for a floating IP",
  arguments: [floatingArgument(suitable.attached)],
  options: [
    {
      flags: '--for <system>',
      description: `${guestSystems.join(', ')}; by default what that server uses, or ip on other machines`,
      choices: guestSystems,
    },
  ],
  examples: [
    'upc ip float config 192.0.2.50 --sandbox',
    'upc ip float config 192.0.2.50 --for netplan --sandbox',
    'upc ip float config 192.0.2.50 --for ifupdown --sandbox --json',
  ],
  notes: [
    'Attaching or moving a floating IP changes where UpCloud routes it. The server responds only if its public interface',
    'also has the address (a /32). Configure it on every server that the address may move to; it does no harm on a server',
    'that does not hold the address.',
    'This command changes nothing: write the files and run the commands on the server, as root.',
  ],
  json: 'an object: address, mac, device (null where unknown), for, files ({path, mode, content}), commands, notes',
  exits: [...readingExits, [5, 'no such address'], [8, 'the address is not on a server']],
  run: printConfig,
});

async function printConfig(context: Context, [text]: [address: string], options: ConfigOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  const api = await context.api();
  const [ip, servers] = await Promise.all([getAddress(api, canonical), listServers(api)]);
  const mac = assertAttached(ip);
  const isHere = ip.server !== null && (await findSelf(context, servers)) === ip.server;
  const device = isHere ? deviceWithMac(context.machine, mac) : undefined;
  const system = options.for ?? (isHere ? detectGuestSystem(context.machine, context.platform) : 'ip');
  const config = guestConfig(system, { address: ip.address, mac, device });
  await show(context, { address: ip.address, mac, device: device ?? null, for: system, ...config });
}

function assertAttached(ip: Address): string {
  if (ip.floating !== 'yes')
    throw new UsageError(
      `${ip.address} is not a floating IP.`,
      'A regular address needs no configuration: DHCP or SLAAC assigns it to the server.',
      'FLOATING_IP_NOT_AVAILABLE',
    );
  // It goes into a command line to paste.
  if (ip.mac !== null) return parseMac(ip.mac);
  throw new ConflictError(`${ip.address} is not on a server.`, {
    code: 'ADDRESS_DETACHED',
    hint: (upc) => `Attach it first: ${upc(`ip float attach ${ip.address} --server <server>`)}`,
  });
}

type Shown = GuestConfig & {
  readonly address: string;
  readonly mac: string;
  readonly device: string | null;
  readonly for: string;
};

async function show({ out }: Context, shown: Shown): Promise<void> {
  const { format, quiet } = out.settings;
  if (quiet) return out.text(shown.commands.map((line) => `${line}\n`).join(''));
  if (format !== 'table') return out.json(shown);
  const files = shown.files.map(({ path, mode, content }) => `# ${path} (mode ${mode}):\n${content}\n`);
  await out.text(`${files.join('')}# Then, as root:\n${shown.commands.map((line) => `${line}\n`).join('')}`);
  for (const note of shown.notes) out.note(note);
}
