/** Renders disks and templates as the API does. */

import type { Storage } from '../state.ts';
import type { Template } from '../templates.ts';

export function storageBody({ uuid, title, size, tier, zone, encrypted, labels, created }: Storage): object {
  return {
    access: 'private',
    created: new Date(created * 1000).toISOString(),
    encrypted,
    labels,
    license: 0,
    size,
    state: 'online',
    tier,
    title,
    type: 'normal',
    uuid,
    zone,
  };
}

export function storageDetails(it: Storage): object {
  const server = it.device ? [it.device.server] : [];
  return { ...storageBody(it), backup_rule: it.backup_rule, backups: { backup: [] }, servers: { server } };
}

export function templateBody({ uuid, title, size }: Template): object {
  return {
    access: 'public',
    encrypted: 'no',
    labels: [],
    license: 0,
    size,
    state: 'online',
    template_type: 'cloud-init',
    title,
    type: 'template',
    uuid,
  };
}

export function templateDetails(it: Template): object {
  return { ...templateBody(it), servers: { server: [] } };
}
