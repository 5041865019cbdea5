/** How the local server runs one kind of agent; what it offers as a template. */
export interface AgentDefinition extends TurnCommands {
  /** Letters, digits and hyphens; names the template. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /**
   * For agents that name their conversations themselves: what finds the name in the output of a turn, as a regular
   * expression with one group. Until it has found one, `followUpLast` continues. Empty: taskdeck makes the name.
   */
  readonly sessionPattern: string;
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What a turn that ended with exit code 0 means: the agent waits for an answer, or the work is done. */
  readonly whenDone: 'idle' | 'complete';
  /**
   * The same for prompts that are too long for an argument. They are on standard input as well as in `{prompt_file}`.
   * Null: such prompts are refused.
   */
  readonly longPrompt: TurnCommands | null;
}

/**
 * Program and arguments; no shell looks at them. Placeholders: `{prompt}` is what the user typed, `{prompt_file}` the path
 * of a file that holds it, `{session}` the id of the agent's conversation, `{private}` a directory that belongs to the
 * task alone, `{shell}` the user's shell.
 */
export interface TurnCommands {
  /** Of a task's first turn. */
  readonly start: readonly string[];
  /** Of every further turn. */
  readonly followUp: readonly string[];
  /** Of a further turn while the id of the conversation is not known. */
  readonly followUpLast: readonly string[];
}
