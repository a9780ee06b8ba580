/** Returns an IPv4 address as a number, so that addresses can be counted. */
export function parseIPv4Number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Returns the IPv4 address of a number from {@link parseIPv4Number}. */
export function formatIPv4Number(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
