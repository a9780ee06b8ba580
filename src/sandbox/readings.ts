/**
 * Where UpCloud's documentation is silent, the sandbox still has to answer something. Every such choice is here and nowhere
 * else: a sentence that says what was chosen, and the value the rules work with. When the real service turns out to do
 * otherwise, this table is what changes. One reading has no value but is in the order of the rules' lines: a request is
 * checked for its own text (400), then for what it names (400 for a MAC or zone nobody knows, 403, 404), then for credits
 * (402), then for conflicts (409).
 */
interface Reading<T> {
  readonly says: string;
  readonly value: T;
}

const reading = <const T>(says: string, value: T): Reading<T> => ({ says, value });

export const READINGS = {
  // Counting
  floatingCountsTowardsFive: reading('R-MOD-2: attached floating addresses do not count towards the five.', false),
  floatingCountsAsLast: reading(
    'R-REL-3: floating addresses ride on the interface of a regular one, so only regular addresses keep a server alive.',
    false,
  ),
  accountLimits: reading(
    'The resource limits of the account hold when an address is created or assigned, never when one is detached or kept.',
    { enforced: true, code: 'IP_ADDRESS_LIMIT_REACHED' },
  ),

  // Errors nobody documents
  invalidSuffix: reading('R-ASG-10: a bad value of an attribute is 400 <ATTRIBUTE>_INVALID.', '_INVALID'),
  missingSuffix: reading('R-ASG-10: a required attribute left out is 400 <ATTRIBUTE>_MISSING.', '_MISSING'),
  unknownAttribute: reading('An attribute the operation does not know is 400.', 'UNKNOWN_ATTRIBUTE'),
  malformedBody: reading('A body that is not a JSON object is 400.', 'BODY_INVALID'),
  malformedPath: reading('A path whose percent-encoding cannot be decoded is 400.', 'PATH_INVALID'),
  unknownPath: reading('An unknown path is 404.', 'NOT_FOUND'),
  wrongMethod: reading(
    'A known path with a wrong method is 405 and names the right ones in Allow.',
    'METHOD_NOT_ALLOWED',
  ),
  bodyLimit: reading('A body above 1 MiB is 413.', { bytes: 1024 * 1024, code: 'BODY_TOO_LARGE' }),

  // Assigning and creating
  utilityFamily: reading('The utility network is IPv4 only: asking it for IPv6 is 400 FAMILY_INVALID.', ['IPv4']),
  assignForbiddenIn: reading('R-ASG-6: no address is assigned to a server in these states.', ['maintenance', 'error']),
  assignByMacNeeds: reading(
    'R-ASG-2: a regular address on a named interface needs its server in this state.',
    'stopped',
  ),
  regularOnNamedInterface: reading(
    'A regular address assigned by MAC joins that interface, which must be of its access and family (else MAC_INVALID); ' +
      'only public IPv4 interfaces take a second one, the others are full.',
    'IP_ADDRESS_LIMIT_REACHED',
  ),
  chosenAddressTaken: reading(
    'A chosen address that is not free in the zone is answered like an empty zone.',
    'IP_ADDRESS_RESOURCES_UNAVAILABLE',
  ),
  floatingWrongKind: reading('R-FLT-3: a floating address that is IPv6 or utility.', 'FLOATING_IP_NOT_AVAILABLE'),
  floatingOtherZone: reading('R-MOD-C: attaching to an interface in another zone.', 'FLOATING_IP_NOT_AVAILABLE'),
  floatingServerWithoutMac: reading('A floating address asked for with a server but no MAC is 400.', 'MAC_MISSING'),
  emptyMacOnCreate: reading(
    'When creating, a MAC of null or "" is one left out.',
    'left out' as 'left out' | 'refused',
  ),

  // Modifying and releasing
  emptyPtr: reading('R-MOD-D: a PTR record of "" sets the default back.', ''),
  ptrTrailingDot: reading('R-MOD-D: the one dot at the end of an absolute name is taken and dropped.', '.'),
  attachForbiddenIn: reading(
    'A floating address is attached to a server in any state: failover must not wait, and no error is documented.',
    [] as string[],
  ),
  delegatedNullMac: reading(
    'R-MOD-F: naming mac at all is refused on a delegated address, even to detach it.',
    'refused' as 'refused' | 'allowed',
  ),
  releaseForbiddenIn: reading('R-REL-3: no address is released from a server in these states.', [
    'maintenance',
    'error',
  ]),
  orphanedFloating: reading(
    'When a regular address is released and its interface goes, the floating addresses on it become detached, whatever ' +
      'their policy: an interface is no resource that the policy speaks of, and nothing is lost unasked.',
    'detach' as 'detach' | 'by policy',
  ),
  returnedTo: reading('R-REL-5: a released address goes to the end of its pool, and is handed out last.', 'end'),

  // Neighbours
  newServer: reading('A new server is started at once; without networking it gets one interface of each kind.', {
    state: 'started',
    plan: '1xCPU-1GB',
    interfaces: [
      { type: 'public', family: 'IPv4' },
      { type: 'utility', family: 'IPv4' },
      { type: 'public', family: 'IPv6' },
    ],
  }),
  stopTakesEffect: reading('Starting and stopping take effect in the answer, without a state between.', {
    start: { from: 'stopped', to: 'started' },
    stop: { from: 'started', to: 'stopped' },
  }),
  foreignLoadBalancer: reading(
    'A load balancer of another account is as unknown as one that does not exist.',
    'SERVICE_NOT_FOUND',
  ),
  delegateAttached: reading(
    'An address must be detached before it is handed to a load balancer.',
    'FLOATING_IP_NOT_AVAILABLE',
  ),
  delegateOtherZone: reading('An address can only go to a load balancer of its own zone.', 'FLOATING_IP_NOT_AVAILABLE'),
} as const;
