import { readPrivate } from './private-file.ts';
import { type Config, decodeConfig, emptyConfig, parseConfig } from './shape.ts';

/**
 * The configuration; empty where there is none. Reading creates nothing.
 * @throws ConfigError
 */
export function readConfig(file: string): { readonly config: Config; readonly notices: readonly string[] } {
  const { content, notices } = readPrivate(file);
  return { config: content ? decodeConfig(file, parseConfig(file, content)) : emptyConfig, notices };
}
