import type { Worktree } from './worktree.ts';

/** The additions of taskdeck's own server to a chat of Coder. All texts are untrusted. */
export interface ChatExtension {
  /** The extensions that its server names: a client uses no others. */
  readonly names: readonly string[];
  /** The directory in which its agent works, absolute; empty if unknown. */
  readonly directory: string;
  /** The program that answers; `version` is empty until it is known. */
  readonly agent: { readonly name: string; readonly version: string };
  /** The permissions that the agent has without a request: `ask` (none), `edits` or `all`. Unknown words stay as received. */
  readonly permissionMode: string;
  /** The reason why the turn has no answer yet; null for none. `since`: Unix ms. */
  readonly stage: { readonly name: string; readonly since: number } | null;
  /** The agent's own list of what it does, in its order; empty for none. */
  readonly checklist: readonly ChecklistEntry[];
  /** The commands that a prompt can begin with, after a slash. */
  readonly commands: readonly AgentCommand[];
  /** The git worktree in which its agent works; null for none. */
  readonly worktree: Worktree | null;
}

export interface ChecklistEntry {
  readonly content: string;
  /** `high`, `medium` or `low`; unknown words stay as received. */
  readonly priority: string;
  /** `pending`, `in_progress` or `completed`; unknown words stay as received. */
  readonly status: string;
}

export interface AgentCommand {
  /** Without the slash. */
  readonly name: string;
  /** Empty for none. */
  readonly description: string;
}

/** The extension by which permission requests are questions. */
export const PERMISSIONS = 'permissions';

/** The extension by which chats have worktrees. */
export const WORKTREES = 'worktree';

/** The permission modes of taskdeck's own server, from the one that asks most. */
export const PERMISSION_MODES = ['ask', 'edits', 'all'] as const;

/** The permissions that the agent has without a request, in words; an unknown word as received. Untrusted text. */
export function permissionModeWords(mode: string): string {
  switch (mode) {
    case 'ask':
      return 'asks first';
    case 'edits':
      return 'edits files without asking';
    case 'all':
      return 'does everything without asking';
    default:
      return mode;
  }
}
