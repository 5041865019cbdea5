/** How the local server runs one kind of agent, which it lists as a template. */
export interface AgentDefinition extends TurnCommands {
  /** Name of the template: letters, digits and hyphens. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /**
   * For agents that choose the id of a conversation: a regular expression with one group that finds the id in the
   * output of a turn. Turns use `followUpLast` until it matches. Empty: taskdeck chooses the id.
   */
  readonly sessionPattern: string;
  readonly env: Readonly<Record<string, string>>;
  /** State of the task after a turn with exit code 0. */
  readonly whenDone: 'idle' | 'complete';
  /**
   * Commands for prompts that are too long for an argument; the prompt is also on standard input. Null: such prompts
   * are rejected.
   */
  readonly longPrompt: TurnCommands | null;
  /** It is no template: only tasks that already have it can run it. New ones are chats with the agent of this name. */
  readonly isRetired?: true;
}

/**
 * Program and arguments, run without a shell. Placeholders: `{prompt}`, `{prompt_file}` (path of a file with the
 * prompt), `{session}` (id of the agent's conversation), `{private}` (a directory of this task only), `{shell}` (the
 * user's shell).
 */
export interface TurnCommands {
  /** The first turn. */
  readonly start: readonly string[];
  /** Every further turn. */
  readonly followUp: readonly string[];
  /** A further turn while the id of the conversation is unknown. */
  readonly followUpLast: readonly string[];
}
