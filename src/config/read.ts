import { type Config, decodeConfig, emptyConfig, parseConfigJson } from './config-schema.ts';
import { type PrivateReadOptions, readPrivateFile } from './private-file.ts';

/**
 * Reads the configuration; a missing file is an empty configuration. Creates nothing.
 * @throws ConfigError
 */
export function readConfig(
  file: string,
  options?: PrivateReadOptions,
): { readonly config: Config; readonly notices: readonly string[] } {
  const { content, notices } = readPrivateFile(file, options);
  return { config: content ? decodeConfig(file, parseConfigJson(file, content)) : emptyConfig, notices };
}
