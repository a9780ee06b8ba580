import { chooseShellSafeWord } from '../../core/shell-safe-word.ts';
import { findHoldingService } from '../address-details.ts';
import { isDetached } from '../filter.ts';
import type { Account, Address, Server } from '../model.ts';
import { hasCustomPtr, isDefaultPtr } from '../ptr.ts';
import type { PtrCheck } from '../ptr-check.ts';
import { findServerByUuid } from '../server-index.ts';
import { getServerDisplayName } from '../server-name.ts';
import type { AccountSnapshot, AuditRule, FindingCost, RuleResult } from './audit.ts';

/** The maximum number of public addresses of a server, not counting floating IPs (R-MOD-2). */
const MAX_PUBLIC_PER_SERVER = 5;
/** The audit reports an account limit if at least this share of it is used. */
const NEAR_LIMIT_SHARE = 0.8;
const HOURS_PER_MONTH = 730;

export const rules: readonly AuditRule[] = [
  {
    id: 'delegated-release',
    level: 'high',
    title: "A delegated address has release policy 'release'",
    why: 'The address is deleted when the load balancer returns it or is itself deleted. This cannot be undone.',
    check: ({ addresses, loadBalancers }) =>
      addresses
        .filter(isDelegated)
        .filter(hasPolicyRelease)
        .map((ip) => {
          const { name } = findHoldingService(ip.address, loadBalancers ?? []);
          const holder = name === null ? 'a load balancer' : `load balancer '${name}'`;
          return {
            ...pickAddressAndServer(ip),
            message: `${ip.address} is delegated to ${holder} and has release policy 'release'.`,
            fix: formatKeepCommand(ip),
          };
        }),
  },
  {
    id: 'floating-server-down',
    level: 'high',
    title: 'A floating IP is on a server that is stopped or in state error',
    why: 'Traffic to the address is lost.',
    needs: ['servers'],
    check: (snapshot) =>
      snapshot.addresses.filter(isFloatingIp).flatMap((ip) => {
        const server = findServerOfAddress(snapshot, ip);
        if (server === undefined || (server.state !== 'stopped' && server.state !== 'error')) return [];
        return {
          ...pickAddressAndServer(ip),
          message: `${ip.address} is on server '${getServerDisplayName(server)}', which is ${server.state === 'error' ? 'in state error' : 'stopped'}.`,
          fix: `ip float move ${ip.address} --to <server>`,
        };
      }),
  },
  {
    id: 'floating-release',
    level: 'warn',
    title: "A floating IP on a server has release policy 'release'",
    why: 'The address is deleted with its server, although floating IPs usually outlive servers. This cannot be undone.',
    check: (snapshot) =>
      snapshot.addresses
        .filter((ip) => isFloatingIp(ip) && hasPolicyRelease(ip) && ip.server !== null && !isDelegated(ip))
        .map((ip) => ({
          ...pickAddressAndServer(ip),
          message: `${ip.address} has release policy 'release' and is on server '${getServerNameOfAddress(snapshot, ip)}'.`,
          fix: formatKeepCommand(ip),
        })),
  },
  {
    id: 'floating-detached',
    level: 'warn',
    title: 'A floating IP is neither on a server nor delegated',
    why: 'It costs money but receives no traffic.',
    check: ({ addresses, prices, currency }) =>
      addresses.filter(isPaidButUnused).map((ip) => {
        const cost = computeMonthlyCost(ip.zone, prices, currency ?? null);
        return {
          ...pickAddressAndServer(ip),
          message: `${ip.address} is detached.${formatCost(cost)}`,
          fix: `ip float attach ${ip.address} --server <server>`,
          alternative_fix: `ip release ${ip.address}`,
          cost,
        };
      }),
  },
  {
    id: 'account-limit',
    level: 'warn',
    title: 'The account has used 80 % or more of a limit',
    why: 'When the limit is reached, no more addresses of this kind can be created.',
    needs: ['account'],
    check: (snapshot) => (snapshot.account ? findLimitsNearlyReached(snapshot.account, snapshot.addresses) : []),
  },
  {
    id: 'ptr-unconfirmed',
    level: 'warn',
    title: 'DNS does not confirm a PTR record (checked only with --dns)',
    why: 'Many mail servers reject a host whose name does not point back to its address.',
    needs: ['dns'],
    check: ({ dns = [] }) =>
      dns
        .filter(({ state }) => state !== 'ok' && state !== 'unknown')
        .map((check) => ({
          address: check.address,
          message: describeUnconfirmedPtr(check),
          fix: check.state === 'not-yet' ? `ip ptr check ${check.address} --wait 600` : formatSetPtrCommand(check),
        })),
  },
  {
    id: 'regular-release',
    level: 'info',
    title: "A regular public IPv4 address has release policy 'release'",
    why: "The address is deleted with its server. With policy 'keep' it becomes a detached floating IP instead.",
    check: (snapshot) =>
      snapshot.addresses
        .filter((ip) => ip.access === 'public' && ip.family === 'IPv4' && !isFloatingIp(ip) && hasPolicyRelease(ip))
        .map((ip) => ({
          ...pickAddressAndServer(ip),
          message: `${ip.address} is lost when server '${getServerNameOfAddress(snapshot, ip)}' is deleted.`,
          fix: formatKeepCommand(ip),
        })),
  },
  {
    id: 'server-full',
    level: 'info',
    title: 'A server has reached the limit of public addresses',
    why: 'No more public addresses can be assigned to the server. Floating IPs do not count towards this limit and can still be attached.',
    check: (snapshot) =>
      [...countRegularAddressesByServer(snapshot.addresses)]
        .filter(([, count]) => count >= MAX_PUBLIC_PER_SERVER)
        .map(([server, count]) => ({
          server,
          message: `Server '${getServerName(snapshot, server)}' has ${count} of ${MAX_PUBLIC_PER_SERVER} public addresses.`,
          fix: `ip list --server ${chooseShellSafeWord('server', server)}`,
        })),
  },
  {
    id: 'ptr-missing',
    level: 'info',
    title: 'A public address has no PTR record',
    why: 'Mail servers and other services may reject hosts without reverse DNS.',
    check: ({ addresses }) =>
      addresses
        .filter((ip) => ip.access === 'public' && ip.ptr_record === '')
        .map((ip) => ({
          ...pickAddressAndServer(ip),
          message: `${ip.address} has no PTR record.`,
          fix: formatSetPtrCommand(ip),
        })),
  },
  {
    id: 'ptr-default',
    level: 'info',
    title: 'A public address has the default PTR record of UpCloud',
    why: 'Many mail servers distrust default PTR records. In logs, such a name does not show what the address is for.',
    check: ({ addresses }) =>
      addresses
        .filter((ip) => ip.access === 'public' && isDefaultPtr(ip))
        .map((ip) => ({
          ...pickAddressAndServer(ip),
          message: `${ip.address} has the default PTR record ${ip.ptr_record}.`,
          fix: formatSetPtrCommand(ip),
        })),
  },
];

