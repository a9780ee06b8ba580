import type { Access, Family, ReleasePolicy } from '../state.ts';

/** The request, its text checked and its defaults filled in (R-ASG-1), but nothing looked up yet. */
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
