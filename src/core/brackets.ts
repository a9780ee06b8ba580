/** Removes the brackets that a URL has around an IPv6 address: `[::1]` → `::1`. Other hosts stay unchanged. */
export function removeBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
