import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { isSameAddress } from '../domain/address.ts';
import { isSameMac } from '../domain/mac.ts';

/** The facts about the machine on which the program runs; tests pass in their own. */
export interface LocalMachine {
  /** The folder in which the kernel shows the DMI table, with the vendor and UUID of the machine. */
  readonly dmiFolder: string;
  /** The URL of UpCloud's metadata service. */
  readonly metadataUrl: string;
  /** The root of the file system, for the network configuration. */
  readonly rootFolder: string;
  readonly networkInterfaces: () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}

export const localMachine: LocalMachine = {
  dmiFolder: '/sys/class/dmi/id',
  metadataUrl: 'http://169.254.169.254/metadata/v1.json',
  rootFolder: '/',
  networkInterfaces,
};

/** Returns whether an interface of this machine has the address now. */
export function isAddressConfigured({ networkInterfaces: list }: LocalMachine, address: string): boolean {
  return Object.values(list()).some((infos) => infos?.some((info) => isSameAddress(info.address, address)));
}

/** Returns the name of this machine's interface with the MAC address, in upper or lower case; undefined if there is none. */
export function findDeviceByMac({ networkInterfaces: list }: LocalMachine, mac: string): string | undefined {
  return Object.entries(list()).find(([, infos]) => infos?.some((info) => isSameMac(info.mac, mac)))?.[0];
}
