import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { registerLogin } from './account/login.ts';
import { registerLogout } from './account/logout.ts';
import { registerProfile } from './account/profile.ts';
import { registerWhoami } from './account/whoami.ts';
import { registerCompletion } from './completion.ts';
import { registerAssign } from './ip/assign.ts';
import { registerAudit } from './ip/audit.ts';
import { registerAttach } from './ip/float/attach.ts';
import { registerCreate } from './ip/float/create.ts';
import { registerDetach } from './ip/float/detach.ts';
import { registerGuard } from './ip/float/guard.ts';
import { registerFloatList } from './ip/float/list.ts';
import { registerMove } from './ip/float/move.ts';
import { registerList } from './ip/list.ts';
import { registerPolicySet } from './ip/policy/set.ts';
import { registerPtrApply } from './ip/ptr/apply.ts';
import { registerPtrCheck } from './ip/ptr/check.ts';
import { registerPtrClear } from './ip/ptr/clear.ts';
import { registerPtrExport } from './ip/ptr/export.ts';
import { registerPtrList } from './ip/ptr/list.ts';
import { registerPtrPlan } from './ip/ptr/plan.ts';
import { registerPtrSet } from './ip/ptr/set.ts';
import { registerRelease } from './ip/release.ts';
import { registerShow } from './ip/show.ts';
import { registerTree } from './ip/tree.ts';
import { registerReset } from './sandbox/reset.ts';
import { registerServe } from './sandbox/serve.ts';
import { registerSet } from './sandbox/set.ts';
import { registerStatus } from './sandbox/status.ts';

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
