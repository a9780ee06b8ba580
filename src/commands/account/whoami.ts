import { getAccount, getCurrency } from '../../api/account.ts';
import { listAddresses } from '../../api/addresses.ts';
import type { Api } from '../../api/transport.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { createFallbackHandler } from '../../app/lookup.ts';
import { type CredentialSourceState, listCredentialSources } from '../../config/credential-sources.ts';
import type { Session } from '../../config/session.ts';
import type { UpcError } from '../../core/errors.ts';
import type { Account, Address } from '../../domain/model.ts';
import { formatCredits } from '../../domain/money.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import type { Card } from '../../output/card.ts';

export default defineCommand<[], { verbose?: boolean }>({
  summary: 'Show the user, the credits and limits of the account, and the source of the credentials',
  options: [{ flags: '--verbose', description: 'also show every possible source of credentials' }],
  examples: ['upc whoami --sandbox', 'upc whoami --sandbox --verbose', 'upc whoami --sandbox --json'],
  json: 'an object: username, credits (cents of the currency), currency (or null), limits ({used, limit} for each), credentials, profile, api_url, sources',
  exits: [...readOnlyCommandExitCodes, [3, 'the configuration cannot be read']],
  run: (context, _args, options) => runWhoami(context, options),
});

async function runWhoami(context: Context, { verbose }: { verbose?: boolean }): Promise<void> {
  const session = await context.session();
  const api = await context.api();
  const [account, addresses] = await Promise.all([fetchAccountWithCurrency(context, api), listAddresses(api)]);
  await context.out.card(
    createAccountCard(account, addresses, session, listCredentialSources(context, session), verbose === true),
  );
}

interface AccountWithCurrency extends Account {
  /** Null if the currency could not be fetched. */
  readonly currency: string | null;
}

/** Fetches the account. A missing currency is only a warning: subaccounts may lack permission to read it. */
async function fetchAccountWithCurrency({ out }: Context, api: Api): Promise<AccountWithCurrency> {
  const account = await getAccount(api);
  if (out.settings.quiet) return { ...account, currency: null };
  const warn = ({ message }: UpcError) => out.warn(`The currency of the account could not be fetched: ${message}`);
  const currency = await getCurrency(api, account.username).catch(createFallbackHandler(null, warn));
  return { ...account, currency };
}

type UsedLimits = Readonly<Record<LimitName, { readonly used: number; readonly limit: number | null }>>;
type LimitName = 'detached_floating_ips' | 'public_ipv4' | 'public_ipv6';

function createUsedLimits({ resource_limits }: Account, addresses: readonly Address[]): UsedLimits {
  const open = addresses.filter(({ access }) => access === 'public');
  const createUsedLimit = (name: LimitName, counts: (ip: Address) => boolean) => ({
    used: open.filter(counts).length,
    limit: resource_limits?.[name] ?? null,
  });
  return {
    detached_floating_ips: createUsedLimit(
      'detached_floating_ips',
      (ip) => ip.floating === 'yes' && ip.mac === null && ip.server === null && ip.is_delegated === 'no',
    ),
    public_ipv4: createUsedLimit('public_ipv4', ({ family }) => family === 'IPv4'),
    public_ipv6: createUsedLimit('public_ipv6', ({ family }) => family === 'IPv6'),
  };
}

function createAccountCard(
  account: AccountWithCurrency,
  addresses: readonly Address[],
  { origin, source, profile }: Session,
  sources: readonly CredentialSourceState[],
  verbose: boolean,
): Card {
  const limits = createUsedLimits(account, addresses);
  const formatUsedLimit = (name: LimitName) => `${limits[name].used} of ${limits[name].limit ?? 'unknown'}`;
  return {
    json: {
      username: account.username,
      credits: account.credits,
      currency: account.currency,
      limits,
      credentials: source,
      profile: profile ?? null,
      api_url: origin,
      sources,
    },
    quiet: account.username,
    lines: [
      ['User', account.username],
      ['Credits', formatCredits(account.credits, account.currency)],
      ['Detached floating IPs', formatUsedLimit('detached_floating_ips')],
      ['Public IPv4', formatUsedLimit('public_ipv4')],
      ['Public IPv6', formatUsedLimit('public_ipv6')],
      ['Credentials', source],
      ['API', origin],
      ...(verbose ? sources.map((it) => [it.source, it.state] as const) : []),
    ],
  };
}
