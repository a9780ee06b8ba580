/** Which rule answers which call of the API, below `/1.3`. */

import type { Rule } from './api-error.ts';
import { createAddress } from './create-address.ts';
import { createServer } from './create-server.ts';
import { addDelegation, listDelegations, removeDelegation } from './delegation.ts';
import { createLoadBalancer, deleteLoadBalancer, getLoadBalancer, listLoadBalancers } from './load-balancers.ts';
import { modifyAddress } from './modify.ts';
import { getAccount, listPrices, listZones } from './read-account.ts';
import { getAddress, listAddresses } from './read-addresses.ts';
import { releaseAddress } from './release.ts';
import { deleteServer, getServer, listServers, startServer, stopServer } from './servers.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export const API: Readonly<Record<string, Readonly<Partial<Record<Method, Rule>>>>> = {
  '/ip_address': { GET: listAddresses, POST: createAddress },
  '/ip_address/:address': { GET: getAddress, PATCH: modifyAddress, PUT: modifyAddress, DELETE: releaseAddress },
  '/server': { GET: listServers, POST: createServer },
  '/server/:uuid': { GET: getServer, DELETE: deleteServer },
  '/server/:uuid/start': { POST: startServer },
  '/server/:uuid/stop': { POST: stopServer },
  '/zone': { GET: listZones },
  '/account': { GET: getAccount },
  '/price': { GET: listPrices },
  '/load-balancer': { GET: listLoadBalancers, POST: createLoadBalancer },
  '/load-balancer/:uuid': { GET: getLoadBalancer, DELETE: deleteLoadBalancer },
  '/load-balancer/:uuid/ip-addresses': { GET: listDelegations, POST: addDelegation },
  '/load-balancer/:uuid/ip-addresses/:address': { DELETE: removeDelegation },
};
