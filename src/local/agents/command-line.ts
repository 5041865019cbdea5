import type { AgentCommand } from '../../config/agent-command.ts';

/** What the placeholders of a command line stand for. */
export interface Values {
  readonly prompt: string;
  readonly session: string;
  /** A directory that belongs to the task alone. */
  readonly private: string;
}

/** Program and arguments of one turn. What the user typed is never looked at for further placeholders. */
export const commandLine = (line: readonly string[], values: Values): readonly string[] =>
  line.map((argument) =>
    argument.replace(/\{(prompt|session|private)\}/g, (_, name: keyof Values) => values[name]),
  );

/** The id of the agent's conversation, when it says one in its output. */
export function sessionIn(output: string, command: AgentCommand): string | null {
  if (command.sessionPattern === '') return null;
  return new RegExp(command.sessionPattern, 'm').exec(output)?.[1] ?? null;
}
