import { defineRule } from './api-error.ts';
import { findOwnServer } from './find.ts';

/** The only rule in the list of an enabled firewall. The rule accepts everything, because the sandbox filters no traffic. */
const ACCEPT_ALL_RULE = {
  action: 'accept',
  comment: '',
  destination_address_end: '',
  destination_address_start: '',
  destination_port_end: '',
  destination_port_start: '',
  direction: 'in',
  family: '',
  icmp_type: '',
  position: '1',
  protocol: '',
  source_address_end: '',
  source_address_start: '',
  source_port_end: '',
  source_port_start: '',
} as const;

export const listFirewallRules = defineRule((state, account, { params }) => {
  const { firewall } = findOwnServer(state, account, params.uuid ?? '');
  const firewall_rule = firewall === 'on' ? [ACCEPT_ALL_RULE] : [];
  return { state, response: { status: 200, body: { firewall_rules: { firewall_rule } } } };
});
