import type { AnyCommand, Group } from '../app/command.ts';

/** Returns a function that loads a command's file. */
const load =
  (file: () => Promise<{ readonly default: AnyCommand }>): (() => Promise<AnyCommand>) =>
  async () =>
    (await file()).default;

const float: Group = {
  summary: 'Floating IPs: create, attach, move between servers, detach, delegate',
  commands: {
    list: load(() => import('../commands/ip/float/list.ts')),
    create: load(() => import('../commands/ip/float/create.ts')),
    attach: load(() => import('../commands/ip/float/attach.ts')),
    move: load(() => import('../commands/ip/float/move.ts')),
    detach: load(() => import('../commands/ip/float/detach.ts')),
    delegate: load(() => import('../commands/ip/float/delegate.ts')),
    undelegate: load(() => import('../commands/ip/float/undelegate.ts')),
    config: load(() => import('../commands/ip/float/config.ts')),
    guard: load(() => import('../commands/ip/float/guard.ts')),
  },
};

const ptr: Group = {
  summary: 'Reverse DNS: set, clear, list, export, plan, apply and check PTR records',
  commands: {
    set: load(() => import('../commands/ip/ptr/set.ts')),
    clear: load(() => import('../commands/ip/ptr/clear.ts')),
    list: load(() => import('../commands/ip/ptr/list.ts')),
    export: load(() => import('../commands/ip/ptr/export.ts')),
    plan: load(() => import('../commands/ip/ptr/plan.ts')),
    apply: load(() => import('../commands/ip/ptr/apply.ts')),
    check: load(() => import('../commands/ip/ptr/check.ts')),
  },
};

const policy: Group = {
  summary: 'Release policy: set whether an address is kept or released when its server or service is deleted',
  commands: {
    set: load(() => import('../commands/ip/policy/set.ts')),
  },
};

const ip: Group = {
  summary: 'IP addresses: list, assign, release, floating IPs, reverse DNS, release policy',
  headings: {
    'Read:': ['list', 'show', 'tree', 'audit', 'diff'],
    'Change:': ['assign', 'release', 'restore', 'float', 'ptr', 'policy'],
  },
  commands: {
    list: load(() => import('../commands/ip/list.ts')),
    show: load(() => import('../commands/ip/show.ts')),
    tree: load(() => import('../commands/ip/tree.ts')),
    audit: load(() => import('../commands/ip/audit.ts')),
    diff: load(() => import('../commands/ip/diff.ts')),
    restore: load(() => import('../commands/ip/restore.ts')),
    assign: load(() => import('../commands/ip/assign.ts')),
    release: load(() => import('../commands/ip/release.ts')),
    float,
    ptr,
    policy,
  },
};

const profile: Group = {
  summary: 'Profiles, one for each account: list, use, remove, change settings',
  commands: {
    list: load(() => import('../commands/account/profile/list.ts')),
    use: load(() => import('../commands/account/profile/use.ts')),
    remove: load(() => import('../commands/account/profile/remove.ts')),
    set: load(() => import('../commands/account/profile/set.ts')),
  },
};

const server: Group = {
  summary: 'Servers: list those that --server, --to and --from accept',
  commands: { list: load(() => import('../commands/server/list.ts')) },
};

const zone: Group = {
  summary: 'Zones: list those that --zone accepts',
  commands: { list: load(() => import('../commands/zone/list.ts')) },
};

const loadBalancer: Group = {
  summary: 'Load balancers: list those that floating IPs can be delegated to',
  commands: { list: load(() => import('../commands/load-balancer/list.ts')) },
};

const sandbox: Group = {
  summary: 'Sandbox, the local simulator of the API: serve, show status, reset, simulate problems',
  commands: {
    serve: load(() => import('../commands/sandbox/serve.ts')),
    status: load(() => import('../commands/sandbox/status.ts')),
    reset: load(() => import('../commands/sandbox/reset.ts')),
    set: {
      summary: 'Simulate a situation: no credits, a server in maintenance, …',
      commands: {
        credits: load(() => import('../commands/sandbox/set/credits.ts')),
        'address-selection': load(() => import('../commands/sandbox/set/address-selection.ts')),
        server: load(() => import('../commands/sandbox/set/server.ts')),
      },
    },
  },
};

/** Every command of the program, in the order of help. */
export const tree: Group = {
  summary: 'Manage UpCloud IP addresses',
  headings: {
    'Addresses:': ['ip'],
    'Names:': ['server', 'zone', 'load-balancer'],
    'Account:': ['login', 'logout', 'whoami', 'profile'],
    'Tools:': ['sandbox', 'completion', 'help'],
  },
  commands: {
    ip,
    server,
    zone,
    'load-balancer': loadBalancer,
    login: load(() => import('../commands/account/login.ts')),
    logout: load(() => import('../commands/account/logout.ts')),
    whoami: load(() => import('../commands/account/whoami.ts')),
    profile,
    sandbox,
    completion: load(() => import('../commands/completion.ts')),
    help: async () => (await import('./help-command.ts')).createHelpCommand(tree),
  },
};
