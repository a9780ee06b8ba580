/** The meanings of the exit codes. The README and the manual page also show this text. */
export const exitCodes: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'success, even if nothing had to change or a list is empty'],
  ['1', 'the API rejected the request, or an unexpected error occurred'],
  ['2', 'wrong usage, or the change was not confirmed or was rejected locally: no change was sent'],
  ['3', 'the configuration cannot be read or used'],
  ['4', 'not signed in, or the API rejected the credentials or permissions'],
  ['5', 'not found'],
  ['6', 'some of several items failed, or all failed for different reasons'],
  ['7', 'the API was unreachable or limited the request rate, or the command timed out; nothing was changed'],
  ['8', 'the change conflicts with the current state'],
  [
    '9',
    'the change was sent, but its outcome is unknown or not visible yet: the message says whether repeating is safe',
  ],
  [
    '10',
    'a check found differences (--exit-code), findings (--fail-on), unconfirmed DNS (--wait) or a failed primary (guard --once)',
  ],
  ['130', 'interrupted (Ctrl-C); the outcome of each request is known'],
  ['143', 'terminated (SIGTERM or SIGHUP); the outcome of each request is known'],
];

/** The environment variables that the program reads. */
export const environmentVariables: readonly (readonly [name: string, meaning: string])[] = [
  ['UPCLOUD_TOKEN', 'API token; takes precedence over username and password'],
  ['UPCLOUD_USERNAME, UPCLOUD_PASSWORD', 'API username and password; set both or neither'],
  ['UPCLOUD_DEBUG_API_BASE_URL', 'scheme and host of the API, like --api-url'],
  ['UPC_PROFILE', 'profile to use, like --profile'],
  ['UPC_SELF', 'title or UUID of the server that the name self refers to'],
  ['UPC_OUTPUT', 'output format, like --output'],
  ['UPC_CONFIG_DIR', 'folder of the configuration'],
  ['UPC_SANDBOX_DIR', 'folder of the sandbox state'],
  ['XDG_CONFIG_HOME, XDG_DATA_HOME', 'parent folders of the configuration, of the sandbox state and of backups'],
  [
    'HTTPS_PROXY, ALL_PROXY, NO_PROXY',
    'HTTP proxy for https requests; NO_PROXY lists hosts, domains, addresses and CIDR ranges to reach without a proxy',
  ],
  ['NODE_EXTRA_CA_CERTS', 'PEM file with more certificate authorities, like --ca-file'],
  ['NODE_USE_SYSTEM_CA', 'if 1, also trust the certificate authorities of the system (Node 22.19, 24.6 or later)'],
  ['NO_COLOR', 'if not empty, no colour at all'],
  ['FORCE_COLOR', 'colour even in a pipe; no colour with 0 or false'],
  ['TERM', 'if dumb, no colour and no cursor movements'],
  ['CI', 'if set, no questions and no progress display'],
];

const addressSample = `{
  "access": "public",
  "address": "192.0.2.50",
  "family": "IPv4",
  "part_of_plan": "no",
  "ptr_record": "failover.example.com",
  "server": "0078c168-d578-4a64-95cf-07376f1dc524",
  "mac": "da:45:c4:5c:65:6c",
  "floating": "yes",
  "release_policy": "keep",
  "is_delegated": "no",
  "zone": "fi-hel2"
}`;

/** The types of the JSON output, for `upc help json`. Each type has a sample. */
export const jsonTypes: readonly { readonly name: string; readonly about: string; readonly sample: string }[] = [
  {
    name: 'address',
    about:
      'An IP address with the fields of the API. Every key is always present; server, mac and release_policy may be null. A list is an array of addresses.',
    sample: addressSample,
  },
  {
    name: 'outcome',
    about:
      'The result for one of several addresses. The results are in the order of the arguments. outcome is ok, failed, unknown or skipped. changed is null if the outcome is unknown.',
    sample: `{
  "address": "192.0.2.60",
  "outcome": "failed",
  "changed": false,
  "error": { "code": "IP_ADDRESS_NOT_FOUND", "message": "There is no such address." }
}`,
  },
  {
    name: 'request of a dry run',
    about:
      'With --dry-run, a command prints an array of the requests that it would send. body is null if a request has no body.',
    sample: `{
  "method": "PATCH",
  "path": "/1.3/ip_address/192.0.2.50",
  "body": { "ip_address": { "mac": "da:45:c4:5c:7a:02" } }
}`,
  },
  {
    name: 'zone of a tree',
    about: 'upc ip tree: an array of zones. index, type, title, hostname and state are null if unknown.',
    sample: `{
  "zone": "fi-hel2",
  "servers": [
    {
      "uuid": "0078c168-d578-4a64-95cf-07376f1dc524",
      "title": "web-1",
      "hostname": "web-1.example.com",
      "state": "started",
      "interfaces": [
        { "index": 2, "type": "public", "mac": "da:45:c4:5c:65:6c", "addresses": [] }
      ]
    }
  ],
  "detached": [],
  "delegated": []
}`,
  },
  {
    name: 'error',
    about:
      'With -o json or ndjson, an error is printed as this object on stderr, and stdout stays empty. status and hint may be absent.',
    sample: `{
  "error": {
    "code": "IP_ADDRESS_NOT_FOUND",
    "message": "There is no such address.",
    "status": 404,
    "hint": "List your addresses with: upc ip list",
    "exit_code": 5
  }
}`,
  },
];

const formatTwoColumns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([term]) => term.length));
  const inline = width <= 8;
  return rows
    .map(([term, meaning]) => (inline ? `  ${term.padEnd(width)}  ${meaning}\n` : `  ${term}\n      ${meaning}\n`))
    .join('');
};

/** The texts of `upc help <topic>`, by topic. */
export const helpTopics: Readonly<Record<string, () => string>> = {
  'exit-codes':
    () => `Exit codes are a contract: scripts can rely on them. If all of several items fail for the same reason,
the exit code is that of the reason.\n\n${formatTwoColumns(exitCodes)}`,
  environment:
    () => `Environment variables. An option takes precedence over its variable. UPCLOUD_…, UPC_PROFILE, UPC_CONFIG_DIR and
UPC_SANDBOX_DIR choose the account or the target. If a command needs one of them and it is set but empty, the command
fails (exit code 3).\n\n${formatTwoColumns(environmentVariables)}`,
  json: () =>
    `The types of the JSON output. The type that a command prints does not depend on the number of items.
Fields of the API use "yes" and "no"; fields that upc adds use true and false.\n\n${jsonTypes
      .map(({ name, about, sample }) => `${name}\n  ${about}\n\n${sample.replace(/^/gm, '  ')}\n`)
      .join('\n')}`,
};
