/**
 * Lists what the sandbox does where UpCloud's documentation is silent: values as constants, behaviour as sentences that
 * name the function. If the real service turns out to differ, change this file and that function.
 *
 * Order. A rule checks the syntax of the request (400), then the resources that it names (400 for an unknown MAC or zone, 403,
 * 404), then credits (402), then conflicts (409).
 *
 * Counting. Attached floating IPs do not count towards the five public addresses (R-MOD-2, `assertRoomOnServer`), and do not
 * keep a server's last regular address releasable (R-REL-3, `assertServerCanSpare`). The account's resource limits apply when an
 * address is created or assigned, never when it is detached or kept (`assertRoomOnAccount`, `assertRoomForDetached`).
 *
 * Assigning and creating. The utility network is IPv4 only (`assertRegularKind`). An address assigned by MAC joins that
 * interface, which must be of its access and family; only public IPv4 interfaces take a second one (`assertRoomOnInterface`).
 * A requested address that is not free gives the same error as an empty zone (`takeFromPool`). When creating, a MAC of null or ""
 * counts as absent (`readAddressRequest`). With `floating` and without a MAC, a server is ignored (R-FLT-1, `chooseZoneId`).
 *
 * Modifying and releasing. A PTR record of "" restores the default, and the dot at the end of an absolute name is dropped
 * (R-MOD-D, `readPtr`). A floating IP is attached to a server in any state: no error is documented, and failover must not wait
 * (`moveAddress`). Naming `mac` on a delegated address is rejected even to detach it (R-MOD-F, `moveAddress`), unless null accompanies
 * other attributes: upctl sends `mac: null` with every change, and a regular or delegated address keeps its place (`isUnchanged`). When a regular address is
 * released and its interface goes, the floating IPs on it are detached whatever their policy, since the
 * policy does not cover interfaces (`removeIdleInterface`). A released address is assigned last (R-REL-5, `deleteAddress`).
 *
 * Servers. The response to a start arrives after the server has started. A server that is about to
 * restart can still be stopped; restarting one that is about to stop has no effect (`stopServer`, `restartServer`).
 * Interfaces are created, modified and deleted while the server is stopped, and so are plan, cores and memory
 * (`createInterface`, `modifyServer`). SDN networks are IPv4 only (`readAddress`). A disk is ready at once (`createStorage`).
 *
 * Load balancers. A load balancer of another account gives the same error as one that does not exist (`findOwnLoadBalancer`). An address must be
 * detached, and in the load balancer's zone, before it is delegated (`assertDelegatable`).
 */
import type { Access, Family, ServerState } from './state.ts';

/** Codes of errors that are not documented. */
export const errorCodes = {
  /** 400: the body is not a JSON object. */
  malformedBody: 'BODY_INVALID',
  /** 400: the percent-encoding of the path cannot be decoded. */
  malformedPath: 'PATH_INVALID',
  /** 400: the operation does not know an attribute. */
  unknownAttribute: 'UNKNOWN_ATTRIBUTE',
  /** 404: the path does not exist. */
  unknownPath: 'NOT_FOUND',
  /** 405: the path exists, the method does not; `Allow` names those that do. */
  wrongMethod: 'METHOD_NOT_ALLOWED',
  /** 413: the body is larger than {@link MAX_BODY_BYTES}. */
  bodyTooLarge: 'BODY_TOO_LARGE',
} as const;

/** The suffixes of the codes that name an attribute (R-ASG-10). */
export const INVALID_CODE_SUFFIX = '_INVALID';
export const MISSING_CODE_SUFFIX = '_MISSING';

export const MAX_BODY_BYTES = 1024 * 1024;

/** No address is assigned to or released from a server in these states (R-ASG-6, R-REL-3). */
export const UNUSABLE_STATES: readonly ServerState[] = ['maintenance', 'error'];

/** The plan of a new server whose request names none. */
export const DEFAULT_PLAN = '1xCPU-1GB';

/** The interfaces of a new server whose request says nothing about networking. */
export const DEFAULT_INTERFACES: readonly { readonly type: Access; readonly family: Family }[] = [
  { type: 'public', family: 'IPv4' },
  { type: 'utility', family: 'IPv4' },
  { type: 'public', family: 'IPv6' },
];
