import type { ValueSource } from '../app/command.ts';
import type { CommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { canHoldNamedAddresses } from '../domain/completion-predicates.ts';
import { fetchCompletionFacts, fetchInterfaces } from './completion-facts.ts';
import {
  type Candidate,
  createAddressCandidate,
  createInterfaceCandidate,
  createLoadBalancerCandidate,
  createServerCandidate,
} from './sources.ts';

/** The sources whose values are servers, load balancers, interfaces or addresses of the account. */
export type AccountValueSource = Extract<ValueSource, 'server' | 'load-balancer' | object>;

/** Returns the values from the account that are possible with the rest of the command line. @throws any error of the API */
export async function fetchAccountCandidates(
  silentContext: Context,
  line: CommandLine,
  source: AccountValueSource,
): Promise<Candidate[]> {
  if (typeof source === 'object' && 'interfacesOf' in source) {
    return (await fetchInterfaces(silentContext, line, source.interfacesOf)).map(createInterfaceCandidate);
  }
  if (source === 'server') {
    const { listServers } = await import('../api/servers.ts');
    const servers = await listServers(await silentContext.api());
    return servers.map((server) => createServerCandidate(server, servers));
  }
  const ofServers = source !== 'load-balancer' && 'servers' in source;
  const situation = await fetchCompletionFacts(silentContext, line, ofServers);
  const { addresses, servers, loadBalancers, named } = situation;
  if (source === 'load-balancer') {
    const suitable = loadBalancers.filter((one) => canHoldNamedAddresses(one, situation));
    return suitable.map((one) => createLoadBalancerCandidate(one, loadBalancers));
  }
  if ('servers' in source) {
    const suitable = servers.filter((server) => source.servers(server, situation));
    return suitable.map((server) => createServerCandidate(server, servers));
  }
  const { createNameIndex } = await import('../app/lookup.ts');
  const names = createNameIndex(servers, []);
  const suitable = addresses.filter((ip) => source.addresses(ip, situation) && !named.includes(ip));
  return suitable.map((ip) => createAddressCandidate(ip, names));
}
