import { expect, test } from 'vitest';
import { apiServer } from '../../api-server.ts';
import { bench, upc } from '../../fixture.ts';

const address = {
  address: '192.0.2.50',
  access: 'public',
  family: 'IPv4',
  floating: 'yes',
  zone: 'fi-hel2',
  ptr_record: '',
};
const servers = ['web-1', 'web-2', 'web-3'].map((title, i) => ({
  uuid: `00000000-0000-4000-8000-00000000000${i + 1}`,
  title,
  hostname: `${title}.example.com`,
  zone: 'fi-hel2',
  state: 'started',
}));
const macOf = (i: number) => `da:45:c4:00:00:0${i + 1}`;
const on = (i: number) => ({ body: { ip_address: { ...address, server: servers[i]?.uuid, mac: macOf(i) } } });
const detached = { body: { ip_address: address } };

/** An API that has the address on web-1, moves it to web-2, and says this of it afterwards. */
async function moved(afterwards: { status?: number; body: unknown }) {
  const nic = {
    index: 2,
    type: 'public',
    mac: macOf(1),
    ip_addresses: { ip_address: [{ address: '192.0.2.11', family: 'IPv4', floating: 'no' }] },
  };
  const details = { ...servers[1], networking: { interfaces: { interface: [nic] } } };
  const { env } = await apiServer({
    'GET /server': { body: { servers: { server: servers } } },
    [`GET /server/${servers[1]?.uuid}`]: { body: { server: details } },
    'GET /ip_address/192.0.2.50': [on(0), afterwards],
    'PATCH /ip_address/192.0.2.50': { ...on(1), status: 202 },
  });
  return upc('ip float move 192.0.2.50 --from web-1 --to web-2 --json', { env });
}

test('T-15: a conditional move looks again, and tells who holds the address where somebody moved it on', async () => {
  const told = (await moved(on(1))).out;
  expect(JSON.parse(told)).toMatchObject({ mac: macOf(1), changed: true });
  for (const [afterwards, place] of [
    [on(2), 'on web-3'],
    [detached, 'detached'],
  ] as const) {
    const { code, out, err } = await moved(afterwards);
    expect({ code, out }).toEqual({ code: 8, out: '' });
    expect(JSON.parse(err).error).toMatchObject({
      code: 'ADDRESS_MOVED_ON',
      message: `192.0.2.50 was moved to web-2, but somebody moved it on: it is ${place}.`,
    });
  }
});

test('T-15: that nobody can look again does not undo the move', async () => {
  const { code, out, err } = await moved({ status: 404, body: {} });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ changed: true });
  expect(err).toContain('192.0.2.50 was moved, but whether it is still there could not be seen.');
});

test('an interface names its server: assign --mac, and where the server is given, too', async () => {
  const b = await bench();
  await b.edit((state) => ({
    ...state,
    servers: state.servers.map((server) => (server.title === 'web-1' ? { ...server, state: 'stopped' } : server)),
  }));
  const { changes } = await b.cli('ip assign --mac DA-45-C4-5C-65-6C --dry-run');
  expect(changes).toEqual([]);
  const made = await b.cli('ip assign --mac DA-45-C4-5C-65-6C --json');
  expect(made.code).toBe(0);
  expect(JSON.parse(made.out)).toMatchObject({ mac: 'da:45:c4:5c:65:6c', floating: 'no' });
  await b.close();
});