const isFloatingIp = (ip: Address): boolean => ip.floating === 'yes';

/** Returns whether an address costs money but receives no traffic. Only findings about such addresses have a cost. */
export function isPaidButUnused(ip: Address): boolean {
  return isFloatingIp(ip) && isDetached(ip);
}
const isDelegated = (ip: Address): boolean => ip.is_delegated === 'yes';
/** Returns whether the release policy is `release`; false if the API reports no policy (R-GET-4). */
const hasPolicyRelease = (ip: Address): boolean => ip.release_policy === 'release';
const pickAddressAndServer = ({ address, server }: Address) => ({ address, server });
const formatKeepCommand = ({ address }: Address): string => `ip policy set keep ${address}`;
const formatSetPtrCommand = ({ address }: { readonly address: string }): string => `ip ptr set ${address} <hostname>`;

/** Returns whether `--dns` checks the address. UpCloud maintains its default names, so they are not checked. */
export function needsDnsCheck(ip: Address): boolean {
  return ip.access === 'public' && hasCustomPtr(ip);
}

function describeUnconfirmedPtr({
  address,
  ptr_record: name,
  state,
  dns_ptr_records: names,
  forward_addresses,
}: PtrCheck): string {
  const record = `${address} has the PTR record ${name}`;
  if (state === 'mismatch') return `${record}, which points to ${forward_addresses.join(', ')}.`;
  if (state === 'no-forward') return `${record}, which points to no address.`;
  return `${record}, but DNS has ${names.length > 0 ? names.join(', ') : 'no PTR record'}.`;
}

