import { classic } from './api-error.ts';
import { ownAddress } from './find.ts';
import { addressBody } from './present.ts';

/** R-LIST-1: everything on the account, detached floating addresses included. */
export const listAddresses = classic((state, account) => {
  const own = state.addresses.filter((it) => it.owner === account.username);
  const body = { ip_addresses: { ip_address: own.map((it) => addressBody(state, it)) } };
  return { state, answer: { status: 200, body } };
});

/** R-GET-1 to R-GET-3. */
export const getAddress = classic((state, account, { params }) => {
  const found = ownAddress(state, account, params.address ?? '');
  return { state, answer: { status: 200, body: { ip_address: addressBody(state, found) } } };
});
