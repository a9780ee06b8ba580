import { type AddressDetails, canHaveReleasePolicy } from '../domain/address-details.ts';
import { isInternal } from '../domain/filter.ts';
import type { Address } from '../domain/model.ts';
import { describeAddressKind } from './address.ts';
import type { Card } from './card.ts';

function formatAddressKind(ip: Address): string {
  const network = ip.access === 'private' ? ', in a private (SDN) network' : '';
  return `${describeAddressKind(ip)} ${ip.family}${network}${ip.part_of_plan === 'yes' ? ', part of the plan' : ''}`;
}

const dhcpTexts: Readonly<Record<string, string>> = {
  yes: 'yes: the server gets it by DHCP',
  no: 'no: configure it on the server',
};

/** Returns the card's lines for the fields that the API added later (R-MOD-7). Leaves out a value of an unexpected type. */
function createNewerFieldLines(ip: Address, dhcp: unknown): readonly (readonly [string, string | undefined])[] {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
  const provided = text(dhcp);
  return [
    ['DHCP', provided && Object.hasOwn(dhcpTexts, provided) ? dhcpTexts[provided] : provided],
    ['Account', text(ip.account_id)],
    ['Delegated to account', text(ip.delegated_to_account_id)],
  ];
}

/** Facts about an address that `AddressDetails` does not contain. */
export interface ExtraAddressFacts {
  /** The value of `dhcp_provided` in the API's response. */
  readonly dhcp: unknown;
  /** Whether the address is configured on this machine. Null if unknown, or if the address is attached to another server. */
  readonly local: boolean | null;
}

/**
 * Returns the card of one address, for `ip show`.
 * @param upc formats a command line to show in a hint
 */
export function createAddressCard(
  ip: Address,
  details: AddressDetails,
  { dhcp, local }: ExtraAddressFacts,
  upc: (line: string) => string,
): Card {
  const { server_details: server, interface: networkInterface, delegated_to: service } = details;
  const lines: [string, string | null | readonly string[]][] = [
    ['Address', ip.address],
    ['Kind', formatAddressKind(ip)],
    ['Zone', ip.zone],
    ['PTR record', ip.ptr_record],
    ['Release policy', ip.release_policy ?? (canHaveReleasePolicy(ip) ? 'not reported by the API' : null)],
  ];
  if (server)
    lines.push(
      ['Server', `${server.title} (${server.state})`],
      ['Hostname', server.hostname],
      ['Server UUID', server.uuid],
    );
  else if (ip.server !== null) lines.push(['Server UUID', ip.server]);
  if (networkInterface)
    lines.push(
      ['Interface', `${networkInterface.index}, ${networkInterface.type}, ${networkInterface.mac}`],
      ['Shared with', networkInterface.other_addresses],
    );
  else if (ip.mac !== null) lines.push(['MAC', ip.mac]);
  if (service)
    lines.push(['Delegated to', `${service.service} ${service.name ?? ''}`.trim()], ['Service UUID', service.uuid]);
  if (ip.server === null && ip.is_delegated === 'no')
    lines.push(['Server', isInternal(ip) ? 'on no server' : 'detached']);
  for (const [label, value] of createNewerFieldLines(ip, dhcp)) if (value !== undefined) lines.push([label, value]);
  lines.push(['If deleted', details.on_deletion]);
  const fix = ip.floating === 'yes' ? `. Show the configuration: ${upc(`ip float config ${ip.address}`)}` : '';
  if (local !== null)
    lines.push(['On this machine', local ? 'yes' : `no, so this machine does not respond to the address${fix}`]);
  return { json: { ...ip, ...details, on_this_machine: local }, quiet: ip.address, lines };
}
