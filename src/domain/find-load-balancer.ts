import { NotFoundError, UsageError } from '../core/errors.ts';
import { findMatchesByName } from './find-by-name.ts';
import type { LoadBalancer } from './model.ts';

/**
 * Finds the load balancer that a user names: by UUID, name, or the first characters of the UUID (at least four).
 * @throws UsageError for an empty name, or with a list if several match; NotFoundError if none matches
 */
export function findLoadBalancer(all: readonly LoadBalancer[], requested: string): LoadBalancer {
  if (requested.trim() === '')
    throw new UsageError('The load balancer name is empty.', 'Give its name or UUID with --to.');
  const found = findMatchesByName(all, requested, ({ name }) => [name]);
  const [only] = found;
  if (only && found.length === 1) return only;
  if (only)
    throw new UsageError(
      `'${requested}' matches ${found.length} load balancers.`,
      ['Give the UUID of one of them, or its first characters:', ...found.map(describeLoadBalancer)],
      'LOAD_BALANCER_AMBIGUOUS',
    );
  throw new NotFoundError(`There is no load balancer '${requested}' on this account.`, {
    code: 'LOAD_BALANCER_NOT_FOUND',
    hint:
      all.length > 0
        ? (upc) => `List your load balancers with \`${upc('load-balancer list')}\`.`
        : 'The account has no load balancers.',
  });
}

function describeLoadBalancer({ uuid, name, zone }: LoadBalancer): string {
  return `  ${uuid}  ${name}  ${zone}`;
}

/**
 * Returns the name of the load balancer's network for a floating IP: the requested network, or the only public IPv4 network.
 * If the API reports no networks, returns `requested` unchecked. If `requested` is then undefined, the service chooses the
 * network.
 * @throws UsageError that lists the networks
 */
export function choosePublicNetworkName(
  { name, networks }: LoadBalancer,
  requested: string | undefined,
): string | undefined {
  if (networks.length === 0) return requested;
  const fitting = networks.filter(({ type, family }) => type === 'public' && family === 'IPv4');
  const [only] = fitting;
  if (only === undefined) {
    throw new UsageError(
      `Load balancer '${name}' has no public IPv4 network, which a floating IP needs.`,
      'Choose a load balancer with a public IPv4 network.',
      'NETWORK_MISSING',
    );
  }
  if (requested === undefined && fitting.length === 1) return only.name;
  const named = fitting.find((network) => network.name === requested);
  if (named) return named.name;
  throw new UsageError(
    requested === undefined
      ? `Load balancer '${name}' has ${fitting.length} public IPv4 networks.`
      : `Load balancer '${name}' has no public IPv4 network '${requested}'.`,
    ['Choose one:', ...fitting.map((network) => `  --network ${network.name}`)],
    'NETWORK_AMBIGUOUS',
  );
}
