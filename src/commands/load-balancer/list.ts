import { listLoadBalancers } from '../../api/load-balancers.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { loadBalancerView, toLoadBalancerRow } from '../../output/resource-views.ts';

export default defineCommand<[]>({
  summary: 'List load balancers, with the names that `upc ip float delegate --to` accepts',
  examples: ['upc load-balancer list --sandbox', 'upc load-balancer list --sandbox --json'],
  json: 'array of load balancers: uuid, name, zone, ip_addresses (the floating IPs that each holds)',
  columns: () => loadBalancerView.columns,
  exits: readOnlyCommandExitCodes,
  run: listAllLoadBalancers,
});

async function listAllLoadBalancers(context: Context): Promise<void> {
  const services = await listLoadBalancers(await context.api());
  await context.out.rows(loadBalancerView, services.map(toLoadBalancerRow));
}
