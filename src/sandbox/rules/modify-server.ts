/** `PUT /server/{uuid}`: changes the attributes of a server. */
import type { Server } from '../state.ts';
import { defineRule } from './api-error.ts';
import { readLabels, readText, unwrapBody } from './body.ts';
import { replaceServer } from './change.ts';
import { findOwnServer } from './find.ts';
import { toServerBody } from './present-server.ts';
import { assertServerState } from './server-lifecycle.ts';
import { readChangedServerSize, readHostname, readServerSettings } from './server-request.ts';

/**
 * Modifies a server. A new size requires a stopped server. An unchanged size is always accepted, because clients send all
 * attributes with each change.
 */
export const modifyServer = defineRule((state, account, { params, body }) => {
  const before = findOwnServer(state, account, params.uuid ?? '');
  const fields = unwrapBody(body, 'server');
  const after: Server = {
    ...before,
    ...readServerSettings(fields),
    ...readChangedServerSize(fields, before),
    title: readText(fields, 'title') || before.title,
    hostname: readHostname(fields) ?? before.hostname,
    labels: readLabels(fields) ?? before.labels,
  };
  if (isResized(before, after)) assertServerState(before, 'stopped');
  const next = replaceServer(state, after);
  return { state: next, response: { status: 202, body: { server: toServerBody(next, after) } } };
});

function isResized(before: Server, after: Server): boolean {
  return (
    before.plan !== after.plan ||
    before.core_number !== after.core_number ||
    before.memory_amount !== after.memory_amount
  );
}
