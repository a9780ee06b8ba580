import { type ExitCode, exit, UpcError } from '../core/errors.ts';
import type { Hint } from '../core/hint.ts';
import type { ErrorBody } from './error-body.ts';

interface Rejection {
  readonly message: string;
  readonly hint: Hint;
  /** The code stands for several reasons: the API's own words, which say which one, are shown, too. */
  readonly isVague?: true;
}

/** Each documented error code of the API in plain words, with what to do next. */
const rejections: Record<string, Rejection> = {
  IP_ADDRESS_INVALID: {
    message: 'The API does not take this as an IP address.',
    hint: (upc) => `Check the spelling; \`${upc('ip list')}\` shows your addresses.`,
  },
  IP_ADDRESS_FORBIDDEN: {
    message: 'The IP address belongs to another account.',
    hint: (upc) => `\`${upc('whoami')}\` shows the account in use; \`--profile\` picks another.`,
  },
  IP_ADDRESS_NOT_FOUND: {
    message: 'There is no such IP address on this account.',
    hint: (upc) => `\`${upc('ip list')}\` shows the addresses that are there.`,
  },
  IP_ADDRESS_LIMIT_REACHED: {
    message: 'There are as many IP addresses already as there can be.',
    hint: (upc) =>
      `A server holds five public addresses and one utility address, floating IPs not counted; \`${upc('whoami')}\` shows the limits of the account.`,
    isVague: true,
  },
  IP_ADDRESS_RESOURCES_UNAVAILABLE: {
    message: 'The zone has no free IP address left.',
    hint: 'Try again later, or use another zone.',
  },
  IP_ADDRESS_DELEGATED: {
    message: 'The IP address is delegated to a service, which manages it.',
    hint: 'Take it back from the load balancer first; until then only its PTR record and release policy can be changed.',
  },
  SERVER_INVALID: {
    message: 'The API does not take this as the UUID of a server.',
    hint: 'Give the server by its title, hostname or UUID.',
  },
  SERVER_FORBIDDEN: {
    message: 'The server belongs to another account.',
    hint: (upc) => `\`${upc('whoami')}\` shows the account in use; \`--profile\` picks another.`,
  },
  SERVER_NOT_FOUND: {
    message: 'There is no such server.',
    hint: (upc) => `\`${upc('ip tree')}\` shows your servers.`,
  },
  SERVER_STATE_ILLEGAL: {
    message: 'The state of the server does not allow this.',
    hint: 'Its maintenance must be over, it must be stopped where an interface is named, and its last address cannot be released.',
    isVague: true,
  },
  ADDRESS_SELECTION_FORBIDDEN: {
    message: 'This account may not choose an address itself.',
    hint: 'Leave out --address, or ask UpCloud for the privilege.',
  },
  INSUFFICIENT_CREDITS: {
    message: 'The account has not enough credits for this.',
    hint: (upc) => `Add credits in the UpCloud control panel; \`${upc('whoami')}\` shows what is left.`,
  },
  RELEASE_POLICY_NOT_AVAILABLE: {
    message: 'Only public IPv4 addresses have a release policy.',
    hint: 'Leave out the policy: utility and IPv6 addresses always go with their server.',
  },
  PTR_RECORD_INVALID: {
    message: 'The API does not take this hostname as a PTR record.',
    hint: 'Give a fully qualified domain name, such as mail.example.com.',
  },
  PTR_RECORD_NOT_SUPPORTED: {
    message: 'Utility addresses have no PTR record.',
    hint: 'Reverse DNS can be set on public addresses only.',
  },
  MAC_INVALID: {
    message: 'The API knows no public IPv4 interface with this MAC address.',
    hint: 'Give the server instead (--server or --to): its interface is then found for you.',
  },
  FLOATING_IP_NOT_AVAILABLE: {
    message: 'This cannot be done with floating IPs here.',
    hint: 'Only floating IPs can be attached and moved, within their own zone and to public IPv4 interfaces.',
    isVague: true,
  },
  CANNOT_DELETE_PRIVATE_ADDRESS: {
    message: 'An address of the utility network cannot be released.',
    hint: 'It goes when its server is deleted.',
  },
  AUTHENTICATION_FAILED: {
    message: 'UpCloud does not accept these credentials.',
    hint: 'Check them, or sign in anew: upc login',
  },
  INVALID_CREDENTIALS: {
    message: 'UpCloud does not accept these credentials.',
    hint: 'Check them, or sign in anew: upc login',
  },
};

/** Codes that have a message of their own here; the API may know more. */
export const knownCodes: readonly string[] = Object.keys(rejections);

/**
 * The API's refusal as an error of ours: in plain words where the code is documented, else in the API's words.
 * @param waitMs how long `Retry-After` asked to wait, where it did
 */
export function createRejectionError(status: number, body: ErrorBody | undefined, waitMs?: number): UpcError {
  const known = body && Object.hasOwn(rejections, body.code) ? rejections[body.code] : undefined;
  const code = body?.code ?? `HTTP_${status}`;
  if (known) {
    const words = known.isVague && body?.message ? [`UpCloud says: ${body.message}`] : [];
    return new UpcError(exitFor(status), known.message, { code, status, hint: [...words, known.hint] });
  }
  const words = body?.message ? `: ${body.message}` : '.';
  return new UpcError(
    exitFor(status),
    `${plainStatus(status)} (HTTP ${status}${body ? `, ${body.code}` : ''})${words}`,
    {
      code,
      status,
      hint: hintFor(status, waitMs),
    },
  );
}

function exitFor(status: number): ExitCode {
  if (status === 401 || status === 403) return exit.auth;
  if (status === 404) return exit.notFound;
  if (status === 409) return exit.conflict;
  if (status === 408 || status === 429 || status >= 500) return exit.unreachable;
  return exit.failure;
}

function plainStatus(status: number): string {
  if (status === 401) return 'UpCloud does not accept these credentials';
  if (status === 403) return 'The account may not do this';
  if (status === 404) return 'Not found';
  if (status === 409) return 'The API refused because of the present state';
  if (status === 429) return 'The API asks to slow down';
  if (status >= 500) return 'The API has a fault';
  return 'The API refused';
}

function hintFor(status: number, waitMs: number | undefined): string | undefined {
  if (waitMs !== undefined) return `It asks to wait ${Math.ceil(waitMs / 1_000)} s. Nothing was changed.`;
  if (status === 401) return 'Check the credentials, or sign in anew: upc login';
  if (status === 429 || status >= 500) return 'Nothing was changed: it is safe to run this again later.';
  return undefined;
}
