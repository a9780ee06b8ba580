import type { Command } from 'commander';
import type { Context } from '../app/context.ts';
import { registerLogin } from '../commands/account/login.ts';
import { registerLogout } from '../commands/account/logout.ts';
import { registerProfile } from '../commands/account/profile.ts';
import { registerWhoami } from '../commands/account/whoami.ts';
import { registerCompletion } from '../commands/completion.ts';
import { registerAssign } from '../commands/ip/assign.ts';
import { registerAudit } from '../commands/ip/audit.ts';
import { registerAttach } from '../commands/ip/float/attach.ts';
import { registerCreate } from '../commands/ip/float/create.ts';
import { registerDetach } from '../commands/ip/float/detach.ts';
import { registerGuard } from '../commands/ip/float/guard.ts';
import { registerFloatList } from '../commands/ip/float/list.ts';
import { registerMove } from '../commands/ip/float/move.ts';
import { registerList } from '../commands/ip/list.ts';
import { registerPolicySet } from '../commands/ip/policy/set.ts';
import { registerPtrApply } from '../commands/ip/ptr/apply.ts';
import { registerPtrCheck } from '../commands/ip/ptr/check.ts';
import { registerPtrClear } from '../commands/ip/ptr/clear.ts';
import { registerPtrExport } from '../commands/ip/ptr/export.ts';
import { registerPtrList } from '../commands/ip/ptr/list.ts';
import { registerPtrPlan } from '../commands/ip/ptr/plan.ts';
import { registerPtrSet } from '../commands/ip/ptr/set.ts';
import { registerRelease } from '../commands/ip/release.ts';
import { registerShow } from '../commands/ip/show.ts';
import { registerTree } from '../commands/ip/tree.ts';
import { registerReset } from '../commands/sandbox/reset.ts';
import { registerServe } from '../commands/sandbox/serve.ts';
import { registerSet } from '../commands/sandbox/set.ts';
import { registerStatus } from '../commands/sandbox/status.ts';

/** Puts a command, with whatever is below it, under its parent. */
export type Register = (parent: Command, context: Context) => void;

export interface Group {
  readonly about: string;
  /** Headings in its help, with the names of the commands below each. */
  readonly headings?: Readonly<Record<string, readonly string[]>>;
  readonly commands: Commands;
}

/** By name, in the order of the help. */
export type Commands = Readonly<Record<string, Register | Group>>;

const float: Group = {
  about: 'Floating IPs: create, attach, move between servers, detach',
  commands: {
    list: registerFloatList,
    create: registerCreate,
    attach: registerAttach,
    move: registerMove,
    detach: registerDetach,
    guard: registerGuard,
  },
};

const ptr: Group = {
  about: 'Reverse DNS: PTR records',
  commands: {
    set: registerPtrSet,
    clear: registerPtrClear,
    list: registerPtrList,
    export: registerPtrExport,
    plan: registerPtrPlan,
    apply: registerPtrApply,
    check: registerPtrCheck,
  },
};

const policy: Group = {
  about: 'Release policy: what happens to an address with its server',
  commands: {
    set: registerPolicySet,
  },
};

const ip: Group = {
  about: 'IP addresses: list, assign, release, floating IPs, reverse DNS, release policy',
  headings: {
    'Look:': ['list', 'show', 'tree', 'audit'],
    'Change:': ['assign', 'release', 'float', 'ptr', 'policy'],
  },
  commands: {
    list: registerList,
    show: registerShow,
    tree: registerTree,
    audit: registerAudit,
    assign: registerAssign,
    release: registerRelease,
    float,
    ptr,
    policy,
  },
};

const sandbox: Group = {
  about: 'The local simulator of the API: serve it, look at it, reset it, rehearse with it',
  commands: {
    serve: registerServe,
    status: registerStatus,
    reset: registerReset,
    set: registerSet,
  },
};

/** All commands but `help`, which is about the others. */
export const commands: Commands = {
  ip,
  login: registerLogin,
  logout: registerLogout,
  whoami: registerWhoami,
  profile: registerProfile,
  sandbox,
  completion: registerCompletion,
};
