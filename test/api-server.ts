import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Instead of a body: what is sent as it stands. */
  readonly text?: string;
}

/** What to answer by `METHOD path`, below `/1.3`, one after the other, the last one for ever; 404 for everything else. */
export type Answers = Readonly<Record<string, Answer | readonly [Answer, ...Answer[]]>>;

export interface ApiServer {
  /** Signs in to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The requests so far that change something, as `METHOD path`. */
  readonly changes: readonly string[];
}

/** A server that says what it is told to: answers that no sandbox gives, and others' doings between two of them. */
export async function apiServer(answers: Answers): Promise<ApiServer> {
  const changes: string[] = [];
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const key = `${request.method} ${(request.url ?? '').replace(/^\/1\.3/, '')}`;
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    if (request.method !== 'GET') changes.push(key);
    const expectedMessage = [answers[key] ?? { status: 404, body: {} }].flat();
    const {
      status = 200,
      body,
      text = JSON.stringify(body),
    } = expectedMessage[Math.min(times, expectedMessage.length - 1)] as Answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { env: { UPCLOUD_TOKEN: 'ucat_test', UPCLOUD_DEBUG_API_BASE_URL: `http://127.0.0.1:${port}` }, changes };
}
