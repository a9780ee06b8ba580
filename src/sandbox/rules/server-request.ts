/** Reads the attributes of a server in a request that creates or modifies it. */

import { CUSTOM_PLAN, PLANS } from '../plans.ts';
import { DEFAULT_SETTINGS } from '../server-defaults.ts';
import type { Server, ServerSettings } from '../state.ts';
import { DEFAULT_PLAN } from '../undocumented-behaviour.ts';
import { rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readChoice, readText, readWholeNumber } from './body.ts';
import { isHostname } from './syntax.ts';

/** Reads a hostname. Unlike a PTR record, a hostname may be a single label such as `web-1`. */
export function readHostname(fields: BodyFields): string | undefined {
  const hostname = readText(fields, 'hostname');
  if (hostname === undefined || isHostname(hostname) || isHostname(`${hostname}.example`)) return hostname;
  return rejectInvalidAttribute('hostname');
}

const TEXT_SETTINGS = [
  'boot_order',
  'nic_model',
  'remote_access_password',
  'remote_access_type',
  'simple_backup',
  'timezone',
  'video_model',
] as const;
const YES_NO_SETTINGS = ['metadata', 'remote_access_enabled'] as const;

/** Reads the settings that the request contains. */
export function readServerSettings(fields: BodyFields): Partial<ServerSettings> {
  const named = (name: keyof ServerSettings) => fields[name] !== undefined;
  const texts = TEXT_SETTINGS.filter(named).map((name) => [name, readText(fields, name) || DEFAULT_SETTINGS[name]]);
  const switches = YES_NO_SETTINGS.filter(named).map((name) => [name, readChoice(fields, name, ['yes', 'no'])]);
  const firewall = readChoice(fields, 'firewall', ['on', 'off']);
  return { ...Object.fromEntries([...texts, ...switches]), ...(firewall && { firewall }) };
}

type ServerSize = Pick<Server, 'plan' | 'core_number' | 'memory_amount'>;

/** Reads the size of a new server: a plan by name, or cores and memory for a custom plan. */
export function readServerSize(fields: BodyFields): ServerSize {
  const cores = readWholeNumber(fields, 'core_number');
  const memory = readWholeNumber(fields, 'memory_amount');
  const isCustom = cores !== undefined || memory !== undefined;
  const plan = readText(fields, 'plan') || (isCustom ? CUSTOM_PLAN : DEFAULT_PLAN);
  if (plan !== CUSTOM_PLAN) return getPlanSize(plan);
  return {
    plan,
    core_number: String(cores ?? rejectMissingAttribute('core_number')),
    memory_amount: String(memory ?? rejectMissingAttribute('memory_amount')),
  };
}

function getPlanSize(name: string): ServerSize {
  const plan = PLANS.find((it) => it.name === name) ?? rejectInvalidAttribute('plan');
  return { plan: name, core_number: String(plan.core_number), memory_amount: String(plan.memory_amount) };
}

/** Reads the new size of an existing server. Absent attributes stay unchanged. */
export function readChangedServerSize(fields: BodyFields, before: ServerSize): ServerSize {
  const named = readText(fields, 'plan');
  if (named && named !== CUSTOM_PLAN && named !== before.plan) return getPlanSize(named);
  const core_number = String(readWholeNumber(fields, 'core_number') ?? before.core_number);
  const memory_amount = String(readWholeNumber(fields, 'memory_amount') ?? before.memory_amount);
  const isSame = core_number === before.core_number && memory_amount === before.memory_amount;
  return { plan: isSame ? (named ?? before.plan) : CUSTOM_PLAN, core_number, memory_amount };
}
