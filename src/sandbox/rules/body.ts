/** Reads the attributes in request bodies. If an attribute is rejected, the error code contains its name (R-ASG-10). */

import type { Label } from '../state.ts';
import { undocumentedErrorCodes } from '../undocumented-behaviour.ts';
import { reject, rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { detectFamily, parseMac } from './syntax.ts';

export type BodyFields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is BodyFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the body if it is an object. Does not check the members of the object. */
export function readBody(body: unknown): BodyFields {
  if (isObject(body)) return body;
  return reject(400, undocumentedErrorCodes.malformedBody, 'The request body is not a JSON object.');
}

/** Returns the object inside the wrapper of a body: `{…}` from `{"ip_address": {…}}`. */
export function unwrapBody(body: unknown, name: string): BodyFields {
  const outer = readBody(body);
  rejectUnknownAttributes(outer, [name]);
  const inner = outer[name];
  if (inner === undefined) rejectMissingAttribute(name);
  return isObject(inner) ? inner : rejectInvalidAttribute(name);
}

export function rejectUnknownAttributes(fields: BodyFields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const why = `The request body contains an unknown attribute ${unknown}.`;
  reject(400, undocumentedErrorCodes.unknownAttribute, why, [{ name: unknown, reason: why }]);
}

/** Reads an attribute that has a fixed set of values. */
export function readChoice<const T extends string>(
  fields: BodyFields,
  name: string,
  values: readonly T[],
): T | undefined {
  const given = fields[name];
  if (given === undefined) return undefined;
  return values.find((value) => value === given) ?? rejectInvalidAttribute(name);
}

export function readText(fields: BodyFields, name: string): string | undefined {
  const given = fields[name];
  return given === undefined || typeof given === 'string' ? given : rejectInvalidAttribute(name);
}

/** Reads a string. A value of `null` counts as absent. */
export function readOptionalText(fields: BodyFields, name: string): string | undefined {
  return fields[name] === null ? undefined : readText(fields, name);
}

/** Reads a whole number. Accepts a number or a string, because clients send both. */
export function readWholeNumber(fields: BodyFields, name: string): number | undefined {
  const given = fields[name];
  if (given === undefined) return undefined;
  const isWhole = typeof given === 'number' ? Number.isSafeInteger(given) : /^\d{1,9}$/.test(String(given));
  return isWhole && Number(given) >= 0 ? Number(given) : rejectInvalidAttribute(name);
}

/** Reads labels. A server's labels have the form `{"label": [{"key", "value"}]}`; a disk's labels are a plain list. */
export function readLabels(fields: BodyFields): readonly Label[] | undefined {
  const given = fields.labels;
  if (given === undefined || given === null) return undefined;
  const list = Array.isArray(given)
    ? readObjects(fields, 'labels')
    : readObjects(readObject(fields, 'labels') ?? {}, 'label');
  return (list ?? []).map((it) => ({
    key: readText(it, 'key') ?? rejectMissingAttribute('key'),
    value: readText(it, 'value') ?? '',
  }));
}

/** Reads an optional member that is an object. */
export function readObject(fields: BodyFields, name: string): BodyFields | undefined {
  const given = fields[name];
  return given === undefined || isObject(given) ? given : rejectInvalidAttribute(name);
}

/** Reads an optional member that is a list of objects. */
export function readObjects(fields: BodyFields, name: string): readonly BodyFields[] | undefined {
  const given = fields[name];
  if (given === undefined) return undefined;
  return Array.isArray(given) && given.every(isObject) ? given : rejectInvalidAttribute(name);
}

/** Reads a MAC address in lower case. Returns `null` for `null` or "", and `undefined` if the attribute is absent. */
export function readMac(fields: BodyFields): string | null | undefined {
  const given = fields.mac;
  if (given === undefined) return undefined;
  if (given === null || given === '') return null;
  return (typeof given === 'string' ? parseMac(given) : undefined) ?? rejectInvalidAttribute('mac');
}

export function readIPv4(fields: BodyFields, name: string): string | undefined {
  const given = readText(fields, name);
  return given === undefined || detectFamily(given) === 'IPv4' ? given : rejectInvalidAttribute(name);
}
