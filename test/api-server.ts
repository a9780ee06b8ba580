import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

/** What to answer by `METHOD path`, below `/1.3`; 404 for everything else. */
export type Answers = Readonly<Record<string, { readonly status?: number; readonly body: unknown }>>;

/** A server that says what it is told to: answers that no sandbox gives. The environment signs in to it. */
export async function apiServer(answers: Answers): Promise<{ readonly env: Readonly<Record<string, string>> }> {
  const server = createServer((request, response) => {
    const key = `${request.method} ${(request.url ?? '').replace(/^\/1\.3/, '')}`;
    const { status = 200, body } = answers[key] ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { env: { UPCLOUD_TOKEN: 'ucat_test', UPCLOUD_DEBUG_API_BASE_URL: `http://127.0.0.1:${port}` } };
}
