/** What every exit code means; README and the manual page tell the same. */
export const exitCodes: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'done; also nothing to do, already in the wanted state, empty list'],
  ['1', 'the API refused, or an unexpected error'],
  ['2', 'wrong usage, or refused here: nothing was sent that changes anything'],
  ['3', 'configuration unreadable or unusable'],
  ['4', 'not signed in, or credentials or permission refused'],
  ['5', 'not found'],
  ['6', 'some items of several failed; where all failed for one reason, its code'],
  ['7', 'unreachable, timed out or rate-limited, and certainly nothing was changed'],
  ['8', 'conflict with the present state'],
  ['9', 'sent, outcome unknown or not seen yet: the message says what to check and whether repeating is safe'],
  ['10', 'differences or findings, where --exit-code or --fail-on asked for that'],
  ['130', 'interrupted (Ctrl-C), and no outcome is unknown'],
  ['143', 'terminated (SIGTERM or SIGHUP), and no outcome is unknown'],
];

/** The environment variables that the program reads. */
export const environment: readonly (readonly [name: string, meaning: string])[] = [
  ['UPCLOUD_TOKEN', 'API token; wins over user name and password'],
  ['UPCLOUD_USERNAME, UPCLOUD_PASSWORD', 'user name and password of the API, both or neither'],
  ['UPCLOUD_DEBUG_API_BASE_URL', 'scheme and host of the API, as --api-url'],
  ['UPC_PROFILE', 'the profile to work with, as --profile'],
  ['UPC_SELF', 'the server that this machine is, where a command says self'],
  ['UPC_OUTPUT', 'the output format, as --output'],
  ['UPC_CONFIG_DIR', 'the folder of the configuration'],
  ['UPC_SANDBOX_DIR', "the folder of the sandbox's state"],
  ['XDG_CONFIG_HOME, XDG_DATA_HOME', 'where configuration and sandbox have their folders'],
  [
    'HTTPS_PROXY, ALL_PROXY, NO_PROXY',
    'the HTTP proxy for https; hosts, domains, addresses and CIDR ranges without one',
  ],
  ['NODE_EXTRA_CA_CERTS', 'a PEM file of more certificate authorities, as --ca-file'],
  ['NODE_USE_SYSTEM_CA', 'with 1, trust the authorities of the system, too (Node 22.19, 24.6 or later)'],
  ['NO_COLOR, FORCE_COLOR', 'no colour at all; colour even in a pipe'],
  ['TERM', 'with "dumb" neither colour nor cursor movements are used'],
  ['CI', 'when set, nothing is asked and no progress is shown'],
];

const address = `{
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

/** The JSON types with a sample each. */
export const jsonTypes: readonly { readonly name: string; readonly about: string; readonly sample: string }[] = [
  {
    name: 'address',
    about:
      "The API's own object. Every key is always there; server, mac and release_policy may be null. Lists are arrays of it.",
    sample: address,
  },
  {
    name: 'outcome',
    about:
      'One item of many, in the order of the arguments. outcome is ok, failed, unknown or skipped; changed is null where it is unknown.',
    sample: `{
  "address": "192.0.2.60",
  "outcome": "failed",
  "changed": false,
  "error": { "code": "IP_ADDRESS_NOT_FOUND", "message": "There is no such address." }
}`,
  },
  {
    name: 'request of a dry run',
    about: 'With --dry-run, instead of the result: an array of what would be sent. body is null where there is none.',
    sample: `{
  "method": "PATCH",
  "path": "/1.3/ip_address/192.0.2.50",
  "body": { "ip_address": { "mac": "da:45:c4:5c:7a:02" } }
}`,
  },
  {
    name: 'zone of a tree',
    about: 'upc ip tree: an array of zones. index, type, title, hostname and state are null where they are not known.',
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
    about: 'With -o json or ndjson, on stderr; stdout stays empty. status and hint only where there are any.',
    sample: `{
  "error": {
    "code": "IP_ADDRESS_NOT_FOUND",
    "message": "There is no such address.",
    "status": 404,
    "hint": "See what is there: upc ip list",
    "exit_code": 5
  }
}`,
  },
];

const pairs = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([term]) => term.length));
  const inline = width <= 8;
  return rows
    .map(([term, meaning]) => (inline ? `  ${term.padEnd(width)}  ${meaning}\n` : `  ${term}\n      ${meaning}\n`))
    .join('');
};

/** What `upc help <topic>` prints, by topic. */
export const topics: Readonly<Record<string, () => string>> = {
  'exit-codes': () => `Exit codes are a contract: scripts may branch on them.\n\n${pairs(exitCodes)}`,
  environment:
    () => `Environment variables; an option wins over its variable. UPCLOUD_…, UPC_PROFILE, UPC_CONFIG_DIR and UPC_SANDBOX_DIR choose
the account or the target: one that is used and set but empty is an error (exit 3).\n\n${pairs(environment)}`,
  json: () =>
    `The types of -o json. Each command has one, whatever the count. What UpCloud says is "yes" or "no", as in its API;
what upc adds is true or false.\n\n${jsonTypes
      .map(({ name, about, sample }) => `${name}\n  ${about}\n\n${sample.replace(/^/gm, '  ')}\n`)
      .join('\n')}`,
};
