import { getAddress } from '../../../api/addresses.ts';
import { repeatCheckUntil } from '../../../api/change-and-confirm.ts';
import { createDelegationRequest, delegateAddress } from '../../../api/load-balancers.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { createNameIndex } from '../../../app/lookup.ts';
import { parseAddress } from '../../../domain/address.ts';
import { findHoldingService } from '../../../domain/address-details.ts';
import { assertFloatingIp } from '../../../domain/assert-allowed.ts';
import { assertDelegatable, isDelegatedAsRequested } from '../../../domain/assert-delegatable.ts';
import { addressPredicates } from '../../../domain/completion-predicates.ts';
import { choosePublicNetworkName, findLoadBalancer } from '../../../domain/find-load-balancer.ts';
import type { Address, LoadBalancer } from '../../../domain/model.ts';
import { changeCommandExitCodes, showChangedAddress, showDryRunRequests } from '../../shared/change.ts';
import { fetchDelegationState } from '../../shared/delegation.ts';
import { createFloatingIpArgument, dryRunOption } from '../../shared/shared-options.ts';

interface DelegateOptions {
  readonly to: string;
  readonly network?: string;
  readonly dryRun?: boolean;
}

export default defineCommand<[address: string], DelegateOptions>({
  summary: 'Delegate a detached floating IP to a load balancer',
  arguments: [createFloatingIpArgument(addressPredicates.canBeDelegated)],
  options: [
    {
      flags: '--to <load-balancer>',
      description: 'name, UUID or the first characters of the UUID of a load balancer in the same zone',
      source: 'load-balancer',
      isMandatory: true,
      askedUnless: [],
      question: 'Which load balancer?',
    },
    {
      flags: '--network <name>',
      description: 'the network of the load balancer, if it has several public IPv4 networks',
    },
    dryRunOption,
  ],
  examples: [
    'upc ip float delegate 192.0.2.60 --to lb-front --sandbox',
    'upc ip float delegate 192.0.2.60 --to lb-front --sandbox --dry-run',
  ],
  notes: [
    'The load balancer then manages the address: only its PTR record and release policy can be changed until',
    '`upc ip float undelegate` takes it back. An address that is on a server or on another load balancer stays there (exit 8).',
    'With the release policy `release` the address is deleted when the load balancer is deleted: set `keep` to prevent that.',
  ],
  json: 'one address, with changed: bool and delegated_to ({service, name, uuid})',
  exits: changeCommandExitCodes.map(([code, meaning]) => [
    code,
    code === 5 ? 'no such address or load balancer' : meaning,
  ]),
  run: (context, [address], options) => runDelegate(context, address, options),
});

async function runDelegate(context: Context, text: string, options: DelegateOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  const api = await context.api();
  const { ip, loadBalancers: all } = await fetchDelegationState(api, canonical);
  assertFloatingIp(ip, 'delegated');
  const target = findLoadBalancer(all, options.to);
  const network = choosePublicNetworkName(target, options.network);
  const facts = { target, network: options.network, loadBalancers: all };
  assertDelegatable(ip, facts);
  const isUnchanged = isDelegatedAsRequested(ip, facts);
  if (options.dryRun)
    return showDryRunRequests(context, isUnchanged ? [] : [createDelegationRequest(target.uuid, ip.address, network)]);
  if (ip.release_policy === 'release') warnOfReleasePolicy(context, ip);
  const after = isUnchanged ? ip : await delegateIfFree(api, ip, { target, network, loadBalancers: all });
  const message = isUnchanged
    ? `${ip.address} is already delegated to load balancer ${target.name} (unchanged).`
    : `Delegated ${ip.address} to load balancer ${target.name}.`;
  const holding = [{ ...target, ip_addresses: [{ address: ip.address, network_name: network ?? '' }] }];
  await showChangedAddress(context, after, !isUnchanged, createNameIndex([], holding), message, {
    delegated_to: findHoldingService(ip.address, holding),
  });
}

interface DelegationTarget {
  readonly target: LoadBalancer;
  readonly network: string | undefined;
  readonly loadBalancers: readonly LoadBalancer[];
}

/**
 * Reads the address again, and delegates it only if that is still allowed (T-15).
 * @returns the address after the delegation
 */
async function delegateIfFree(
  api: Api,
  { address }: Address,
  { target, network, loadBalancers }: DelegationTarget,
): Promise<Address> {
  const now = await getAddress(api, address);
  assertDelegatable(now, { target, network, loadBalancers });
  await delegateAddress(api, now, target, network);
  const read = () => getAddress(api, address, { isOutcomeCheck: true });
  const last = await repeatCheckUntil(api, read, (ip) => ip.is_delegated === 'yes');
  // The API confirmed the delegation, so show the address as delegated even if the last read still lags behind (T-17).
  return { ...(last?.value ?? now), is_delegated: 'yes' };
}

function warnOfReleasePolicy({ out }: Context, { address }: Address): void {
  out.warn(
    (upc) =>
      `${address} has the release policy 'release': it is deleted with the load balancer. To keep it: ${upc(`ip policy set keep ${address}`)}`,
  );
}
