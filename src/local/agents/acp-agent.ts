/** How much an agent may do without asking: nothing, editing files of its directory, or everything. */
export type PermissionMode = 'ask' | 'edits' | 'all';

/** A coding agent that speaks the Agent Client Protocol, and how it differs from the others. */
export interface AcpAgent {
  /** The name in commands and settings: lower case letters, digits and hyphens. */
  readonly name: string;
  readonly displayName: string;
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /**
   * The agent's own modes. Null or missing: it has none for that; the session is in the mode of `ask`, if there is one,
   * and the server answers its requests instead. Without a mode for `plan`, planning is refused.
   */
  readonly modes: Readonly<Partial<Record<PermissionMode | 'plan', string | null>>>;
  readonly quirks: AgentQuirks;
  /** From the user's config file. Without `modes` there, the agent's first mode stands. */
  readonly isConfigured: boolean;
}

/** Behaviour that needs a special treatment. Sources: the real programs, and their issues. */
export interface AgentQuirks {
  /** Loading a session may erase it: the process stays up while the chat rests, and a lost process loses the context. */
  readonly isUnsafeToLoad: boolean;
  /** The command of a tool runs on after a cancel: the server ends it. */
  readonly leavesToolsRunning: boolean;
  /** It replays a loaded session after its answer: updates are discarded until it is silent. */
  readonly replaysLate: boolean;
  /** It reports a change of its mode as a text of the conversation, `[MODE_UPDATE] mode`. */
  readonly reportsModeAsText: boolean;
  /** The environment sets its permission mode, and a change of mode restarts it. Null: modes are set in the session. */
  readonly environmentOfMode: ((mode: PermissionMode) => Readonly<Record<string, string>>) | null;
  /** The command that signs in, for a message; empty if unknown. */
  readonly signIn: string;
  /** How long it may take to end after its standard input ends, ms. */
  readonly exitMs: number;
}

/** No special treatment. */
export const NO_QUIRKS: AgentQuirks = {
  isUnsafeToLoad: false,
  leavesToolsRunning: false,
  replaysLate: false,
  reportsModeAsText: false,
  environmentOfMode: null,
  signIn: '',
  exitMs: 3_000,
};

/** A row of the table of agents. */
export interface AgentEntry {
  readonly agent: AcpAgent;
  /** The command that installs the program that is run; empty if there is no single one. */
  readonly install: string;
  /** The agent's own program, where another one (the adapter) is run: with it alone, the adapter is missing. */
  readonly adapts?: string;
}

/** An agent of the table, and whether it can run. */
export interface KnownAgent {
  readonly agent: AcpAgent;
  readonly isInstalled: boolean;
  /** The command that installs it, or its adapter; empty if there is no single one. */
  readonly install: string;
  /** The reason why it cannot run, where that is worth showing, without its name: `its adapter x is not installed`; else null. */
  readonly missing: string | null;
}
