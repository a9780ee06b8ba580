import { sanitize } from '../core/sanitize.ts';
import { shortenText } from '../core/width.ts';
import type { Address } from '../domain/model.ts';
import { getServerDisplayName } from '../domain/server-name.ts';
import type { DelegatedAddress, InterfaceBranch, ServerBranch, ZoneBranch } from '../domain/tree.ts';
import { chooseStateTone } from './resource-views.ts';
import { colorByTone, type Palette, type SymbolSet } from './style.ts';

/** A line of the tree, with its child lines. */
interface TreeLine {
  readonly text: string;
  /** Colours the line. Called after the line was shortened to the width of the terminal. */
  readonly paint?: (text: string) => string;
  readonly below: readonly TreeLine[];
}

/**
 * Renders the tree as lines of text.
 * @param width columns of the terminal; undefined in a pipe, where nothing is cut
 */
export function drawTree(zones: readonly ZoneBranch[], width: number | undefined, palette: Palette): string {
  return zones
    .map((zone) => `${drawTreeLine(createZoneLine(zone, palette), '', '', width, palette.symbols).join('\n')}\n`)
    .join('');
}

function drawTreeLine(
  { text, paint: color, below }: TreeLine,
  first: string,
  rest: string,
  width: number | undefined,
  symbols: SymbolSet,
): string[] {
  const safe = sanitize(text);
  const cut = width === undefined ? safe : shortenText(safe, Math.max(1, width - first.length), symbols.cut);
  const lines = [`${first}${color?.(cut) ?? cut}`];
  below.forEach((child, i) => {
    const last = i === below.length - 1;
    const [branch, indent] = last ? [symbols.lastBranch, '    '] : [symbols.branch, symbols.trunk];
    lines.push(...drawTreeLine(child, rest + branch, rest + indent, width, symbols));
  });
  return lines;
}

function createZoneLine({ zone, servers, detached, delegated }: ZoneBranch, palette: Palette): TreeLine {
  const createGroupLines = (text: string, ips: readonly Address[], paint?: TreeLine['paint']): TreeLine[] =>
    ips.length > 0 ? [{ text, ...(paint && { paint }), below: ips.map(createAddressLine) }] : [];
  return {
    text: zone,
    paint: palette.bold,
    below: [
      ...servers.map((server) => createServerLine(server, palette)),
      ...createGroupLines('detached', detached, palette.yellow),
      ...createGroupLines('delegated', delegated),
    ],
  };
}

function createServerLine(server: ServerBranch, palette: Palette): TreeLine {
  const { state } = server;
  const tone = state === null ? 'plain' : chooseStateTone(state);
  return {
    text: `${getServerDisplayName(server)} (${state ?? 'state unknown'})`,
    paint: (text) => colorByTone(text, tone, palette),
    below: server.interfaces.map((networkInterface) => ({
      text: formatInterface(networkInterface),
      below: networkInterface.addresses.map(createAddressLine),
    })),
  };
}

function formatInterface({ index, type, mac }: InterfaceBranch): string {
  const name = index === null ? 'interface' : `interface ${index}, ${type}`;
  return mac === null ? name : `${name}, ${mac}`;
}

/** Returns the line of an address, with its kind, its load balancer if it is delegated, and its PTR record. */
function createAddressLine(ip: Address | DelegatedAddress): TreeLine {
  return { text: listAddressFacts(ip).join('  '), below: [] };
}

const isDelegated = (ip: Address | DelegatedAddress): ip is DelegatedAddress => Object.hasOwn(ip, 'delegated_to');

function listAddressFacts(ip: Address | DelegatedAddress): string[] {
  const facts = [ip.address];
  if (ip.floating === 'yes' && ip.server !== null) facts.push('floating');
  if (ip.server === null && ip.access !== 'public') facts.push(ip.access);
  if (isDelegated(ip)) facts.push(`to ${ip.delegated_to.name ?? 'a load balancer'}`);
  if (ip.ptr_record !== '') facts.push(ip.ptr_record);
  return facts;
}

/** Draws the tree as a Mermaid flow chart, for documents. */
export function drawMermaid(zones: readonly ZoneBranch[]): string {
  const lines = ['flowchart LR'];
  const addNode = (parent: string, text: readonly string[]): string => {
    const id = `n${lines.length}`;
    const box = `${id}["${text.map(escapeMermaid).join('<br/>')}"]`;
    lines.push(parent === '' ? `  ${box}` : `  ${parent} --> ${box}`);
    return id;
  };
  for (const { zone, servers, detached, delegated } of zones) {
    const root = addNode('', [zone]);
    for (const server of servers) {
      const host = addNode(root, [getServerDisplayName(server), server.state ?? 'state unknown']);
      for (const networkInterface of server.interfaces) {
        const child = addNode(host, formatInterface(networkInterface).split(', '));
        for (const ip of networkInterface.addresses) addNode(child, listAddressFacts(ip));
      }
    }
    for (const [name, ips] of [
      ['detached', detached],
      ['delegated', delegated],
    ] as const) {
      if (ips.length === 0) continue;
      const branch = addNode(root, [name]);
      for (const ip of ips) addNode(branch, listAddressFacts(ip));
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Escapes text for a Mermaid label (T-13). Text could otherwise contain Mermaid directives such as `%%{init: …}%%`, HTML or
 * Markdown.
 * So every character except letters, digits and a few harmless ones becomes a numeric code.
 */
function escapeMermaid(text: string): string {
  // Leave IP and MAC addresses unescaped, so that the source of the chart is readable.
  if (/^[\da-f:.]+$/i.test(text)) return text;
  return sanitize(text).replace(/[^\p{L}\p{N}\p{M} ._-]/gu, (char) => `#${char.codePointAt(0)};`);
}
