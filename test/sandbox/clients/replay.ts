/**
 * Helpers for tests that send the same requests as another API client, such as Terraform. Each response must have the
 * status that the other client expects.
 */
import { expect } from 'vitest';
import { createSandboxClient, type Json, type SandboxClient } from '../rules/call.ts';

export type ReplayStep = (method: string, path: string, status: number, body?: unknown) => Promise<Json>;

export interface Replay extends SandboxClient {
  /** Sends a request below `/1.3` and asserts that its response has this status. Returns the object in the response. */
  readonly step: ReplayStep;
  /** Fetches the server again and again until it has this state, as API clients do. */
  readonly until: (server: unknown, state: string) => Promise<Json>;
}

/** Creates a sandbox in which a server takes ten seconds to start or to stop. */
export function createReplay(): Replay {
  const client = createSandboxClient('demo', 'ucat_sandbox', 10);
  const sendAndAssertStatus: ReplayStep = async (method, path, status, body) => {
    const { status: given, inner, text } = await client.call(method, `/1.3${path}`, body);
    expect({ method, path, status: given, text: given === status ? '' : text }).toEqual({
      method,
      path,
      status,
      text: '',
    });
    return inner;
  };
  const waitForServerState: Replay['until'] = async (server, state) => {
    for (let tries = 0; tries < 5; tries += 1) {
      const found = await sendAndAssertStatus('GET', `/server/${server}`, 200);
      if (found.state === state) return found;
      client.advanceSeconds(5);
    }
    throw new Error(`server ${server} never is ${state}`);
  };
  return { ...client, step: sendAndAssertStatus, until: waitForServerState };
}

interface InterfacePort {
  readonly index: number;
  readonly type: string;
  readonly mac: string;
  readonly ip_addresses: { readonly ip_address: readonly { readonly address: string; readonly family: string }[] };
}

export function listInterfaces(server: Json): readonly InterfacePort[] {
  return (server.networking as { interfaces: { interface: InterfacePort[] } }).interfaces.interface;
}

/** Returns the MAC address of a server's public IPv4 interface. */
export function findPublicMac(server: Json): string {
  const found = listInterfaces(server).find(
    (it) => it.type === 'public' && it.ip_addresses.ip_address[0]?.family === 'IPv4',
  );
  return found?.mac ?? '';
}

export const TEMPLATE = '01000000-0000-4000-8000-000020070100';
