import { NotFoundError, UsageError } from '../core/errors.ts';
import { findMatches } from './find-by-name.ts';
import type { LoadBalancer } from './model.ts';

/**
 * Returns the load balancer that a user means: by UUID, name, or the first characters of the UUID (at least four).
 * @throws UsageError that lists the candidates where several fit, or for an empty name; NotFoundError where none does
 */
export function findLoadBalancer(all: readonly LoadBalancer[], requested: string): LoadBalancer {
  if (requested.trim() === '')
    throw new UsageError('The name of a load balancer is empty.', 'Give its name or UUID with --to.');
  const found = findMatches(all, requested, ({ name }) => [name]);
  const [only] = found;
  if (only && found.length === 1) return only;
  if (only)
    throw new UsageError(
      `'${requested}' fits ${found.length} load balancers.`,
      ['Give the UUID of one, or its first characters:', ...found.map(described)],
      'LOAD_BALANCER_AMBIGUOUS',
    );
  throw new NotFoundError(`There is no load balancer '${requested}' on this account.`, {
    code: 'LOAD_BALANCER_NOT_FOUND',
    hint:
      all.length > 0
        ? (upc) => `See your load balancers: ${upc('load-balancer list')}`
        : 'The account has no load balancers.',
  });
}

function described({ uuid, name, zone }: LoadBalancer): string {
  return `  ${uuid}  ${name}  ${zone}`;
}

/**
 * Returns the network of a load balancer that a floating IP goes to: the one named, or its only public IPv4 network.
 * @returns undefined where the service shows no networks: it then chooses itself
 * @throws UsageError that lists the networks
 */
export function choosePublicNetwork(
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
