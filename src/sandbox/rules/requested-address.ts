import type { Access, Family, ReleasePolicy } from '../state.ts';

/**
 * The request after its syntax was checked and defaults were added (R-ASG-1). Its server, interface and zone have not been
 * looked up yet.
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
