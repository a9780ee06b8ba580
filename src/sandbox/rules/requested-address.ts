import type { Access, Family, ReleasePolicy } from '../state.ts';

/**
 * The request, with its syntax checked and defaults filled in (R-ASG-1). Nobody has checked yet whether its server,
 * interface and zone exist.
 */
export interface AddressRequest {
  readonly access: Exclude<Access, 'private'>;
  readonly family: Family;
  readonly floating: boolean;
  readonly address: string | undefined;
  readonly server: string | undefined;
  readonly mac: string | undefined;
  readonly zone: string | undefined;
  readonly release_policy: ReleasePolicy | undefined;
}
