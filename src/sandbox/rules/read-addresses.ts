import { defineRule } from './api-error.ts';
import { findOwnAddress } from './find.ts';
import { toAddressBody } from './present.ts';

/** Lists all addresses of the account, including detached floating IPs (R-LIST-1). */
export const listAddresses = defineRule((state, account) => {
  const own = state.addresses.filter((it) => it.owner === account.username);
  const body = { ip_addresses: { ip_address: own.map((it) => toAddressBody(state, it)) } };
  return { state, response: { status: 200, body } };
});

/** Returns one address (R-GET-1 to R-GET-3). */
export const getAddress = defineRule((state, account, { params }) => {
  const found = findOwnAddress(state, account, params.address ?? '');
  return { state, response: { status: 200, body: { ip_address: toAddressBody(state, found) } } };
});
