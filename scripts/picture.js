// Draws docs/terminal.svg with the output of real commands against a new sandbox. Run it again when their output changes.
//   node scripts/build.js && node scripts/picture.js
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const commands = [
  'upc ip list --sandbox --server web-1 --columns address,kind,ptr,policy',
  'upc ip float move 192.0.2.50 --to web-2 --sandbox',
  'upc ip tree --sandbox --server web-2',
];

const CHAR = 8.4;
const LINE = 19;
const MARGIN = 16;
const BAR = 28;
const colors = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#79c0ff' };

const lines = commands.flatMap((command) => [`\u001b[32m$\u001b[39m ${command}`, ...run(command), '']).slice(0, -1);
const file = join(root, 'docs', 'terminal.svg');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, svg(lines));

/** Runs a command and returns its lines. All commands share a sandbox, so a later one sees the changes of an earlier one. */
function run(command) {
  run.folder ??= mkdtempSync(join(tmpdir(), 'upc-picture-'));
  const env = {
    PATH: process.env.PATH,
    HOME: run.folder,
    UPC_SANDBOX_DIR: join(run.folder, 'sandbox'),
    FORCE_COLOR: '1',
  };
  const args = [join(root, 'bin', 'upc.js'), ...command.split(' ').slice(1)];
  const out = execFileSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return out.trimEnd().split('\n');
}
rmSync(run.folder, { recursive: true, force: true });

function svg(lines) {
  const plain = lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));
  const width = Math.ceil(Math.max(...plain.map((line) => line.length)) * CHAR) + 2 * MARGIN;
  const height = BAR + lines.length * LINE + MARGIN;
  const dots = ['#ff5f57', '#febc2e', '#28c840']
    .map((color, i) => `<circle cx="${MARGIN + 4 + i * 18}" cy="16" r="5.5" fill="${color}"/>`)
    .join('');
  const texts = lines.map((line, i) => `<text x="${MARGIN}" y="${BAR + (i + 1) * LINE - 5}">${spans(line)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xml(commands.join('; '))}">
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
${dots}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3" style="white-space: pre" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`;
}

/** Converts colour sequences to spans. Each span has a fixed width, so that any font of the reader fits. */
function spans(line) {
  let style = '';
  let column = 0;
  return line
    .split(/(\u001b\[\d+m)/)
    .map((part) => {
      const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
      if (code !== undefined) style = styleOf(code);
      if (code !== undefined || part === '') return '';
      const x = (MARGIN + column * CHAR).toFixed(1);
      column += part.length;
      return `<tspan x="${x}" textLength="${(part.length * CHAR).toFixed(1)}"${style}>${xml(part)}</tspan>`;
    })
    .join('');
}

function styleOf(code) {
  if (code === '1') return ' font-weight="bold"';
  if (code === '2') return ' fill="#8b949e"';
  return colors[code] ? ` fill="${colors[code]}"` : '';
}

function xml(text) {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
