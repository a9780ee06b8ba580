import type { AnyCommand, CommandGroup } from '../app/command.ts';

/** Returns a function that loads a command's file. */
const commandLoader =
  (file: () => Promise<{ readonly default: AnyCommand }>): (() => Promise<AnyCommand>) =>
  async () =>
    (await file()).default;

const floatGroup: CommandGroup = {
  summary: 'Floating IPs: create, attach, move between servers, detach, delegate',
  commands: {
    list: commandLoader(() => import('../commands/ip/float/list.ts')),
    create: commandLoader(() => import('../commands/ip/float/create.ts')),
    attach: commandLoader(() => import('../commands/ip/float/attach.ts')),
    move: commandLoader(() => import('../commands/ip/float/move.ts')),
    detach: commandLoader(() => import('../commands/ip/float/detach.ts')),
    delegate: commandLoader(() => import('../commands/ip/float/delegate.ts')),
    undelegate: commandLoader(() => import('../commands/ip/float/undelegate.ts')),
    config: commandLoader(() => import('../commands/ip/float/config.ts')),
    guard: commandLoader(() => import('../commands/ip/float/guard.ts')),
  },
};

const ptrGroup: CommandGroup = {
  summary: 'Reverse DNS: set, clear, list, export, plan, apply and check PTR records',
  commands: {
    set: commandLoader(() => import('../commands/ip/ptr/set.ts')),
    clear: commandLoader(() => import('../commands/ip/ptr/clear.ts')),
    list: commandLoader(() => import('../commands/ip/ptr/list.ts')),
    export: commandLoader(() => import('../commands/ip/ptr/export.ts')),
    plan: commandLoader(() => import('../commands/ip/ptr/plan.ts')),
    apply: commandLoader(() => import('../commands/ip/ptr/apply.ts')),
    check: commandLoader(() => import('../commands/ip/ptr/check.ts')),
  },
};

const policyGroup: CommandGroup = {
  summary: 'Release policy: set whether an address is kept or released when its server or service is deleted',
  commands: {
    set: commandLoader(() => import('../commands/ip/policy/set.ts')),
  },
};

const ipGroup: CommandGroup = {
  summary: 'IP addresses: list, assign, release, floating IPs, reverse DNS, release policy',
  headings: {
    'Read:': ['list', 'show', 'tree', 'audit', 'diff'],
    'Change:': ['assign', 'release', 'restore', 'float', 'ptr', 'policy'],
  },
  commands: {
    list: commandLoader(() => import('../commands/ip/list.ts')),
    show: commandLoader(() => import('../commands/ip/show.ts')),
    tree: commandLoader(() => import('../commands/ip/tree.ts')),
    audit: commandLoader(() => import('../commands/ip/audit.ts')),
    diff: commandLoader(() => import('../commands/ip/diff.ts')),
    restore: commandLoader(() => import('../commands/ip/restore.ts')),
    assign: commandLoader(() => import('../commands/ip/assign.ts')),
    release: commandLoader(() => import('../commands/ip/release.ts')),
    float: floatGroup,
    ptr: ptrGroup,
    policy: policyGroup,
  },
};

const profileGroup: CommandGroup = {
  summary: 'Profiles, one for each account: list, use, remove, change settings',
  commands: {
    list: commandLoader(() => import('../commands/account/profile/list.ts')),
    use: commandLoader(() => import('../commands/account/profile/use.ts')),
    remove: commandLoader(() => import('../commands/account/profile/remove.ts')),
    set: commandLoader(() => import('../commands/account/profile/set.ts')),
  },
};

const serverGroup: CommandGroup = {
  summary: 'Servers: list the names that --server, --to and --from accept',
  commands: { list: commandLoader(() => import('../commands/server/list.ts')) },
};

const zoneGroup: CommandGroup = {
  summary: 'Zones: list the names that --zone accepts',
  commands: { list: commandLoader(() => import('../commands/zone/list.ts')) },
};

const loadBalancerGroup: CommandGroup = {
  summary: 'Load balancers: list the names that `upc ip float delegate --to` accepts',
  commands: { list: commandLoader(() => import('../commands/load-balancer/list.ts')) },
};

const sandboxGroup: CommandGroup = {
  summary: 'Sandbox, the local simulator of the API: serve, show status, reset, simulate problems',
  commands: {
    serve: commandLoader(() => import('../commands/sandbox/serve.ts')),
    status: commandLoader(() => import('../commands/sandbox/status.ts')),
    reset: commandLoader(() => import('../commands/sandbox/reset.ts')),
    set: {
      summary: 'Simulate a situation: no credits, a server in maintenance, …',
      commands: {
        credits: commandLoader(() => import('../commands/sandbox/set/credits.ts')),
        'address-selection': commandLoader(() => import('../commands/sandbox/set/address-selection.ts')),
        server: commandLoader(() => import('../commands/sandbox/set/server.ts')),
      },
    },
  },
};

/** Every command of the program, in the order of help. */
export const commandTree: CommandGroup = {
  summary: 'Manage UpCloud IP addresses',
  headings: {
    'Addresses:': ['ip'],
    'Names:': ['server', 'zone', 'load-balancer'],
    'Account:': ['login', 'logout', 'whoami', 'profile'],
    'Tools:': ['sandbox', 'completion', 'help'],
  },
  commands: {
    ip: ipGroup,
    server: serverGroup,
    zone: zoneGroup,
    'load-balancer': loadBalancerGroup,
    login: commandLoader(() => import('../commands/account/login.ts')),
    logout: commandLoader(() => import('../commands/account/logout.ts')),
    whoami: commandLoader(() => import('../commands/account/whoami.ts')),
    profile: profileGroup,
    sandbox: sandboxGroup,
    completion: commandLoader(() => import('../commands/completion.ts')),
    help: async () => (await import('./help-command.ts')).createHelpCommand(commandTree),
  },
};
