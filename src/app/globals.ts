import { UsageError } from '../core/errors.ts';
import { createCommandWriter } from '../core/hint.ts';
import { type Format, formats, type OutputSettings } from '../output/render.ts';
import type { ColorMode } from '../output/style.ts';

/** The global options, as commander parsed them. */
export interface Globals {
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
  /** Seconds. */
  readonly timeout: number;
  readonly color: ColorMode;
  readonly debug?: boolean;
  readonly yes?: boolean;
}

/**
 * How to write, by options, environment (`UPC_OUTPUT`) and profile.
 * @param preferred what the profile says; asked only where nothing else decides, for it reads the configuration
 * @throws UsageError for an unknown format
 */
export function outputSettings(
  globals: Globals,
  env: Readonly<Record<string, string | undefined>>,
  preferred: () => Format | undefined,
): OutputSettings {
  return {
    format: outputFormat(globals, env, preferred),
    quiet: globals.quiet === true,
    columns: globals.columns,
    sort: globals.sort,
    headers: globals.headers,
    color: globals.color,
    debug: globals.debug === true,
    upc: createCommandWriter(accountOptions(globals)),
  };
}

/** The options of the command line that say which account is meant, as they are typed again. */
function accountOptions({ sandbox, profile, apiUrl }: Globals): string {
  if (sandbox) return '--sandbox';
  const options = [
    profile !== undefined && /^[\w-]+$/.test(profile) && `--profile ${profile}`,
    apiUrl !== undefined && /^[\w.:/-]+$/.test(apiUrl) && `--api-url ${apiUrl}`,
  ];
  return options.filter((option) => typeof option === 'string').join(' ');
}

function outputFormat(
  { json, output, quiet }: Globals,
  env: Readonly<Record<string, string | undefined>>,
  preferred: () => Format | undefined,
): Format {
  if (json && output !== undefined && output !== 'json') {
    throw new UsageError(`--json and -o ${output} exclude one another.`, 'Leave out one of them.');
  }
  const asked = json ? '--json' : output !== undefined && output !== 'table' ? `-o ${output}` : undefined;
  if (quiet && asked !== undefined) {
    throw new UsageError(`-q and ${asked} exclude one another.`, 'Leave out one of them: -q prints plain addresses.');
  }
  if (json) return 'json';
  const requested = output ?? (env.UPC_OUTPUT || preferred() || 'table');
  const format = formats.find((known) => known === requested);
  if (format) return format;
  throw new UsageError(
    `Unknown output format '${requested}'${output === undefined ? ' in UPC_OUTPUT' : ''}.`,
    requested === 'sarif'
      ? (upc) => `SARIF comes from the audit alone: ${upc('ip audit -o sarif')}`
      : `Known formats: ${formats.join(', ')}`,
  );
}
