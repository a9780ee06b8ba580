import type { LoadBalancer, Server, Zone } from '../domain/model.ts';
import type { ListView, Tone } from './columns.ts';

const stateTones: Readonly<Record<string, Tone>> = {
  started: 'good',
  stopped: 'warn',
  maintenance: 'warn',
  error: 'bad',
};

/** Returns the tone of a server's state. Only the state `started` has the tone `good`. */
export const chooseStateTone = (state: string): Tone => stateTones[state] ?? 'plain';

/** A server as `upc server list` shows it. */
export type ServerRow = Pick<Server, 'uuid' | 'title' | 'hostname' | 'zone' | 'state'>;

export const serverView: ListView<ServerRow> = {
  columns: {
    title: { header: 'TITLE', value: (server) => server.title, weight: 10, min: 10 },
    hostname: { header: 'HOSTNAME', value: (server) => server.hostname, weight: 6, min: 12 },
    zone: { header: 'ZONE', value: (server) => server.zone, weight: 8, typed: true },
    state: {
      header: 'STATE',
      value: (server) => server.state,
      tone: (server) => chooseStateTone(server.state),
      weight: 7,
      typed: true,
    },
    uuid: { header: 'UUID', value: (server) => server.uuid, weight: 5, typed: true },
  },
  defaults: ['title', 'hostname', 'zone', 'state', 'uuid'],
  quiet: (server) => server.uuid,
  empty: 'No servers on this account.',
};

export type ZoneRow = Pick<Zone, 'id' | 'description'>;

export const zoneView: ListView<ZoneRow> = {
  columns: {
    id: { header: 'ZONE', value: (zone) => zone.id, weight: 10, typed: true },
    description: { header: 'DESCRIPTION', value: (zone) => zone.description, weight: 5 },
  },
  defaults: ['id', 'description'],
  quiet: (zone) => zone.id,
  empty: 'No zones.',
};

/** A load balancer as `upc load-balancer list` shows it. */
export interface LoadBalancerRow {
  readonly uuid: string;
  readonly name: string;
  readonly zone: string;
  readonly ip_addresses: readonly string[];
}

export const toLoadBalancerRow = ({ uuid, name, zone, ip_addresses }: LoadBalancer): LoadBalancerRow => ({
  uuid,
  name,
  zone,
  ip_addresses: ip_addresses.map(({ address }) => address),
});

export const loadBalancerView: ListView<LoadBalancerRow> = {
  columns: {
    name: { header: 'NAME', value: (one) => one.name, weight: 10, min: 10 },
    zone: { header: 'ZONE', value: (one) => one.zone, weight: 8, typed: true },
    addresses: {
      header: 'FLOATING IPS',
      value: (one) => one.ip_addresses.join(' ') || null,
      weight: 6,
      min: 15,
      typed: true,
    },
    uuid: { header: 'UUID', value: (one) => one.uuid, weight: 5, typed: true },
  },
  defaults: ['name', 'zone', 'addresses', 'uuid'],
  quiet: (one) => one.uuid,
  empty: 'No load balancers on this account.',
};
