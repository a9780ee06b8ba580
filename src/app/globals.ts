import type { Env } from '../core/environment.ts';
import { UsageError } from '../core/errors.ts';
import { findIgnoringCase } from '../core/find-ignoring-case.ts';
import { createCommandFormatter } from '../core/hint.ts';
import { type Format, formats, type OutputSettings } from '../output/render.ts';
import type { ColorMode } from '../output/style.ts';

/** The global options as parsed by commander. */
export interface GlobalOptions {
  readonly output?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly columns?: string;
  readonly sort?: string;
  readonly headers: boolean;
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly apiUrl?: string;
  readonly caFile?: string;
  /** In seconds. */
  readonly timeout: number;
  readonly color: ColorMode;
  readonly debug?: boolean;
  readonly yes?: boolean;
}

/**
 * Returns the output settings from the options, the environment (`UPC_OUTPUT`) and the profile.
 * @param preferred returns the format of the profile. It reads the configuration file, so it is called only if nothing else
 *   determines the format
 * @throws UsageError for an unknown format
 */
export function resolveOutputSettings(
  globals: GlobalOptions,
  env: Env,
  preferred: () => Format | undefined,
): OutputSettings {
  return {
    format: resolveOutputFormat(globals, env, preferred),
    quiet: globals.quiet === true,
    columns: globals.columns,
    sort: globals.sort,
    headers: globals.headers,
    color: globals.color,
    debug: globals.debug === true,
    upc: createCommandFormatter(formatAccountOptions(globals)),
  };
}

/** Returns the options of the command line that choose the account, for commands in hints. */
function formatAccountOptions({ sandbox, profile, apiUrl }: GlobalOptions): string {
  if (sandbox) return '--sandbox';
  const options = [
    profile !== undefined && /^[\w-]+$/.test(profile) && `--profile ${profile}`,
    apiUrl !== undefined && /^[\w.:/-]+$/.test(apiUrl) && `--api-url ${apiUrl}`,
  ];
  return options.filter((option) => typeof option === 'string').join(' ');
}

function resolveOutputFormat(
  { json, output, quiet }: GlobalOptions,
  env: Env,
  preferred: () => Format | undefined,
): Format {
  if (json && output !== undefined && output !== 'json') {
    throw new UsageError(`--json and -o ${output} cannot be combined.`, 'Leave out one of them.');
  }
  const formatOption = json ? '--json' : output !== undefined && output !== 'table' ? `-o ${output}` : undefined;
  if (quiet && formatOption !== undefined) {
    throw new UsageError(
      `-q and ${formatOption} cannot be combined.`,
      'Leave out one of them: -q prints plain addresses.',
    );
  }
  if (json) return 'json';
  const requested = output ?? (env.UPC_OUTPUT || preferred() || 'table');
  const format = findIgnoringCase(formats, requested);
  if (format) return format;
  throw new UsageError(
    `Unknown output format '${requested}'${output === undefined ? ' in UPC_OUTPUT' : ''}.`,
    requested === 'sarif'
      ? (upc) => `Only the audit supports SARIF: ${upc('ip audit -o sarif')}`
      : `Known formats: ${formats.join(', ')}`,
  );
}
