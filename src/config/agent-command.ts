/** How the local server runs one kind of agent; what it offers as a template. */
export interface AgentCommand {
  /** Letters, digits and hyphens; names the template. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /**
   * Program and arguments of a task's first turn. No shell looks at them. Placeholders: `{prompt}` is what the user
   * typed, `{session}` the id of the agent's conversation, `{private}` a directory that belongs to the task alone.
   */
  readonly start: readonly string[];
  /** The same for every further turn. */
  readonly followUp: readonly string[];
  /**
   * For agents that name their conversations themselves: what finds the name in the output of a turn, as a regular
   * expression with one group. Until it has found one, `followUpLast` continues. Empty: taskdeck makes the name.
   */
  readonly sessionPattern: string;
  readonly followUpLast: readonly string[];
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What a turn that ended with exit code 0 means: the agent waits for an answer, or the work is done. */
  readonly whenDone: 'idle' | 'complete';
}
