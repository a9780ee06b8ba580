import * as v from 'valibot';
import { UnexpectedResponseError } from '../core/errors.ts';
import { isAddress } from '../domain/address.ts';

/** Validates a response body and converts it to a type of the model. */
export type Schema<T> = v.GenericSchema<unknown, T>;

const yesNo = v.picklist(['yes', 'no']);
/** An IP address. Output and requests keep the spelling of the service. Comparisons are by value (R-MOD-6). */
const ipAddress = v.pipe(v.string(), v.check(isAddress, 'is not an IP address'));
const text = v.string();
/** A reference that may be missing, null or empty: all three mean that there is none. */
const reference = v.pipe(
  v.nullish(text, null),
  v.transform((value) => value || null),
);

/** One address. Optional fields may be missing or null (R-GET-4), and unknown fields are accepted. */
export const addressSchema = v.looseObject({
  // Any value is accepted and shown unchanged, because the API may add new values.
  access: text,
  address: ipAddress,
  family: v.picklist(['IPv4', 'IPv6']),
  part_of_plan: v.nullish(yesNo, 'no'),
  ptr_record: v.nullish(text, ''),
  server: reference,
  mac: reference,
  floating: v.nullish(yesNo, 'no'),
  release_policy: v.nullish(text, null),
  is_delegated: v.nullish(yesNo, 'no'),
  zone: text,
});

export const addressResponse = v.object({ ip_address: addressSchema });
export const addressListResponse = v.object({ ip_addresses: v.object({ ip_address: v.array(addressSchema) }) });

/** One address like {@link addressSchema}, but a missing `floating` becomes null instead of `no`. */
const listedAddressSchema = v.looseObject({ ...addressSchema.entries, floating: v.nullish(yesNo, null) });
export const listedAddressesResponse = v.object({
  ip_addresses: v.object({ ip_address: v.array(listedAddressSchema) }),
});

const serverSummary = v.looseObject({
  uuid: text,
  title: v.nullish(text, ''),
  hostname: v.nullish(text, ''),
  zone: text,
  state: text,
});

const networkInterface = v.looseObject({
  index: v.number(),
  type: text,
  mac: text,
  network: v.nullish(text, ''),
  ip_addresses: v.object({
    ip_address: v.array(v.looseObject({ address: ipAddress, family: text, floating: v.nullish(yesNo, 'no') })),
  }),
});

const serverDetails = v.looseObject({
  ...serverSummary.entries,
  networking: v.looseObject({ interfaces: v.object({ interface: v.array(networkInterface) }) }),
});

export const serverListResponse = v.object({ servers: v.object({ server: v.array(serverSummary) }) });
export const serverResponse = v.object({ server: serverDetails });

export const zoneListResponse = v.object({
  zones: v.object({ zone: v.array(v.looseObject({ id: text, description: v.nullish(text, '') })) }),
});

export const accountResponse = v.object({
  account: v.looseObject({
    username: text,
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
export const accountDetailsResponse = v.object({
  account: v.object({
    currency: v.pipe(
      text,
      v.check((code) => /^[A-Z]{3}$/.test(code), 'is not a currency'),
    ),
  }),
});

export const priceListResponse = v.object({
  prices: v.object({
    zone: v.array(
      v.looseObject({ name: text, ipv4_address: v.optional(v.object({ amount: v.number(), price: v.number() })) }),
    ),
  }),
});

export const delegationResponse = v.looseObject({ address: text, network_name: v.nullish(text, '') });

export const loadBalancerResponse = v.looseObject({
  uuid: text,
  name: text,
  zone: v.nullish(text, ''),
  networks: v.nullish(
    v.array(v.looseObject({ name: text, type: v.nullish(text, ''), family: v.nullish(text, '') })),
    [],
  ),
  ip_addresses: v.nullish(v.array(delegationResponse), []),
});
export const loadBalancerListResponse = v.array(loadBalancerResponse);

/**
 * Validates a body and returns it as a type of the model (T-12).
 * @throws UnexpectedResponseError that names the first missing or wrong field
 */
export function parseBody<T>(schema: Schema<T>, body: unknown): T {
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
