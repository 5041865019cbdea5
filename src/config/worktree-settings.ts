/** The setting `worktree`: git worktrees for new chats on this machine. */
export interface WorktreeSettings {
  /** Whether a new chat gets a worktree unless the user chooses. */
  readonly isDefault: boolean;
  /** The directory below which worktrees are made, absolute; null for the state directory's. */
  readonly directory: string | null;
  /** The names of branches that taskdeck makes begin with it. */
  readonly branchPrefix: string;
  /** A command line for the shell that prepares each new worktree; null for the script of the project. */
  readonly setUp: string | null;
  /** Time limit of the set-up. */
  readonly setUpMinutes: number;
}

export const DEFAULT_WORKTREE_SETTINGS: WorktreeSettings = {
  isDefault: false,
  directory: null,
  branchPrefix: 'taskdeck/',
  setUp: null,
  setUpMinutes: 10,
};
