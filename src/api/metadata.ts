import { Agent, get } from 'node:http';
import { UUID } from '../domain/uuid.ts';

const METADATA_TIMEOUT_MS = 2_000;
/** The maximum size of the metadata document, in bytes. The document usually has a few thousand bytes. */
const METADATA_MAX_BYTES = 1024 * 1024;

/** The UUID of the server, or the reason why the metadata service did not return it, as the end of a sentence. */
export type InstanceIdResult = { readonly id: string } | { readonly problem: string };

/**
 * Fetches the server's UUID from the metadata service. Uses its own HTTP agent, without a proxy: the service is link-local,
 * so no proxy could reach it.
 */
export function fetchInstanceId(url: string): Promise<InstanceIdResult> {
  return new Promise((resolve) => {
    const fail = (problem: string) => resolve({ problem });
    const signal = AbortSignal.timeout(METADATA_TIMEOUT_MS);
    const onError = (error: Error) =>
      fail(
        signal.aborted
          ? `did not respond within ${METADATA_TIMEOUT_MS / 1_000} s`
          : `could not be reached: ${error.message}`,
      );
    const request = get(url, { agent: new Agent(), signal }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > METADATA_MAX_BYTES) request.destroy();
      });
      response.on('end', () => resolve(parseInstanceId(response.statusCode, text)));
      response.on('error', onError);
      response.on('close', () => fail('closed the connection early'));
    });
    request.on('error', onError);
  });
}

function parseInstanceId(status: number | undefined, text: string): InstanceIdResult {
  if (status !== 200) return { problem: `responded with HTTP ${status}` };
  try {
    const { instance_id: id } = JSON.parse(text) as { instance_id?: unknown };
    const uuid = typeof id === 'string' ? id.toLowerCase() : '';
    if (UUID.test(uuid)) return { id: uuid };
  } catch {
    // The response is not JSON. Handle it like JSON without `instance_id`.
  }
  return { problem: 'returned no instance_id' };
}
