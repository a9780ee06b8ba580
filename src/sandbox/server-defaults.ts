import type { ServerSettings } from './state.ts';

/** Default values for the settings that the request for a new server leaves out. */
export const DEFAULT_SETTINGS: ServerSettings = {
  boot_order: 'disk',
  firewall: 'off',
  metadata: 'no',
  nic_model: 'virtio',
  remote_access_enabled: 'no',
  remote_access_password: '',
  remote_access_type: 'vnc',
  simple_backup: 'no',
  timezone: 'UTC',
  video_model: 'vga',
};

/** The creation time of everything in a seed: 2026-03-02T08:15:00Z in seconds since 1970. */
export const SEED_SERVER_CREATED_AT = 1_772_439_300;
