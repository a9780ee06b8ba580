import type { Env } from '../core/environment.ts';
import { getErrorCode } from '../core/error-code.ts';
import { UsageError } from '../core/errors.ts';
import { readRegularFile, UnusableFileError } from '../files/regular-file.ts';
import { createSecureContextProvider, type SecureContextProvider } from './authorities.ts';

/** The maximum size of a certificate file, in bytes. */
const CERTIFICATES_MAX_BYTES = 16 * 1024 * 1024;

/** A certificate file, and the option or variable that names it. */
type NamedAuthorityFile = readonly [path: string, name: '--ca-file' | 'NODE_EXTRA_CA_CERTS'];

/**
 * Loads the trusted certificate authorities if `--ca-file` is given; returns undefined for Node's default ones (T-11).
 * @throws UsageError if a file cannot be read or contains no certificate
 */
export async function loadCertificateAuthorities(
  caFile: string | undefined,
  env: Env,
): Promise<SecureContextProvider | undefined> {
  const extra = env.NODE_EXTRA_CA_CERTS;
  // Check the file of NODE_EXTRA_CA_CERTS even without --ca-file. Node reads that file later, and would block for ever on a
  // FIFO.
  const read = await createAuthorityFileReader([
    ...(caFile === undefined ? [] : [[caFile, '--ca-file'] as const]),
    ...(extra ? [[extra, 'NODE_EXTRA_CA_CERTS'] as const] : []),
  ]);
  return caFile === undefined ? undefined : createSecureContextProvider(caFile, env, read);
}

/**
 * Reads all files asynchronously, so that a read that never ends cannot block the process (T-20). A file may belong to any
 * user, because the user of upc named it. A file that every user can write is rejected (T-19).
 * @returns a function from path to text, which throws the system's error if the file could not be read
 * @throws UsageError for a file that is not regular, is too large or can be written by every user
 */
async function createAuthorityFileReader(files: readonly NamedAuthorityFile[]): Promise<(path: string) => string> {
  const read = new Map(await Promise.all(files.map(async (file) => [file[0], await readAuthorityFile(file)] as const)));
  return (path) => {
    const text = read.get(path) ?? '';
    if (text instanceof Error) throw text;
    return text;
  };
}

async function readAuthorityFile([path, name]: NamedAuthorityFile): Promise<string | Error> {
  try {
    return await readRegularFile(path, { maxBytes: CERTIFICATES_MAX_BYTES });
  } catch (error) {
    if (error instanceof UnusableFileError) {
      throw new UsageError(`${name}: ${path} ${error.problem}.`, 'Name a PEM file that only its owner can write.');
    }
    if (getErrorCode(error) === '') throw error;
    return error as Error;
  }
}
