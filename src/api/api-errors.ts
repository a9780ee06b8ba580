import { type ExitCode, exit, UpcError } from '../core/errors.ts';
import type { Hint } from '../core/hint.ts';
import type { ErrorBody } from './error-body.ts';

interface KnownRejection {
  readonly message: string;
  /** What the user can do. If the code has several possible reasons, a function chooses the hint by the API's message. */
  readonly hint: Hint | { readonly byReason: (reason: string) => Hint };
  /** Whether the code has several possible reasons. If so, the error also quotes the API's message, which names the reason. */
  readonly isVague?: true;
}

const selectAccountHint: Hint = (upc) =>
  `\`${upc('whoami')}\` shows the account in use. Select another with --profile <name>.`;

const rejectedCredentials: KnownRejection = {
  message: 'UpCloud rejected these credentials.',
  hint: 'Check the credentials, or sign in again: upc login',
};

/**
 * Returns the hint for a reached limit of a server or of the account. The API's message contains "server" only for the limit
 * of a server.
 */
function createLimitHint(reason: string): Hint {
  if (/\bserver\b/i.test(reason)) {
    return 'The server is full: it can have five public addresses and one utility address. Release one of them, choose another server, or attach a floating IP, which does not count towards this limit.';
  }
  return (upc) =>
    `\`${upc('whoami')}\` shows the limits of the account. Release addresses that you do not need, or ask UpCloud for higher limits.`;
}

/** For each documented error code of the API: what happened, and what to do. */
const rejectionsByCode: Record<string, KnownRejection> = {
  IP_ADDRESS_INVALID: {
    message: 'The API does not accept this IP address.',
    hint: (upc) => `Check the spelling. \`${upc('ip list')}\` shows the addresses of this account.`,
  },
  IP_ADDRESS_FORBIDDEN: {
    message: 'The IP address belongs to another account.',
    hint: selectAccountHint,
  },
  IP_ADDRESS_NOT_FOUND: {
    message: 'This account has no such IP address.',
    hint: (upc) => `\`${upc('ip list')}\` shows the addresses of this account.`,
  },
  IP_ADDRESS_LIMIT_REACHED: {
    message: 'The limit on the number of IP addresses is reached.',
    hint: { byReason: createLimitHint },
    isVague: true,
  },
  IP_ADDRESS_RESOURCES_UNAVAILABLE: {
    message: 'The zone has no free IP address left.',
    hint: 'Try again later, or use another zone.',
  },
  IP_ADDRESS_DELEGATED: {
    message: 'The IP address is delegated to a service, which manages it.',
    hint: (upc) =>
      `Take the address back first: ${upc('ip float undelegate <address>')}. Until then, only its PTR record and release policy can be changed.`,
  },
  SERVER_INVALID: {
    message: 'The API does not accept this server UUID.',
    hint: 'Name the server by its title, hostname or UUID.',
  },
  SERVER_FORBIDDEN: {
    message: 'The server belongs to another account.',
    hint: selectAccountHint,
  },
  SERVER_NOT_FOUND: {
    message: 'This account has no such server.',
    hint: (upc) => `\`${upc('ip tree')}\` shows the servers of this account.`,
  },
  SERVER_STATE_ILLEGAL: {
    message: 'The state of the server does not allow this change.',
    hint: 'If the server is in maintenance, wait until the maintenance is over. To assign an address to an interface that you choose, stop the server first. The last address of a server cannot be released.',
    isVague: true,
  },
  ADDRESS_SELECTION_FORBIDDEN: {
    message: 'This account is not allowed to choose its addresses.',
    hint: 'Leave out --address, or ask UpCloud for the privilege to choose addresses.',
  },
  INSUFFICIENT_CREDITS: {
    message: 'The account does not have enough credits.',
    hint: (upc) => `Add credits in the UpCloud control panel. \`${upc('whoami')}\` shows the remaining credits.`,
  },
  RELEASE_POLICY_NOT_AVAILABLE: {
    message: 'Only public IPv4 addresses have a release policy.',
    hint: 'Leave out the policy. UpCloud releases utility and IPv6 addresses with their server.',
  },
  PTR_RECORD_INVALID: {
    message: 'The API does not accept this hostname as a PTR record.',
    hint: 'Give a fully qualified domain name, such as mail.example.com.',
  },
  PTR_RECORD_NOT_SUPPORTED: {
    message: 'Utility addresses have no PTR record.',
    hint: 'Reverse DNS can be set on public addresses only.',
  },
  MAC_INVALID: {
    message: 'No public IPv4 interface of this account has this MAC address.',
    hint: 'Name the server instead, with --server or --to. upc then finds its interface.',
  },
  FLOATING_IP_NOT_AVAILABLE: {
    message: 'The API rejected this change of a floating IP.',
    hint: 'Only floating IPs can be attached and moved, and only to public IPv4 interfaces in their own zone.',
    isVague: true,
  },
  CANNOT_DELETE_PRIVATE_ADDRESS: {
    message: 'A utility address cannot be released.',
    hint: 'UpCloud releases the address when its server is deleted.',
  },
  AUTHENTICATION_FAILED: rejectedCredentials,
  INVALID_CREDENTIALS: rejectedCredentials,
};

/** The error codes that have their own message here; the API may send others. */
export const knownRejectionCodes: readonly string[] = Object.keys(rejectionsByCode);

/**
 * Returns the error for a rejection by the API. A documented code has its own message; another code is shown with the message
 * of the API.
 * @param waitMs the wait that `Retry-After` asked for, in milliseconds
 */
export function createRejectionError(status: number, body: ErrorBody | undefined, waitMs?: number): UpcError {
  const known = body && Object.hasOwn(rejectionsByCode, body.code) ? rejectionsByCode[body.code] : undefined;
  const code = body?.code ?? `HTTP_${status}`;
  if (known) {
    const quote = known.isVague && body?.message ? [`UpCloud says: ${body.message}`] : [];
    const hint = typeof known.hint === 'object' ? known.hint.byReason(body?.message ?? '') : known.hint;
    return new UpcError(getExitCodeForStatus(status), known.message, { code, status, hint: [...quote, hint] });
  }
  const reason = body?.message ? `: ${body.message}` : '.';
  return new UpcError(
    getExitCodeForStatus(status),
    `${describeStatus(status)} (HTTP ${status}${body ? `, ${body.code}` : ''})${reason}`,
    {
      code,
      status,
      hint: createStatusHint(status, waitMs),
    },
  );
}

function getExitCodeForStatus(status: number): ExitCode {
  if (status === 401 || status === 403) return exit.auth;
  if (status === 404) return exit.notFound;
  if (status === 409) return exit.conflict;
  if (status === 408 || status === 429 || status >= 500) return exit.unreachable;
  return exit.failure;
}

function describeStatus(status: number): string {
  if (status === 401) return 'UpCloud rejected these credentials';
  if (status === 403) return 'The account does not have this permission';
  if (status === 404) return 'Not found';
  if (status === 409) return 'The current state does not allow this request';
  if (status === 429) return 'The API receives too many requests';
  if (status >= 500) return 'The API failed';
  return 'The API rejected the request';
}

function createStatusHint(status: number, waitMs: number | undefined): string | undefined {
  if (waitMs !== undefined) return `Nothing was changed. Run the command again in ${Math.ceil(waitMs / 1_000)} s.`;
  if (status === 401) return 'Check the credentials, or sign in again: upc login';
  if (status === 429 || status >= 500) return 'Nothing was changed. Run the command again later.';
  return undefined;
}
