/*
 * Additions of the local server to Coder's Chats. A client uses an extension only where GET /api/v2/buildinfo names it in
 * `taskdeck.extensions`, and sends its fields to no other server.
 */

/** `environment` is also an extension of Tasks. */
export type ExtensionName =
  /** Create: `directory`, an absolute path. */
  | 'directory'
  /** Create, send, resume, unarchive: `environment`, an object of strings. */
  | 'environment'
  /** Create and PATCH: `permission_mode`; permission requests as tool calls. */
  | 'permissions'
  /** DELETE of an archived chat. */
  | 'delete'
  /** `scope` of a diff: `uncommitted` or `base`. */
  | 'diff-scope'
  /** Create: `worktree`; the routes below `worktrees` and `worktree`. */
  | 'worktree';

/** The extensions of this version's server. */
export const EXTENSIONS: readonly ExtensionName[] = [
  'directory',
  'environment',
  'permissions',
  'delete',
  'diff-scope',
  'worktree',
];

export { PERMISSION_TOOL } from '../domain/permission.ts';

/** The arguments of such a call. `command` is missing if the agent does not name one. */
export interface WirePermission {
  /** The tool call that it is about. */
  readonly for: string;
  readonly title: string;
  readonly kind: string;
  readonly command?: string;
  readonly locations: readonly { readonly path: string; readonly line?: number }[];
  readonly diff: readonly {
    readonly path: string;
    readonly old_text: string | null;
    readonly new_text: string;
  }[];
  readonly options: readonly { readonly option_id: string; readonly name: string; readonly kind: string }[];
}

/** Additional fields of a chat. */
export interface WireChatExtension {
  readonly directory: string;
  readonly agent: { readonly name: string; readonly version: string };
  readonly permission_mode: string;
  /** The step before the first answer of a turn; null: none. */
  readonly stage: { readonly name: string; readonly since: string } | null;
  readonly queued_for_capacity: boolean;
  /** The agent's checklist. */
  readonly plan: readonly { readonly content: string; readonly priority: string; readonly status: string }[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  /** The git worktree that was made for the chat; null for none. */
  readonly worktree: WireWorktree | null;
}

/** A git worktree of a chat. */
export interface WireWorktree {
  /** Absolute; it is no directory while `state` is not `made`. */
  readonly path: string;
  /** The working tree that it was made from, absolute. */
  readonly repository: string;
  readonly branch: string;
  /** The branch that it came from; a commit id where HEAD was on no branch. */
  readonly base: string;
  /** `planned`: the first turn makes it. `removed`: the next turn makes it again from its branch. */
  readonly state: 'planned' | 'made' | 'removed';
  /** Commits on the branch that the base does not have, and the reverse. */
  readonly ahead: number;
  readonly behind: number;
  /** Files with changes that are not committed, and files that git does not know. Ignored ones do not count. */
  readonly dirty: number;
  readonly untracked: number;
}

/** GET …/chats/worktrees/preview?directory=…&base=…: the worktree that a new chat would get. */
export interface WireWorktreePreview {
  /** Why it cannot have one, in a sentence; empty when it can. Then the other fields count. */
  readonly reason: string;
  readonly repository: string;
  /** As in WireWorktree. */
  readonly base: string;
  /** Full id and first line of the base's newest commit. */
  readonly base_commit: string;
  readonly base_subject: string;
  /** The branch's name begins with it, unless the request names a branch. */
  readonly branch_prefix: string;
  /** The directory below which the worktree is made. */
  readonly parent: string;
  /** Whether the settings want a worktree for each new chat. */
  readonly is_default: boolean;
  /** The command of the settings, or the path of the project's script, that prepares a worktree; empty for none. */
  readonly set_up: string;
}

/** POST …/chats/{id}/worktree: `action`. `pull-request` also pushes the branch. */
export type WireWorktreeAction = 'merge' | 'rebase' | 'push' | 'pull-request' | 'remove';

/** GET …/chats/{id}/worktree: what can be done with it now. */
export interface WireWorktreeActions {
  readonly actions: readonly {
    readonly action: WireWorktreeAction;
    /** The commands in their order, as a user would type them, and the directory in which each runs. */
    readonly steps: readonly { readonly command: string; readonly directory: string }[];
    /** Why it would be refused, in sentences: what would be lost, by file, commit and pid; empty when it can run. */
    readonly reasons: readonly string[];
    /** Remarks for the question before it, in sentences, such as the number of ignored files that a removal deletes. */
    readonly remarks: readonly string[];
  }[];
  /** Whether `remove` may delete the branch too: taskdeck made it, and its base has all its commits. */
  readonly may_delete_branch: boolean;
}

/** GET …/chats/worktrees: all worktrees that taskdeck made and that still exist. */
export interface WireWorktreeEntry extends WireWorktree {
  /** The chat; null after its deletion. */
  readonly chat_id: string | null;
  /** Whether that chat is archived. */
  readonly archived: boolean;
  /** Why it cannot be removed safely; as in WireWorktreeActions. */
  readonly reasons: readonly string[];
}