function findServerOfAddress({ servers }: AccountSnapshot, ip: Address): Server | undefined {
  return servers && findServerByUuid(servers, ip.server);
}

function getServerNameOfAddress(snapshot: AccountSnapshot, ip: Address): string {
  return getServerName(snapshot, ip.server ?? '');
}

function getServerName({ servers }: AccountSnapshot, uuid: string): string {
  const server = servers && findServerByUuid(servers, uuid);
  return server ? getServerDisplayName(server) : uuid;
}

/** Counts the regular public addresses, IPv4 and IPv6 together, by server (R-MOD-2). */
function countRegularAddressesByServer(addresses: readonly Address[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const ip of addresses) {
    if (ip.server === null || ip.access !== 'public' || isFloatingIp(ip)) continue;
    counts.set(ip.server, (counts.get(ip.server) ?? 0) + 1);
  }
  return counts;
}

function findLimitsNearlyReached({ resource_limits: limits }: Account, addresses: readonly Address[]): RuleResult[] {
  const count = (fits: (ip: Address) => boolean) => addresses.filter(fits).length;
  const uses = [
    ['detached_floating_ips', 'detached floating IPs', count(isPaidButUnused), '--detached'],
    ['public_ipv4', 'public IPv4 addresses', count((ip) => isPublic(ip, 'IPv4')), '--family IPv4 --access public'],
    ['public_ipv6', 'public IPv6 addresses', count((ip) => isPublic(ip, 'IPv6')), '--family IPv6 --access public'],
  ] as const;
  return uses.flatMap(([limit, what, used, filter]) => {
    const most = limits[limit];
    if (most === undefined || used < most * NEAR_LIMIT_SHARE || used === 0) return [];
    return { message: `The account has ${used} of at most ${most} ${what}.`, fix: `ip list ${filter}`, limit };
  });
}

function isPublic(ip: Address, family: Address['family']): boolean {
  return ip.access === 'public' && ip.family === family;
}

function computeMonthlyCost(
  zone: string,
  prices: AccountSnapshot['prices'],
  currency: string | null,
): FindingCost | undefined {
  const tag = prices?.find(({ name }) => name === zone)?.ipv4_address;
  if (tag === undefined || !(tag.amount > 0)) return undefined;
  const cents = tag.price / tag.amount;
  const per_month = Math.round(cents * HOURS_PER_MONTH) / 100;
  return {
    cents_per_hour: cents,
    hours_per_month: HOURS_PER_MONTH,
    currency,
    per_month,
    eur_per_month: currency === 'EUR' ? per_month : null,
  };
}

function formatCost(cost: FindingCost | undefined): string {
  if (cost === undefined) return '';
  const { cents_per_hour, per_month, currency } = cost;
  const unit = currency === null ? '' : ` ${currency}`;
  const unknown = currency === null ? "; the account's currency is unknown" : '';
  return ` It costs ${cents_per_hour} cents an hour (${per_month.toFixed(2)}${unit} for ${HOURS_PER_MONTH} hours${unknown}).`;
}
