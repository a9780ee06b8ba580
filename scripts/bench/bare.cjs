// The reference of the benchmark: it sends the same request as the program and does nothing else. It loads node:https,
// because every real request needs that module.
const clients = { 'http:': require('node:http'), 'https:': require('node:https') };
const url = new URL(`${process.argv[2]}/1.3/ip_address`);
clients[url.protocol].get(
  url,
  { headers: { authorization: `Bearer bench-${process.argv[3]}`, accept: 'application/json' } },
  (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => {
      const { ip_addresses } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      process.stdout.write(`${JSON.stringify(ip_addresses.ip_address, null, 2)}\n`);
    });
  },
);
