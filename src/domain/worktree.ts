/** A git worktree that taskdeck made for a chat on this machine. All texts are untrusted. */
export interface Worktree {
  /** Absolute. */
  readonly path: string;
  /** The working tree that it was made from, absolute. */
  readonly repository: string;
  readonly branch: string;
  /** The branch that it came from; a commit id where there was none. */
  readonly base: string;
  /** `planned`: the first turn makes it. `removed`: the next turn makes it again. Unknown words stay as received. */
  readonly state: string;
  /** Commits that the base does not have, and the reverse. */
  readonly ahead: number;
  readonly behind: number;
  /** Files with changes that are not committed, and files that git does not know. */
  readonly dirty: number;
  readonly untracked: number;
}

/** The worktree that a new chat would get. All texts are untrusted. */
export interface WorktreePreview {
  /** Why it cannot have one, in a sentence; empty when it can. */
  readonly reason: string;
  readonly repository: string;
  readonly base: string;
  /** Full id and first line of the base's newest commit. */
  readonly baseCommit: string;
  readonly baseSubject: string;
  readonly branchPrefix: string;
  /** The directory below which the worktree is made. */
  readonly parent: string;
  /** Whether the settings want a worktree for each new chat. */
  readonly isDefault: boolean;
  /** The command that prepares a worktree; empty for none. */
  readonly setUp: string;
}

/** The preview where no worktree can be made. `reason`: a sentence. */
export const noWorktree = (reason: string): WorktreePreview => ({
  reason,
  repository: '',
  base: '',
  baseCommit: '',
  baseSubject: '',
  branchPrefix: '',
  parent: '',
  isDefault: false,
  setUp: '',
});

/** How the work in a worktree is finished. `pull-request` also pushes the branch. */
export const WORKTREE_ACTIONS = ['merge', 'rebase', 'push', 'pull-request', 'remove'] as const;
export type WorktreeAction = (typeof WORKTREE_ACTIONS)[number];

/** A worktree that taskdeck made and that still exists. */
export interface WorktreeEntry extends Worktree {
  /** Null after the deletion of its chat. */
  readonly chatId: string | null;
  /** Whether its chat is archived. */
  readonly isArchived: boolean;
  /** Why it cannot be removed safely, in sentences; empty when it can. */
  readonly reasons: readonly string[];
}

/** The actions that a worktree offers now. All texts are untrusted. */
export interface WorktreeActions {
  readonly actions: readonly WorktreeActionOffer[];
  /** Whether `remove` may delete the branch too. */
  readonly mayDeleteBranch: boolean;
}

export interface WorktreeActionOffer {
  readonly action: WorktreeAction;
  /** The commands in their order, and the directory in which each runs. */
  readonly steps: readonly { readonly command: string; readonly directory: string }[];
  /** Why it would be refused, in sentences; empty when it can run. */
  readonly reasons: readonly string[];
  /** For the question before it, in sentences. */
  readonly remarks: readonly string[];
}
