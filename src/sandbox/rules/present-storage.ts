/** Renders disks and templates as the API does. */

import type { Storage } from '../state.ts';
import type { Template } from '../templates.ts';

export function toStorageBody({ uuid, title, size, tier, zone, encrypted, labels, created }: Storage): object {
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

export function toStorageDetails(it: Storage): object {
  const server = it.device ? [it.device.server] : [];
  return { ...toStorageBody(it), backup_rule: it.backup_rule, backups: { backup: [] }, servers: { server } };
}

export function toTemplateBody({ uuid, title, size }: Template): object {
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

export function toTemplateDetails(it: Template): object {
  return { ...toTemplateBody(it), servers: { server: [] } };
}
