import { type Sandbox, type ServingOptions, serveApp } from './http.ts';
import { createSandboxApp } from './routes.ts';
import type { Store } from './state.ts';

export interface SandboxOptions extends ServingOptions {
  readonly store: Store;
}

/** Starts the sandbox on the loopback interface, with the state from the store. */
export function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  return serveApp(createSandboxApp(options.store, options.env), options);
}
