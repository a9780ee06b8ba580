import type { Session, SessionInputs } from './session.ts';

/** One source of credentials, and whether it is used. */
export interface CredentialSourceState {
  readonly source: string;
  readonly state: 'used' | 'not set' | 'overridden' | 'not read';
}

/**
 * Lists all sources of credentials in the order of their precedence. The configuration is not read if the environment or the
 * sandbox already provides the credentials (T-10).
 */
export function listCredentialSources(from: SessionInputs, session: Session): CredentialSourceState[] {
  const { globals, env } = from;
  const createEnvironmentState = (source: string, set: boolean): CredentialSourceState => {
    const used = session.source === `environment (${source})`;
    return { source, state: used ? 'used' : set ? 'overridden' : 'not set' };
  };
  const environment = [
    createEnvironmentState('UPCLOUD_TOKEN', Boolean(env.UPCLOUD_TOKEN)),
    createEnvironmentState('UPCLOUD_USERNAME, UPCLOUD_PASSWORD', Boolean(env.UPCLOUD_USERNAME || env.UPCLOUD_PASSWORD)),
  ];
  const sandbox: CredentialSourceState[] = globals.sandbox ? [{ source: '--sandbox', state: 'used' }] : [];
  const profile: CredentialSourceState = {
    source: describeProfileSource(from, session),
    state: session.profile ? 'used' : 'not read',
  };
  return globals.profile === undefined ? [...sandbox, ...environment, profile] : [...sandbox, profile, ...environment];
}

function describeProfileSource(from: SessionInputs, { profile }: Session): string {
  const { globals, env } = from;
  if (profile !== undefined) return `${describeProfileNameSource(from)} '${profile}'`;
  if (globals.profile !== undefined) return `--profile '${globals.profile}'`;
  return env.UPC_PROFILE ? `UPC_PROFILE '${env.UPC_PROFILE}'` : 'profile in use';
}

function describeProfileNameSource({ globals, env }: SessionInputs): string {
  if (globals.profile !== undefined) return '--profile';
  return env.UPC_PROFILE ? 'UPC_PROFILE' : 'profile in use';
}
