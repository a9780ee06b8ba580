import { sanitize } from '../core/sanitize.ts';
import { shorten } from '../core/width.ts';
import type { Address } from '../domain/model.ts';
import type { DelegatedLeaf, InterfaceBranch, ServerBranch, ZoneBranch } from '../domain/tree.ts';
import { toneOfState } from './names.ts';
import { type Palette, paint, type Symbols } from './style.ts';

/** A line of the picture, with what hangs below it. */
interface Twig {
  readonly text: string;
  /** Colours the line, which is cut to the terminal by then. */
  readonly paint?: (text: string) => string;
  readonly below: readonly Twig[];
}

/**
 * The tree as lines for a person.
 * @param width columns of the terminal; undefined in a pipe, where nothing is cut
 */
export function drawTree(zones: readonly ZoneBranch[], width: number | undefined, palette: Palette): string {
  return zones.map((zone) => `${draw(zoneTwig(zone, palette), '', '', width, palette.symbols).join('\n')}\n`).join('');
}

function draw(
  { text, paint: color, below }: Twig,
  first: string,
  rest: string,
  width: number | undefined,
  symbols: Symbols,
): string[] {
  const safe = sanitize(text);
  const cut = width === undefined ? safe : shorten(safe, Math.max(1, width - first.length), symbols.cut);
  const lines = [`${first}${color?.(cut) ?? cut}`];
  below.forEach((twig, i) => {
    const last = i === below.length - 1;
    const [branch, indent] = last ? [symbols.lastBranch, '    '] : [symbols.branch, symbols.trunk];
    lines.push(...draw(twig, rest + branch, rest + indent, width, symbols));
  });
  return lines;
}

function zoneTwig({ zone, servers, detached, delegated }: ZoneBranch, palette: Palette): Twig {
  const loose = (text: string, ips: readonly Address[], paint?: Twig['paint']): Twig[] =>
    ips.length > 0 ? [{ text, ...(paint && { paint }), below: ips.map(leaf) }] : [];
  return {
    text: zone,
    paint: palette.bold,
    below: [
      ...servers.map((server) => serverTwig(server, palette)),
      ...loose('detached', detached, palette.yellow),
      ...loose('delegated', delegated),
    ],
  };
}

function serverTwig(server: ServerBranch, palette: Palette): Twig {
  const { state } = server;
  const tone = state === null ? 'plain' : toneOfState(state);
  return {
    text: `${server.title || server.hostname || server.uuid} (${state ?? 'state unknown'})`,
    paint: (text) => paint(text, tone, palette),
    below: server.interfaces.map((nic) => ({ text: interfaceText(nic), below: nic.addresses.map(leaf) })),
  };
}

function interfaceText({ index, type, mac }: InterfaceBranch): string {
  const name = index === null ? 'interface' : `interface ${index}, ${type}`;
  return mac === null ? name : `${name}, ${mac}`;
}

/** An address with what sets it apart: floating, the service that holds it, its reverse DNS. */
function leaf(ip: Address | DelegatedLeaf): Twig {
  return { text: facts(ip).join('  '), below: [] };
}

const isDelegated = (ip: Address | DelegatedLeaf): ip is DelegatedLeaf => Object.hasOwn(ip, 'delegated_to');

function facts(ip: Address | DelegatedLeaf): string[] {
  const facts = [ip.address];
  if (ip.floating === 'yes' && ip.server !== null) facts.push('floating');
  if (ip.server === null && ip.access !== 'public') facts.push(ip.access);
  if (isDelegated(ip)) facts.push(`to ${ip.delegated_to.name ?? 'a load balancer'}`);
  if (ip.ptr_record !== '') facts.push(ip.ptr_record);
  return facts;
}

/** The tree as a Mermaid flow chart, for documents. */
export function drawMermaid(zones: readonly ZoneBranch[]): string {
  const lines = ['flowchart LR'];
  const node = (parent: string, text: readonly string[]): string => {
    const id = `n${lines.length}`;
    const box = `${id}["${text.map(mermaidText).join('<br/>')}"]`;
    lines.push(parent === '' ? `  ${box}` : `  ${parent} --> ${box}`);
    return id;
  };
  for (const { zone, servers, detached, delegated } of zones) {
    const root = node('', [zone]);
    for (const server of servers) {
      const host = node(root, [server.title || server.hostname || server.uuid, server.state ?? 'state unknown']);
      for (const nic of server.interfaces) {
        const port = node(host, interfaceText(nic).split(', '));
        for (const ip of nic.addresses) node(port, facts(ip));
      }
    }
    for (const [name, ips] of [
      ['detached', detached],
      ['delegated', delegated],
    ] as const) {
      if (ips.length === 0) continue;
      const branch = node(root, [name]);
      for (const ip of ips) node(branch, facts(ip));
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * The text as Mermaid shows it in a label (T-13). Mermaid looks for directives (`%%{init: …}%%`), comments and styles anywhere
 * in the document before it reads the labels, and labels may hold HTML and Markdown: so every character but letters, digits
 * and what has no meaning in any of these goes by its number.
 */
function mermaidText(text: string): string {
  // Addresses and MACs are to be read in the source, too.
  if (/^[\da-f:.]+$/i.test(text)) return text;
  return sanitize(text).replace(/[^\p{L}\p{N}\p{M} ._-]/gu, (char) => `#${char.codePointAt(0)};`);
}
