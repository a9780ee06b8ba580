/** Maps paths and methods of the API, below `/1.3`, to rules. */

import { getAccountDetails } from './account-details.ts';
import type { ApiRule } from './api-error.ts';
import { createAddress } from './create-address.ts';
import { createServer } from './create-server.ts';
import { addDelegation, listDelegations, removeDelegation } from './delegation.ts';
import { listFirewallRules } from './firewall.ts';
import { addInterfaceAddress, removeInterfaceAddress } from './interface-addresses.ts';
import { createInterface, deleteInterface, getNetworking, modifyInterface } from './interfaces.ts';
import { createLoadBalancer, deleteLoadBalancer, getLoadBalancer, listLoadBalancers } from './load-balancers.ts';
import { modifyAddress } from './modify.ts';
import { modifyServer } from './modify-server.ts';
import { createNetwork, deleteNetwork, getNetwork, listNetworks, modifyNetwork } from './networks.ts';
import { getAccount, listPlans, listPrices, listZones } from './read-account.ts';
import { getAddress, listAddresses } from './read-addresses.ts';
import { releaseAddress } from './release.ts';
import { restartServer, startServer, stopServer } from './server-lifecycle.ts';
import { deleteServer, getServer, listServers } from './servers.ts';
import { cloneStorage, createStorage, deleteStorage, getStorage, listStorages, modifyStorage } from './storages.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export const API_ROUTES: Readonly<Record<string, Readonly<Partial<Record<HttpMethod, ApiRule>>>>> = {
  '/ip_address': { GET: listAddresses, POST: createAddress },
  '/ip_address/:address': { GET: getAddress, PATCH: modifyAddress, PUT: modifyAddress, DELETE: releaseAddress },
  '/server': { GET: listServers, POST: createServer },
  '/server/:uuid': { GET: getServer, PUT: modifyServer, DELETE: deleteServer },
  '/server/:uuid/start': { POST: startServer },
  '/server/:uuid/stop': { POST: stopServer },
  '/server/:uuid/restart': { POST: restartServer },
  '/server/:uuid/firewall_rule': { GET: listFirewallRules },
  '/server/:uuid/networking': { GET: getNetworking },
  '/server/:uuid/networking/interface': { POST: createInterface },
  '/server/:uuid/networking/interface/:index': { PUT: modifyInterface, DELETE: deleteInterface },
  '/server/:uuid/networking/interface/:index/ip-address': { POST: addInterfaceAddress },
  '/server/:uuid/networking/interface/:index/ip-address/:address': { DELETE: removeInterfaceAddress },
  '/network': { GET: listNetworks, POST: createNetwork },
  '/network/:uuid': { GET: getNetwork, PUT: modifyNetwork, PATCH: modifyNetwork, DELETE: deleteNetwork },
  '/storage': { GET: listStorages, POST: createStorage },
  '/storage/:which': { GET: getStorage, PUT: modifyStorage, DELETE: deleteStorage },
  '/storage/:which/clone': { POST: cloneStorage },
  '/plan': { GET: listPlans },
  '/zone': { GET: listZones },
  '/account': { GET: getAccount },
  '/account/details/:username': { GET: getAccountDetails },
  '/price': { GET: listPrices },
  '/load-balancer': { GET: listLoadBalancers, POST: createLoadBalancer },
  '/load-balancer/:uuid': { GET: getLoadBalancer, DELETE: deleteLoadBalancer },
  '/load-balancer/:uuid/ip-addresses': { GET: listDelegations, POST: addDelegation },
  '/load-balancer/:uuid/ip-addresses/:address': { DELETE: removeDelegation },
};
