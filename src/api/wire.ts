import type { FailedAttempt } from '../core/dial.ts';
import type { ProxyLabel } from './proxy.ts';
import type { FailureKind } from './retry.ts';

/** One HTTP request, to be attempted once. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The attempt ends when this signal or `interrupt` is aborted. */
  readonly deadline: AbortSignal;
  readonly interrupt: AbortSignal;
  /** The number of further connections to open, for requests that will follow. */
  readonly followers?: number | undefined;
}

export interface WireResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly requestId: string | undefined;
  readonly body: Buffer;
}

export interface WireFailure {
  readonly kind: 'failure';
  readonly failure: FailureKind;
  /** False only if no byte of the request can have been sent. */
  readonly sent: boolean;
  /** A system or TLS error code such as ECONNREFUSED, never the message of got, which may contain a URL or headers (T-9). */
  readonly code: string;
  /** The addresses that were tried, if no connection could be opened. */
  readonly attempts?: readonly FailedAttempt[];
  /** The proxy, if it caused the failure. */
  readonly proxy?: ProxyLabel;
  /** A hint to show if the certificate is rejected. */
  readonly certificateNote?: string | undefined;
}

/** The response is larger than 64 MiB (T-12). */
export interface OversizedWireResponse {
  readonly kind: 'overflow';
  readonly status: number;
}

export type WireResult = WireResponse | WireFailure | OversizedWireResponse;
