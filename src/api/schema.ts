import * as v from 'valibot';
import { UnexpectedResponseError } from '../core/errors.ts';
import { isAddress } from '../domain/address.ts';
import { compileSchema, INVALID } from './compile-schema.ts';

/** Validates a response body and converts it to a type of src/domain/model.ts. */
export type Schema<T> = v.GenericSchema<unknown, T>;

const yesNoSchema = v.picklist(['yes', 'no']);
/** An IP address. Output and requests keep the spelling of the service. Comparisons are by value (R-MOD-6). */
const ipAddressSchema = v.pipe(v.string(), v.check(isAddress, 'is not an IP address'));
const textSchema = v.string();
/** A reference to a server (its UUID) or to an interface (its MAC address). Missing, null and empty mean that there is none. */
const textOrNullSchema = v.pipe(
  v.nullish(textSchema, null),
  v.transform((value) => value || null),
);

/** One address. Optional fields may be missing or null (R-GET-4), and unknown fields are accepted. */
export const addressSchema = v.looseObject({
  // Any value is accepted and shown unchanged, because the API may add new values.
  access: textSchema,
  address: ipAddressSchema,
  family: v.picklist(['IPv4', 'IPv6']),
  part_of_plan: v.nullish(yesNoSchema, 'no'),
  ptr_record: v.nullish(textSchema, ''),
  server: textOrNullSchema,
  mac: textOrNullSchema,
  floating: v.nullish(yesNoSchema, 'no'),
  release_policy: v.nullish(textSchema, null),
  is_delegated: v.nullish(yesNoSchema, 'no'),
  zone: textSchema,
});

export const addressResponseSchema = v.object({ ip_address: addressSchema });
export const addressListResponseSchema = v.object({ ip_addresses: v.object({ ip_address: v.array(addressSchema) }) });

/** One address like {@link addressSchema}, but a missing `floating` becomes null instead of `no`. */
const listedAddressSchema = v.looseObject({ ...addressSchema.entries, floating: v.nullish(yesNoSchema, null) });
export const listedAddressesResponseSchema = v.object({
  ip_addresses: v.object({ ip_address: v.array(listedAddressSchema) }),
});

const serverSummarySchema = v.looseObject({
  uuid: textSchema,
  title: v.nullish(textSchema, ''),
  hostname: v.nullish(textSchema, ''),
  zone: textSchema,
  state: textSchema,
});

const networkInterfaceSchema = v.looseObject({
  index: v.number(),
  type: textSchema,
  mac: textSchema,
  network: v.nullish(textSchema, ''),
  ip_addresses: v.object({
    ip_address: v.array(
      v.looseObject({ address: ipAddressSchema, family: textSchema, floating: v.nullish(yesNoSchema, 'no') }),
    ),
  }),
});

const serverDetailsSchema = v.looseObject({
  ...serverSummarySchema.entries,
  networking: v.looseObject({ interfaces: v.object({ interface: v.array(networkInterfaceSchema) }) }),
});

export const serverListResponseSchema = v.object({ servers: v.object({ server: v.array(serverSummarySchema) }) });
export const serverResponseSchema = v.object({ server: serverDetailsSchema });

export const zoneListResponseSchema = v.object({
  zones: v.object({ zone: v.array(v.looseObject({ id: textSchema, description: v.nullish(textSchema, '') })) }),
});

export const accountResponseSchema = v.object({
  account: v.looseObject({
    username: textSchema,
    credits: v.number(),
    resource_limits: v.nullish(
      v.looseObject({
        detached_floating_ips: v.optional(v.number()),
        public_ipv4: v.optional(v.number()),
        public_ipv6: v.optional(v.number()),
      }),
      {},
    ),
  }),
});

/** The account details, reduced to the field that this program needs. */
export const accountDetailsResponseSchema = v.object({
  account: v.object({
    currency: v.pipe(
      textSchema,
      v.check((code) => /^[A-Z]{3}$/.test(code), 'is not a currency'),
    ),
  }),
});

export const priceListResponseSchema = v.object({
  prices: v.object({
    zone: v.array(
      v.looseObject({
        name: textSchema,
        ipv4_address: v.optional(v.object({ amount: v.number(), price: v.number() })),
      }),
    ),
  }),
});

export const delegationResponseSchema = v.looseObject({ address: textSchema, network_name: v.nullish(textSchema, '') });

export const loadBalancerResponseSchema = v.looseObject({
  uuid: textSchema,
  name: textSchema,
  zone: v.nullish(textSchema, ''),
  networks: v.nullish(
    v.array(v.looseObject({ name: textSchema, type: v.nullish(textSchema, ''), family: v.nullish(textSchema, '') })),
    [],
  ),
  ip_addresses: v.nullish(v.array(delegationResponseSchema), []),
});
export const loadBalancerListResponseSchema = v.array(loadBalancerResponseSchema);

/**
 * Validates a body and returns it as a type of the model (T-12).
 * @throws UnexpectedResponseError that names the first missing or wrong field
 */
export function validateBody<T>(schema: Schema<T>, body: unknown): T {
  const value = compileSchema(schema)(body);
  if (value !== INVALID) return value as T;
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  const what =
    issue.received === 'undefined'
      ? 'is missing'
      : issue.type === 'check'
        ? issue.message
        : 'does not match the documentation of the API';
  throw new UnexpectedResponseError(
    field === null ? 'Unexpected response from the API.' : `Unexpected response from the API: '${field}' ${what}.`,
    { hint: 'upc does not use this response. Run the command again. If the error persists, check status.upcloud.com.' },
  );
}
