/**
 * Lists the sandbox's behaviour in cases that UpCloud does not document. The constants below are the values for such cases.
 * Each sentence names the function that implements the behaviour. If the real service behaves differently, change the
 * function and the sentence.
 *
 * Order of the checks: syntax (400), the resources that the request names (400 for an unknown MAC or zone, otherwise 403 or
 * 404), credits (402), conflicts (409).
 *
 * Limits.
 * - Attached floating IPs do not count towards a server's five public addresses (R-MOD-2, `assertRoomOnServer`).
 * - A server's last regular address cannot be released, even if a floating IP remains (R-REL-3, `assertRegularAddressRemains`).
 * - The limits of the account apply when an address is created or assigned, but not when an existing address is detached or kept
 *   (`assertRoomOnAccount`, `assertRoomForDetached`).
 *
 * Creating and assigning.
 * - The utility network is IPv4 only (`assertAccessAndFamilyFit`).
 * - An address that is assigned by MAC must have the access and family of the interface (`findServerByMac`). Only a public
 *   IPv4 interface can have a second regular address (`assertRoomOnInterface`).
 * - A requested address that is not free gives the same error as a zone without free addresses (`takeAddressFromPool`).
 * - A MAC of null or "" counts as absent (`readAddressRequest`).
 * - If a floating IP is created without a MAC, a server in the request is ignored (R-FLT-1, `chooseZoneId`).
 *
 * Modifying and releasing.
 * - A PTR record of "" restores the default. The dot at the end of an absolute name is dropped (R-MOD-D, `readPtr`).
 * - A floating IP can be attached to a server in any state: no error is documented, and failover must not wait
 *   (`moveAddress`).
 * - A delegated address cannot be moved or detached: any `mac` is rejected, even null (R-MOD-F, `moveAddress`).
 * - Exception: for a regular or delegated address, `mac: null` together with other attributes is ignored. upctl adds
 *   `mac: null` to every change (`isMacIgnored`).
 * - If the released address was the last regular address of its interface, the interface is removed, too. The floating IPs
 *   of the interface are then detached, even with the policy `release` (`removeIdleInterface`).
 * - A released address is the last of all free addresses to be assigned again (R-REL-5, `deleteAddress`).
 *
 * Servers.
 * - The response to a start arrives after the server has started (`startServer`).
 * - A server that is about to restart can still be stopped (`stopServer`). Restarting a server that is about to stop has no
 *   effect (`restartServer`).
 * - Interfaces, plan, cores and memory can be changed only while the server is stopped (`createInterface`, `modifyServer`).
 * - SDN networks are IPv4 only (`readRequestedAddress`).
 * - A new disk is ready at once (`createStorage`).
 *
 * Load balancers.
 * - A load balancer of another account gives the same error as one that does not exist (`findOwnLoadBalancer`).
 * - Only a detached floating IP in the zone of the load balancer can be delegated (`assertDelegatable`).
 */
import type { Access, Family, ServerState } from './state.ts';

/** Error codes for cases in which UpCloud documents no error code. */
export const undocumentedErrorCodes = {
  /** 400: the body is not a JSON object. */
  malformedBody: 'BODY_INVALID',
  /** 400: the percent-encoding of the path cannot be decoded. */
  malformedPath: 'PATH_INVALID',
  /** 400: the request contains an attribute that the operation does not have. */
  unknownAttribute: 'UNKNOWN_ATTRIBUTE',
  /** 404: the path does not exist. */
  unknownPath: 'NOT_FOUND',
  /** 405: the path exists, but not with this method. The `Allow` header lists its methods. */
  wrongMethod: 'METHOD_NOT_ALLOWED',
  /** 413: the body is larger than {@link MAX_BODY_BYTES}. */
  bodyTooLarge: 'BODY_TOO_LARGE',
} as const;

/** The ends of error codes that begin with the name of an attribute, as in `SERVER_MISSING` (R-ASG-10). */
export const INVALID_CODE_SUFFIX = '_INVALID';
export const MISSING_CODE_SUFFIX = '_MISSING';

export const MAX_BODY_BYTES = 1024 * 1024;

/** Server states in which no address can be assigned to the server or released from it (R-ASG-6, R-REL-3). */
export const UNUSABLE_STATES: readonly ServerState[] = ['maintenance', 'error'];

/** The plan of a new server if the request does not name a plan. */
export const DEFAULT_PLAN = '1xCPU-1GB';

/** The interfaces of a new server if the request does not contain `networking`. */
export const DEFAULT_INTERFACES: readonly { readonly type: Access; readonly family: Family }[] = [
  { type: 'public', family: 'IPv4' },
  { type: 'utility', family: 'IPv4' },
  { type: 'public', family: 'IPv6' },
];
