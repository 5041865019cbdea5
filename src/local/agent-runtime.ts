/** Why the server ends the processes of a task or chat. */
type CloseReason =
  /** The user paused, archived or deleted it. */
  | 'user'
  /** It rests, and its next turn starts the processes again. */
  | 'idle'
  /** The server ends. */
  | 'shutdown';

export interface CloseOptions {
  readonly reason: CloseReason;
  /** Time between SIGTERM and SIGKILL, ms. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs the turns of an agent. Two implementations: one-shot commands (tasks/one-shot-runtime.ts), and sessions of the
 * Agent Client Protocol (acp/acp-runtime.ts). `owner` is the id of the task or chat, and the tag of its processes.
 * Everything here has effects that no ROLLBACK undoes: call it after the COMMIT (`Repository.afterCommit`), except
 * `isRunning`. A runtime reports what happens to the listener that it was made with, and writes no rows of chats.
 */
export interface AgentRuntime<Turn, Answer> {
  /** Starts a turn. The owner must have no running turn. Never throws: a failure is the end of the turn. */
  begin(turn: Turn): void;
  /** Answers a question of the running turn. Ignored if the question is no longer open, or for agents that ask nothing. */
  answer(owner: string, answer: Answer): void;
  /** Asks the agent to end its turn, and ends its processes if it does not. The end of the turn is reported as usual. */
  interrupt(owner: string): void;
  isRunning(owner: string): boolean;
  /**
   * Ends the turn and all processes of the owner, background processes of earlier turns included. Resolves when none is
   * left and the end of the turn was reported. Rejects with ProcessesSurvived, ProcessTableUnreadable, or the signal's
   * reason.
   */
  close(owner: string, options: CloseOptions): Promise<void>;
  /** Closes all owners at the server's end. Never rejects. */
  closeAll(graceMs: number): Promise<void>;
}
