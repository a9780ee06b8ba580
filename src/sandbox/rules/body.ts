/** Reads the attributes of request bodies; a rejection names the attribute (R-ASG-10). */
import { errorCodes } from '../readings.ts';
import type { Label } from '../state.ts';
import { invalid, missing, reject } from './api-error.ts';
import { familyOf, parseMac } from './syntax.ts';

export type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the body as an object, without checking its members. */
export function bodyObject(body: unknown): Fields {
  if (isObject(body)) return body;
  return reject(400, errorCodes.malformedBody, 'The request body is not a JSON object.');
}

/** `{"ip_address": {…}}` → `{…}`. */
export function wrapped(body: unknown, name: string): Fields {
  const outer = bodyObject(body);
  onlyKnown(outer, [name]);
  const inner = outer[name];
  if (inner === undefined) missing(name);
  return isObject(inner) ? inner : invalid(name);
}

export function onlyKnown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const why = `The request body contains an unknown attribute ${unknown}.`;
  reject(400, errorCodes.unknownAttribute, why, [{ name: unknown, reason: why }]);
}

/** Reads an attribute with a fixed set of values. */
export function choice<const T extends string>(fields: Fields, name: string, values: readonly T[]): T | undefined {
  const given = fields[name];
  if (given === undefined) return undefined;
  return values.find((value) => value === given) ?? invalid(name);
}

export function text(fields: Fields, name: string): string | undefined {
  const given = fields[name];
  return given === undefined || typeof given === 'string' ? given : invalid(name);
}

/** Reads a string; `null` counts as absent. */
export function optionalText(fields: Fields, name: string): string | undefined {
  return fields[name] === null ? undefined : text(fields, name);
}

/** Reads a whole number, given as a number or a string: clients send both. */
export function wholeNumber(fields: Fields, name: string): number | undefined {
  const given = fields[name];
  if (given === undefined) return undefined;
  const isWhole = typeof given === 'number' ? Number.isSafeInteger(given) : /^\d{1,9}$/.test(String(given));
  return isWhole && Number(given) >= 0 ? Number(given) : invalid(name);
}

/** Reads labels: `{"label": [{"key", "value"}]}` for servers, or a plain list for disks. */
export function labelsField(fields: Fields): readonly Label[] | undefined {
  const given = fields.labels;
  if (given === undefined || given === null) return undefined;
  const list = Array.isArray(given) ? objects(fields, 'labels') : objects(object(fields, 'labels') ?? {}, 'label');
  return (list ?? []).map((it) => ({ key: text(it, 'key') ?? missing('key'), value: text(it, 'value') ?? '' }));
}

/** Reads an optional member that is an object. */
export function object(fields: Fields, name: string): Fields | undefined {
  const given = fields[name];
  return given === undefined || isObject(given) ? given : invalid(name);
}

/** Reads an optional member that is a list of objects. */
export function objects(fields: Fields, name: string): readonly Fields[] | undefined {
  const given = fields[name];
  if (given === undefined) return undefined;
  return Array.isArray(given) && given.every(isObject) ? given : invalid(name);
}

/** Reads a MAC address in lower case; returns `null` for null or "", `undefined` if the attribute is absent. */
export function macField(fields: Fields): string | null | undefined {
  const given = fields.mac;
  if (given === undefined) return undefined;
  if (given === null || given === '') return null;
  return (typeof given === 'string' ? parseMac(given) : undefined) ?? invalid('mac');
}

export function ipv4Field(fields: Fields, name: string): string | undefined {
  const given = text(fields, name);
  return given === undefined || familyOf(given) === 'IPv4' ? given : invalid(name);
}
