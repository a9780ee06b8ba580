import { expect, test } from 'vitest';
import { ADDRESSES_PATH, createSandboxClient, DEMO, type Json } from './rules/call.ts';

const createBasicAuthHeader = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

test('the token and the user with the password are let in', async () => {
  const { call } = createSandboxClient();
  expect((await call('GET', '/1.3/account')).inner.username).toBe('sandbox');
  expect((await call('GET', '/1.3/account', undefined, createBasicAuthHeader('other:other'))).inner.username).toBe(
    'other',
  );
  expect((await call('GET', '/1.3/account', undefined, { authorization: 'bearer ucat_other' })).status).toBe(200);
});

test.each([
  {},
  createBasicAuthHeader('sandbox:wrong'),
  createBasicAuthHeader('sandbox'),
  { authorization: 'Bearer ucat_' },
  { authorization: 'Digest x' },
])('anything else is 401 AUTHENTICATION_FAILED: %j', async (headers: Record<string, string>) => {
  const { call } = createSandboxClient();
  const { status, inner } = await call('GET', ADDRESSES_PATH, undefined, headers);
  expect([status, inner.error_code]).toEqual([401, 'AUTHENTICATION_FAILED']);
  expect((await call('DELETE', '/1.3/nowhere', undefined, headers)).status).toBe(401);
  expect((await call('POST', ADDRESSES_PATH, 'not json', headers)).status).toBe(401);
});

test('unknown paths are 404, wrong methods 405 with Allow', async () => {
  const { call, getRejection } = createSandboxClient();
  expect(await getRejection('GET', '/1.3/nowhere')).toBe('404 NOT_FOUND');
  expect(await getRejection('GET', '/1.3')).toBe('404 NOT_FOUND');
  expect(await getRejection('GET', '/1.2/ip_address')).toBe('404 NOT_FOUND');
  expect(await getRejection('DELETE', ADDRESSES_PATH)).toBe('405 METHOD_NOT_ALLOWED');
  expect((await call('POST', `${ADDRESSES_PATH}/192.0.2.10`)).headers.get('allow')).toBe('GET, PATCH, PUT, DELETE');
});

test('R-PATH-1: a trailing slash changes nothing', async () => {
  const { call, getRejection } = createSandboxClient();
  for (const path of ['/ip_address', '/server', `/server/${DEMO.web1}`, '/network', '/zone', '/load-balancer']) {
    const plain = await call('GET', `/1.3${path}`);
    const slashed = await call('GET', `/1.3${path}/`);
    expect([slashed.status, slashed.text]).toEqual([200, plain.text]);
  }
  expect((await call('DELETE', `${ADDRESSES_PATH}/192.0.2.60/`)).status).toBe(204);
  expect(await getRejection('GET', '/1.3/nowhere/')).toBe('404 NOT_FOUND');
  expect(await getRejection('DELETE', `${ADDRESSES_PATH}/`)).toBe('405 METHOD_NOT_ALLOWED');
});

test('a body that is not JSON, or too large, and a path that cannot be decoded are rejected', async () => {
  const { getRejection } = createSandboxClient();
  expect(await getRejection('POST', ADDRESSES_PATH, '{"ip_address":')).toBe('400 BODY_INVALID');
  expect(await getRejection('POST', ADDRESSES_PATH, '[]')).toBe('400 BODY_INVALID');
  expect(await getRejection('POST', ADDRESSES_PATH)).toBe('400 BODY_INVALID');
  expect(await getRejection('POST', ADDRESSES_PATH, `"${'x'.repeat(1024 * 1024)}"`)).toBe('413 BODY_TOO_LARGE');
  expect(await getRejection('GET', `${ADDRESSES_PATH}/%zz`)).toBe('400 PATH_INVALID');
  expect(await getRejection('GET', `${ADDRESSES_PATH}/%ff`)).toBe('400 PATH_INVALID');
});

test('a path segment is decoded once and strictly', async () => {
  const { call, getRejection } = createSandboxClient();
  expect((await call('GET', `${ADDRESSES_PATH}/192%2E0.2.10`)).status).toBe(200);
  expect((await call('GET', `${ADDRESSES_PATH}/${encodeURIComponent(DEMO.ipv6)}`)).status).toBe(200);
  expect(await getRejection('GET', `${ADDRESSES_PATH}/192.0.2.10%2F`)).toBe('400 IP_ADDRESS_INVALID');
  expect(await getRejection('GET', `${ADDRESSES_PATH}/192%252E0.2.10`)).toBe('400 IP_ADDRESS_INVALID');
});

