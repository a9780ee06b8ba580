import { type Sandbox, type ServingOptions, serveApp } from './http.ts';
import { createSandboxApp } from './routes.ts';
import type { Store } from './state.ts';

export interface SandboxOptions extends ServingOptions {
  readonly store: Store;
}

/** Serves the sandbox with the store's state on the loopback interface. */
export function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  return serveApp(createSandboxApp(options.store, options.env), options);
}
