import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GuestSystem } from '../domain/guest-config.ts';
import type { LocalMachine } from './machine.ts';

/** Returns the network configuration system of this machine. */
export function detectGuestSystem({ rootFolder }: LocalMachine, platform: NodeJS.Platform): GuestSystem {
  if (platform === 'freebsd') return 'freebsd';
  const pathExists = (path: string) => existsSync(join(rootFolder, path));
  if (listFiles(join(rootFolder, 'etc/netplan')).some((name) => name.endsWith('.yaml'))) return 'netplan';
  if (pathExists('run/NetworkManager')) return 'networkmanager';
  if (pathExists('run/systemd/netif')) return 'networkd';
  return pathExists('etc/network/interfaces') ? 'ifupdown' : 'ip';
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
