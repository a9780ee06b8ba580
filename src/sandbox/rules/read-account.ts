/** The routes that return the account, the zones, the plans and the prices. */
import { PLANS } from '../plans.ts';
import type { Zone } from '../state.ts';
import { defineRule } from './api-error.ts';

export const getAccount = defineRule((state, { username, credits, resource_limits }) => {
  return { state, response: { status: 200, body: { account: { credits, username, resource_limits } } } };
});

export const listZones = defineRule((state) => {
  const zone = state.zones.map(({ id, description }) => ({ id, description, public: 'yes' }));
  return { state, response: { status: 200, body: { zones: { zone } } } };
});

export const listPlans = defineRule((state) => {
  return { state, response: { status: 200, body: { plans: { plan: PLANS } } } };
});

export const listPrices = defineRule((state) => {
  return { state, response: { status: 200, body: { prices: { zone: state.zones.map(toPriceBody) } } } };
});

/** Returns the prices of a zone, in cents per hour. Only the prices of addresses are close to reality. */
function toPriceBody({ id, prices }: Zone): object {
  const createPrice = (price: number, amount = 1) => ({ amount, price });
  const plans = PLANS.map((it) => [
    `server_plan_${it.name}`,
    createPrice(it.core_number * 1.3 + it.memory_amount / 2048),
  ]);
  return {
    name: id,
    firewall: createPrice(0.56),
    io_request_backup: createPrice(0, 1_000_000),
    io_request_hdd: createPrice(0, 1_000_000),
    io_request_maxiops: createPrice(0, 1_000_000),
    ipv4_address: createPrice(prices.ipv4_address),
    ipv6_address: createPrice(0),
    network_private_vlan: createPrice(0.744),
    public_ipv4_bandwidth_in: createPrice(0),
    public_ipv4_bandwidth_out: createPrice(0),
    public_ipv6_bandwidth_in: createPrice(0),
    public_ipv6_bandwidth_out: createPrice(0),
    server_core: createPrice(prices.server_core),
    server_memory: createPrice(0.45, 256),
    storage_backup: createPrice(0.0078),
    storage_hdd: createPrice(0.0078),
    storage_maxiops: createPrice(0.031),
    storage_template: createPrice(0.031),
    ...Object.fromEntries(plans),
  };
}
