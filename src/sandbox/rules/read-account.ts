/** What the account is and what things cost. */
import { classic } from './api-error.ts';

export const getAccount = classic((state, { username, credits, resource_limits }) => {
  return { state, answer: { status: 200, body: { account: { credits, username, resource_limits } } } };
});

export const listZones = classic((state) => {
  const zone = state.zones.map(({ id, description }) => ({ id, description, public: 'yes' }));
  return { state, answer: { status: 200, body: { zones: { zone } } } };
});

/** Cents an hour. */
export const listPrices = classic((state) => {
  const zone = state.zones.map(({ id, prices }) => ({
    name: id,
    ipv4_address: { amount: 1, price: prices.ipv4_address },
    server_core: { amount: 1, price: prices.server_core },
  }));
  return { state, answer: { status: 200, body: { prices: { zone } } } };
});
