/** Words that users of other tools type, with the command of this program that does the same. */
export const commandsByWordOfOtherTools: Readonly<Record<string, string>> = {
  list: 'ip list',
  ls: 'ip list',
  show: 'ip show <address>',
  tree: 'ip tree',
  audit: 'ip audit',
  assign: 'ip assign --server <server>',
  release: 'ip release <address…>',
  diff: 'ip diff <snapshot>',
  restore: 'ip restore <snapshot>',
  float: 'ip float',
  floating: 'ip float',
  'floating-ip': 'ip float',
  ptr: 'ip ptr',
  rdns: 'ip ptr',
  policy: 'ip policy set <keep|release> <address…>',
  version: '--version',
  auth: 'login',
  'auth login': 'login',
  config: 'profile list',
  account: 'whoami',
  'account show': 'whoami',
  'account login': 'login',
  servers: 'server list',
  'server show': 'ip tree --server <server>',
  zones: 'zone list',
  loadbalancer: 'load-balancer list',
  'loadbalancer list': 'load-balancer list',
  'load-balancer show': 'load-balancer list',
  'ip rm': 'ip release <address…>',
  'ip delete': 'ip release <address…>',
  'ip remove': 'ip release <address…>',
  'ip create': 'ip assign --server <server>',
  'ip attach': 'ip float attach <address> --server <server>',
  'ip detach': 'ip float detach <address>',
  'ip move': 'ip float move <address> --to <server>',
  'ip guard': 'ip float guard <address> …',
  'ip get': 'ip show <address>',
  'ip float rm': 'ip release <address…>',
  'ip float delete': 'ip release <address…>',
  'ip float remove': 'ip release <address…>',
  'ip float release': 'ip release <address…>',
  'ip float show': 'ip show <address>',
  'ip float assign': 'ip float attach <address> --server <server>',
  'ip float unassign': 'ip float detach <address>',
  'ip ptr show': 'ip show <address>',
  'ip ptr delete': 'ip ptr clear <address…>',
  'ip ptr remove': 'ip ptr clear <address…>',
  'ip-address': 'ip',
  'ip-address list': 'ip list',
  'ip-address show': 'ip show <address>',
  'ip-address assign': 'ip assign --server <server>, or upc ip float create --zone <zone>',
  'ip-address modify': 'ip float move <address> --to <server>, or upc ip ptr set <address> <hostname>',
  'ip-address remove': 'ip release <address…>',
  'ip-address delete': 'ip release <address…>',
};

/**
 * Returns the command that the user probably means, without `upc`; undefined if unknown.
 * @param path the words that name a group of commands
 * @param args the words after the path; the first of them is unknown
 */
export function suggestCommand(path: readonly string[], args: readonly string[]): string | undefined {
  const words = [...path, ...args].map((word) => word.toLowerCase());
  for (let count = words.length; count > path.length; count--) {
    const typed = words.slice(0, count).join(' ');
    const found = Object.hasOwn(commandsByWordOfOtherTools, typed) ? commandsByWordOfOtherTools[typed] : undefined;
    if (found === undefined) continue;
    // If the user means a group, keep the words after it: `upc float list` stands for `upc ip float list`.
    const rest =
      found.includes('<') || found.startsWith('-') ? [] : words.slice(count).filter((word) => !word.startsWith('-'));
    return [found, ...(isCommandGroup(found) ? rest : [])].join(' ');
  }
  return undefined;
}

const isCommandGroup = (command: string): boolean => ['ip', 'ip float', 'ip ptr'].includes(command);
