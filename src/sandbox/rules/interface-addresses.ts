/**
 * `/server/{uuid}/networking/interface/{index}/ip-address`: adds and removes addresses of a private interface
 * (R-MOD-7).
 */
import { defineRule, reject, rejectInvalidAttribute } from './api-error.ts';
import { createAddressOnInterface } from './assign.ts';
import { unwrapBody } from './body.ts';
import { deleteAddress } from './change.ts';
import { listAddressesOnServer } from './find.ts';
import { readRequestedAddress } from './interface-request.ts';
import { findOwnInterfaceByIndex } from './interfaces.ts';
import { toAddressBody } from './present.ts';

/**
 * Adds an address to a private interface. Rejects other interfaces: their addresses are added with `POST /ip_address`
 * (R-MOD-3).
 */
export const addInterfaceAddress = defineRule((state, account, request) => {
  const fields = unwrapBody(request.body, 'ip_address');
  const { server, found } = findOwnInterfaceByIndex(state, account, request);
  if (found.type !== 'private') rejectInvalidAttribute('index');
  const { family, address } = readRequestedAddress(fields, 'private');
  const made = createAddressOnInterface(state, server, found.mac, { access: 'private', family, address });
  return {
    state: made.state,
    response: { status: 201, body: { ip_address: toAddressBody(made.state, made.address) } },
  };
});

export const removeInterfaceAddress = defineRule((state, account, request) => {
  const { server, found } = findOwnInterfaceByIndex(state, account, request);
  const on = listAddressesOnServer(state, server).filter((it) => it.mac === found.mac && it.access === 'private');
  const gone = on.find((it) => it.address === request.params.address);
  const why = `The interface has no IP address ${request.params.address} that can be removed.`;
  if (!gone) return reject(404, 'IP_ADDRESS_NOT_FOUND', why);
  if (on.length === 1) reject(409, 'IP_ADDRESS_LAST', 'A private interface must keep at least one IP address.');
  return { state: deleteAddress(state, gone), response: { status: 204 } };
});
