import type { AgentDefinition, TurnCommands } from '../../config/agent-definition.ts';

/** Values of the placeholders in a command line. */
export interface PlaceholderValues {
  readonly prompt: string;
  /** Path of the file that holds the prompt. */
  readonly prompt_file: string;
  readonly session: string;
  /** Path of a directory for this task only. */
  readonly private: string;
  readonly shell: string;
}

/**
 * Returns the program and arguments of one turn. Does not replace placeholders inside the prompt. Puts a space before a
 * prompt that an agent would parse as an option: one that begins with a dash, without `--` or other text before it.
 */
export const fillPlaceholders = (line: readonly string[], values: PlaceholderValues): readonly string[] =>
  line.map((argument, index) => {
    const filled = argument.replace(
      /\{(prompt|prompt_file|session|private|shell)\}/g,
      (_, name: keyof PlaceholderValues) => values[name],
    );
    const isBare = argument.startsWith('{prompt}') && filled.startsWith('-');
    return isBare && !line.slice(0, index).includes('--') ? ` ${filled}` : filled;
  });

/** Bytes. Linux allows 128 KiB per argument (MAX_ARG_STRLEN, execve(2)), including the text around the prompt. */
const LONGEST_ARGUMENT = 120 * 1024;

const isTooLongForArgument = (prompt: string): boolean => Buffer.byteLength(prompt) > LONGEST_ARGUMENT;

/** The command lines for a prompt of this length; null if the command supports none. */
export const commandLinesFor = (command: AgentDefinition, prompt: string): TurnCommands | null =>
  isTooLongForArgument(prompt) ? command.longPrompt : command;

/** Whether the prompt goes to standard input, because no argument contains it. */
export const readsPromptFromStdin = (line: readonly string[]): boolean =>
  !line.some((argument) => /\{prompt(_file)?\}/.test(argument));

/** The session id in the agent's output, by `sessionPattern`; null if there is none. */
export function sessionIdIn(output: string, command: AgentDefinition): string | null {
  if (command.sessionPattern === '') return null;
  return new RegExp(command.sessionPattern, 'm').exec(output)?.[1] ?? null;
}
