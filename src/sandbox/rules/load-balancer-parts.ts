/**
 * Reads the backends, frontends and resolvers of a load balancer, and adds default values. These parts have no effect in
 * the sandbox.
 */
import { rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readObject, readObjects, readText } from './body.ts';

interface Timestamps {
  readonly created_at: string;
  readonly updated_at: string;
}

const BACKEND_PROPERTIES = {
  health_check_expected_status: 200,
  health_check_fall: 3,
  health_check_interval: 10,
  health_check_on_down: 'none',
  health_check_rise: 3,
  health_check_tls_verify: true,
  health_check_type: 'tcp',
  health_check_url: '/',
  http2_enabled: false,
  outbound_proxy_protocol: '',
  sticky_session_cookie_attributes: null,
  sticky_session_cookie_name: '',
  timeout_server: 10,
  timeout_tunnel: 3600,
  tls_enabled: false,
  tls_use_system_ca: false,
  tls_verify: true,
} as const;

const FRONTEND_PROPERTIES = { http2_enabled: false, inbound_proxy_protocol: false, timeout_client: 10 } as const;

export function readBackends(fields: BodyFields, times: Timestamps): object[] {
  return (readObjects(fields, 'backends') ?? []).map((it) => ({
    ...times,
    members: readObjects(it, 'members') ?? [],
    name: readText(it, 'name') ?? rejectMissingAttribute('name'),
    properties: { ...BACKEND_PROPERTIES, ...readObject(it, 'properties') },
    resolver: readText(it, 'resolver') ?? '',
    tls_configs: [],
  }));
}

export function readFrontends(fields: BodyFields, times: Timestamps): object[] {
  return (readObjects(fields, 'frontends') ?? []).map((it) => ({
    ...times,
    default_backend: readText(it, 'default_backend') ?? rejectMissingAttribute('default_backend'),
    mode: readText(it, 'mode') ?? 'http',
    name: readText(it, 'name') ?? rejectMissingAttribute('name'),
    networks: readObjects(it, 'networks') ?? [],
    port: it.port ?? rejectMissingAttribute('port'),
    properties: { ...FRONTEND_PROPERTIES, ...readObject(it, 'properties') },
    rules: [],
    tls_configs: [],
  }));
}

export function readResolvers(fields: BodyFields, times: Timestamps): object[] {
  return (readObjects(fields, 'resolvers') ?? []).map((it) => ({
    cache_invalid: 10,
    cache_valid: 180,
    nameservers: [],
    retries: 5,
    timeout: 10,
    timeout_retry: 10,
    ...it,
    ...times,
  }));
}