test('content types: JSON for responses, problem+json for load balancers, nothing with 204', async () => {
  const { call } = createSandboxClient();
  expect((await call('GET', ADDRESSES_PATH)).headers.get('content-type')).toBe('application/json; charset=UTF-8');
  const problem = await call('GET', '/1.3/load-balancer/nothing');
  expect(problem.headers.get('content-type')).toBe('application/problem+json');
  expect(problem.body).toEqual({
    type: 'https://developers.upcloud.com/1.3/errors#ERROR_RESOURCE_NOT_FOUND',
    title: 'Service not found.',
    correlation_id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
    status: 404,
  });
  expect((await call('GET', '/1.3/load-balancer')).headers.get('content-type')).toBe('application/json');
  const gone = await call('DELETE', `${ADDRESSES_PATH}/192.0.2.60`);
  expect([gone.status, gone.text, gone.headers.get('content-type')]).toEqual([204, '', null]);
});

test('zones, account and prices', async () => {
  const { call } = createSandboxClient();
  const zones = (await call('GET', '/1.3/zone')).inner.zone as Json[];
  const ids = 'au-syd1 de-fra1 dk-cph1 es-mad1 fi-hel1 fi-hel2 nl-ams1 no-svg1 pl-waw1 se-sto1 sg-sin1 uk-lon1';
  expect(zones.map(({ id }) => id)).toEqual([...ids.split(' '), 'us-chi1', 'us-nyc1', 'us-sjo1']);
  expect(zones).toContainEqual({ id: 'fi-hel2', description: 'Helsinki #2', public: 'yes' });
  expect((await call('GET', '/1.3/account')).body).toEqual({
    account: {
      credits: 9972.23,
      username: 'sandbox',
      resource_limits: { detached_floating_ips: 10, public_ipv4: 100, public_ipv6: 100 },
    },
  });
  expect((await call('GET', '/1.3/price')).inner.zone).toContainEqual(
    expect.objectContaining({ name: 'fi-hel2', ipv4_address: { amount: 1, price: 0.336 } }),
  );
});

test('the control routes describe, change and reset the sandbox without credentials', async () => {
  const { call } = createSandboxClient();
  const demo = { program: 'upcloud-ip', seed: 'demo', servers: 5, addresses: 21, load_balancers: 1 };
  const described = { ...demo, credits: 9972.23, address_selection: false };
  expect((await call('GET', '/sandbox', undefined, {})).body).toEqual(described);
  const changed = await call('PATCH', '/sandbox/account', { credits: 0, address_selection: true }, {});
  expect(changed.body).toEqual({ ...demo, credits: 0, address_selection: true });
  const server = await call('PATCH', `/sandbox/server/${DEMO.web1}`, { state: 'error' }, {});
  expect(server.inner.state).toBe('error');
  expect((await call('POST', '/sandbox/reset', { seed: 'demo' }, {})).body).toEqual(described);
  expect((await call('GET', `/1.3/server/${DEMO.web1}`)).inner.state).toBe('started');
});

test('the control routes say what is wrong with a request', async () => {
  const { call, getRejection } = createSandboxClient();
  expect((await call('POST', '/sandbox/reset', { seed: 'huge' })).inner.error_message).toBe(
    'Unknown seed "huge". Seeds: demo, empty, or large:<n> with n from 1 to 200000.',
  );
  expect(await getRejection('POST', '/sandbox/reset', {})).toBe('400 SEED_MISSING');
  expect(await getRejection('PATCH', '/sandbox/account', { credits: '1' })).toBe('400 CREDITS_INVALID');
  expect(await getRejection('PATCH', '/sandbox/account', { address_selection: 'yes' })).toBe(
    '400 ADDRESS_SELECTION_INVALID',
  );
  expect(await getRejection('PATCH', `/sandbox/server/${DEMO.web1}`, { state: 'gone' })).toBe('400 STATE_INVALID');
  expect(await getRejection('PATCH', `/sandbox/server/${DEMO.shop1}`, { state: 'error' })).toBe('403 SERVER_FORBIDDEN');
  expect(await getRejection('PUT', '/sandbox')).toBe('405 METHOD_NOT_ALLOWED');
});

test('the control routes keep web pages out', async () => {
  const { call } = createSandboxClient();
  const fetchStatus = async (headers: Record<string, string>) =>
    (await call('GET', '/sandbox', undefined, headers)).status;
  expect(await fetchStatus({ origin: 'http://localhost' })).toBe(403);
  expect(await fetchStatus({ host: 'attacker.example' })).toBe(403);
  expect(await fetchStatus({ host: '127.0.0.1.attacker.example' })).toBe(403);
  expect(await fetchStatus({ host: '127.0.0.1:8080' })).toBe(200);
  expect(await fetchStatus({ host: '[::1]:8080' })).toBe(200);
});
