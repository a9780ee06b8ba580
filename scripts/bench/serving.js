import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Starts a server in its own process, with responses that are built only once, so that its own work costs almost no time. The
 * token selects the response: `bench-<addresses>-<latency in ms>`.
 */
export async function startServer() {
  const child = fork(import.meta.filename, ['serve']);
  const [origin] = await once(child, 'message');
  return { origin, stop: () => child.kill() };
}

function serve() {
  const bodies = new Map();
  const body = (path, count) => {
    const key = `${path} ${count}`;
    if (!bodies.has(key)) bodies.set(key, JSON.stringify(createBody(path, count)));
    return bodies.get(key);
  };
  const server = createServer((request, response) => {
    const [, count = '20', latency = '0'] = /(\d+)-(\d+)/.exec(request.headers.authorization) ?? [];
    const path = request.url.replace('/1.3/', '');
    const reply = () => {
      if (request.method === 'DELETE') return response.writeHead(204).end();
      const text = body(path, Number(count));
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text);
    };
    if (latency === '0') reply();
    else setTimeout(reply, Number(latency));
  });
  server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`));
  process.on('disconnect', () => process.exit());
}

function createBody(path, count) {
  if (path === 'load-balancer') return [];
  if (path === 'server')
    return { servers: { server: Array.from({ length: Math.ceil(count / 4) }, (_, i) => serverNo(i)) } };
  return { ip_addresses: { ip_address: Array.from({ length: count }, (_, i) => addressNo(i)) } };
}

const hex = (n, digits) => n.toString(16).padStart(digits, '0');
const uuid = (i) => `00100000-0000-4000-8000-${hex(i, 12)}`;
const serverNo = (i) => ({
  uuid: uuid(i),
  title: `node-${i}`,
  hostname: `node-${i}.example.com`,
  zone: 'fi-hel2',
  state: 'started',
});
const addressNo = (i) => ({
  access: 'public',
  address: `198.18.${i >> 8}.${i & 255}`,
  family: 'IPv4',
  part_of_plan: 'no',
  ptr_record: `host-${i}.example.com`,
  server: uuid(i >> 2),
  mac: `da:45:c5:${hex(i >> 16, 2)}:${hex((i >> 8) & 255, 2)}:${hex(i & 255, 2)}`,
  floating: i % 4 === 0 ? 'yes' : 'no',
  release_policy: 'keep',
  is_delegated: 'no',
  zone: 'fi-hel2',
});

if (process.argv[2] === 'serve') serve();
