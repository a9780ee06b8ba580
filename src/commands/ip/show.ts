import { lookUpAddress } from '../../api/addresses.ts';
import { listLoadBalancers } from '../../api/load-balancers.ts';
import { getServer } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { recoverWith } from '../../app/lookup.ts';
import { carriesAddress } from '../../app/machine.ts';
import { findSelf } from '../../app/self.ts';
import { parseAddress } from '../../domain/address.ts';
import {
  type AddressDetails,
  canHaveReleasePolicy,
  createAddressDetails,
  findDhcpProvided,
} from '../../domain/address-details.ts';
import { isInternal } from '../../domain/filter.ts';
import type { Address, LoadBalancer, ServerDetails } from '../../domain/model.ts';
import { readingExits } from '../../help/sections.ts';
import { describeKind } from '../../output/address.ts';
import type { Card } from '../../output/card.ts';
import { suitable } from '../shared/inputs.ts';

export default defineCommand<[address: string]>({
  summary: 'Show one address: server, interface, reverse DNS, and what happens to it on deletion',
  arguments: [
    { name: '<address>', description: 'an IP address in any valid spelling', source: { addresses: suitable.any } },
  ],
  examples: ['upc ip show 192.0.2.10 --sandbox', 'upc ip show 192.0.2.10 --sandbox --json'],
  json: 'one address, with server_details, interface, delegated_to, on_deletion and on_this_machine',
  exits: [...readingExits, [5, 'no such address']],
  run: (context, [address]) => runShow(context, address),
});

async function runShow(context: Context, text: string): Promise<void> {
  const { canonical } = parseAddress(text);
  const api = await context.api();
  const ip = await lookUpAddress(api, canonical);
  const [server, services] = await Promise.all([serverOf(context, api, ip), servicesFor(context, api, ip)]);
  const details = createAddressDetails(ip, server, services);
  const local = await isOnThisMachine(context, ip, server);
  const { json, quiet, lines } = detailsCard(ip, details, findDhcpProvided(ip, server));
  const fix = context.out.settings.upc(`ip float config ${ip.address}`);
  const how = ip.floating === 'yes' ? `: ${fix}` : '';
  const localLine = ['On this machine', local ? 'yes' : `no, so it does not respond${how}`] as const;
  await context.out.card({
    json: { ...json, on_this_machine: local },
    quiet,
    lines: local === null ? lines : [...lines, localLine],
  });
}

/**
 * Returns whether this machine carries the address now; null where it is not the server that the address is on, or does not
 * know that.
 */
async function isOnThisMachine(
  context: Context,
  { address }: Address,
  server: ServerDetails | undefined,
): Promise<boolean | null> {
  if (server === undefined || (await findSelf(context, [server])) !== server.uuid) return null;
  return carriesAddress(context.machine, address);
}

async function serverOf(context: Context, api: Api, ip: Address): Promise<ServerDetails | undefined> {
  if (ip.server === null) return undefined;
  return getServer(api, ip.server).catch(orWarning(context, 'The server'));
}

async function servicesFor(context: Context, api: Api, ip: Address): Promise<LoadBalancer[] | undefined> {
  return ip.is_delegated === 'yes' ? listLoadBalancers(api).catch(orWarning(context, 'The load balancers')) : [];
}

/** The address is still worth showing, but nobody is to take what is missing for what is not there. */
function orWarning({ out }: Context, what: string): (error: unknown) => undefined {
  return recoverWith(undefined, ({ message }) => out.warn(`${what} could not be fetched: ${message}`));
}

function kindText(ip: Address): string {
  const network = ip.access === 'private' ? ', in a private (SDN) network' : '';
  return `${describeKind(ip)} ${ip.family}${network}${ip.part_of_plan === 'yes' ? ', part of the plan' : ''}`;
}

const dhcpTexts: Readonly<Record<string, string>> = {
  yes: 'yes: the server gets it by DHCP',
  no: 'no: configure it on the server',
};

/** What newer responses may add (R-MOD-7), where it is text or a number. */
function newerLines(ip: Address, dhcp: unknown): readonly (readonly [string, string | undefined])[] {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
  const provided = text(dhcp);
  return [
    ['DHCP', provided && Object.hasOwn(dhcpTexts, provided) ? dhcpTexts[provided] : provided],
    ['Account', text(ip.account_id)],
    ['Delegated to account', text(ip.delegated_to_account_id)],
  ];
}

/** @param dhcp whether the server gets the address by DHCP, as the service says it */
function detailsCard(ip: Address, details: AddressDetails, dhcp: unknown): Card {
  const { server_details: server, interface: nic, delegated_to: service } = details;
  const lines: [string, string | null | readonly string[]][] = [
    ['Address', ip.address],
    ['Kind', kindText(ip)],
    ['Zone', ip.zone],
    ['PTR record', ip.ptr_record],
    ['Release policy', ip.release_policy ?? (canHaveReleasePolicy(ip) ? 'not reported by the service' : null)],
  ];
  if (server)
    lines.push(
      ['Server', `${server.title} (${server.state})`],
      ['Hostname', server.hostname],
      ['Server UUID', server.uuid],
    );
  else if (ip.server !== null) lines.push(['Server UUID', ip.server]);
  if (nic) lines.push(['Interface', `${nic.index}, ${nic.type}, ${nic.mac}`], ['Shared with', nic.other_addresses]);
  else if (ip.mac !== null) lines.push(['MAC', ip.mac]);
  if (service)
    lines.push(['Delegated to', `${service.service} ${service.name ?? ''}`.trim()], ['Service UUID', service.uuid]);
  if (ip.server === null && ip.is_delegated === 'no')
    lines.push(['Server', isInternal(ip) ? 'on no server' : 'detached']);
  for (const [label, value] of newerLines(ip, dhcp)) if (value !== undefined) lines.push([label, value]);
  lines.push(['If deleted', details.on_deletion]);
  return { json: { ...ip, ...details }, quiet: ip.address, lines };
}
