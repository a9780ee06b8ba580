// Draws docs/terminal.svg with the output of real commands at a terminal, against a new sandbox. Run it again when their output changes.
//   node scripts/build.js && node scripts/picture.js
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COLUMNS = 126;
const records = `192.0.2.10  www.example.com
192.0.2.11  app.example.com
192.0.2.50  www.example.com
`;
/** The commands in the picture. They share a sandbox, so a later command sees the changes of an earlier one. */
const commands = [
  'upc --sandbox ip audit',
  'upc --sandbox ip ptr plan ptr.hosts',
  'upc --sandbox ip float guard 192.0.2.50 --primary web-1 --standby web-2 --check tcp:192.0.2.10:443 --once',
];

const CHARACTER_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const MARGIN = 16;
const TITLE_BAR_HEIGHT = 28;
const colors = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#79c0ff' };

const folder = mkdtempSync(join(tmpdir(), 'upc-picture-'));
writeFileSync(join(folder, 'ptr.hosts'), records);
await runInTerminal('upc sandbox set server web-1 stopped');
const screens = [];
for (const command of commands) screens.push([`\u001b[32m$\u001b[39m ${command}`, ...(await runInTerminal(command))]);
rmSync(folder, { recursive: true });
const lines = screens.flatMap((screen) => [...screen, '']).slice(0, -1);
writeFileSync(join(root, 'docs', 'terminal.svg'), renderSvg(lines));

/** Runs a command in a pseudo-terminal, without a progress display, and returns the lines that it shows. */
async function runInTerminal(command) {
  const [, ...words] = command.split(' ');
  const { PATH } = process.env;
  const env = {
    PATH,
    HOME: folder,
    UPC_SANDBOX_DIR: join(folder, 'sandbox'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    CI: 'true',
  };
  const options = { cols: COLUMNS, rows: 40, cwd: folder, env: { ...env, FORCE_COLOR: '1' } };
  const terminal = spawn(process.execPath, [join(root, 'bin', 'upc.js'), ...words], options);
  let text = '';
  terminal.onData((data) => {
    text += data;
  });
  const { exitCode } = await new Promise((ended) => terminal.onExit(ended));
  // Exit code 10 is expected, too: with it, the guard reports that the primary is down.
  if (exitCode !== 0 && exitCode !== 10) throw new Error(`${command} ended with ${exitCode}: ${text}`);
  return text.trimEnd().split(/\r?\n/);
}

function renderSvg(lines) {
  const plain = lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));
  const width = Math.ceil(Math.max(...plain.map((line) => line.length)) * CHARACTER_WIDTH) + 2 * MARGIN;
  const height = TITLE_BAR_HEIGHT + lines.length * LINE_HEIGHT + MARGIN;
  const dots = ['#ff5f57', '#febc2e', '#28c840']
    .map((color, i) => `<circle cx="${MARGIN + 4 + i * 18}" cy="16" r="5.5" fill="${color}"/>`)
    .join('');
  const texts = lines.map(
    (line, i) => `<text x="${MARGIN}" y="${TITLE_BAR_HEIGHT + (i + 1) * LINE_HEIGHT - 5}">${renderSpans(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(commands.join('; '))}">
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
${dots}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3" style="white-space: pre" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`;
}

/** Converts colour sequences to spans. Each span has a fixed width, so that the columns stay aligned in any font. */
function renderSpans(line) {
  let style = '';
  let column = 0;
  return line
    .split(/(\u001b\[\d+m)/)
    .map((part) => {
      const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
      if (code !== undefined) style = getAnsiStyle(code);
      if (code !== undefined || part === '') return '';
      const x = (MARGIN + column * CHARACTER_WIDTH).toFixed(1);
      column += part.length;
      return `<tspan x="${x}" textLength="${(part.length * CHARACTER_WIDTH).toFixed(1)}"${style}>${escapeXml(part)}</tspan>`;
    })
    .join('');
}

function getAnsiStyle(code) {
  if (code === '1') return ' font-weight="bold"';
  if (code === '2') return ' fill="#8b949e"';
  return colors[code] ? ` fill="${colors[code]}"` : '';
}

function escapeXml(text) {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
