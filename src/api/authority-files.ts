import type { SecureContext } from 'node:tls';
import { UsageError } from '../core/errors.ts';
import { codeOf } from '../files/error-code.ts';
import { readRegular, UnusableFileError } from '../files/regular-file.ts';
import { createTrustContext } from './authorities.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** A file of certificates and what names it. */
type NamedFile = readonly [path: string, name: '--ca-file' | 'NODE_EXTRA_CA_CERTS'];

/**
 * Loads whom to trust where `--ca-file` names somebody; undefined for Node's own authorities.
 * @throws UsageError where a file cannot be read or holds no certificate
 */
export async function loadAuthorities(
  caFile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SecureContext | undefined> {
  const extra = env.NODE_EXTRA_CA_CERTS;
  // Node reads the second one by itself, too, and would wait for a FIFO for ever.
  const read = await readAuthorityFiles([
    ...(caFile === undefined ? [] : [[caFile, '--ca-file'] as const]),
    ...(extra ? [[extra, 'NODE_EXTRA_CA_CERTS'] as const] : []),
  ]);
  return caFile === undefined ? undefined : createTrustContext(caFile, env, read);
}

/**
 * Reads the files before anything is made of them: a read that does not end must leave the process free to end (T-20).
 * The user named them, so whose they are does not matter, but any user must not be able to write them (T-19).
 * @returns the text of each of the files, or throws the system's error where it could not be read
 * @throws UsageError for what is no regular file
 */
async function readAuthorityFiles(files: readonly NamedFile[]): Promise<(path: string) => string> {
  const read = new Map(await Promise.all(files.map(async (file) => [file[0], await readOne(file)] as const)));
  return (path) => {
    const text = read.get(path) ?? '';
    if (text instanceof Error) throw text;
    return text;
  };
}

async function readOne([path, name]: NamedFile): Promise<string | Error> {
  try {
    return await readRegular(path, { maxBytes: MAX_BYTES });
  } catch (error) {
    if (error instanceof UnusableFileError) {
      throw new UsageError(`${name}: ${path} ${error.why}.`, 'Name a PEM file that only its owner can write.');
    }
    if (codeOf(error) === '') throw error;
    return error as Error;
  }
}
