import type { AgentDefinition, TurnCommands } from '../../config/agent-definition.ts';

/** What the placeholders of a command line stand for. */
export interface PlaceholderValues {
  readonly prompt: string;
  /** Path of the file that holds the prompt. */
  readonly prompt_file: string;
  readonly session: string;
  /** A directory that belongs to the task alone. */
  readonly private: string;
  readonly shell: string;
}

/**
 * Program and arguments of one turn. Placeholders in the user's own text are left alone. A prompt that begins with a
 * dash is never an option: it gets a blank before it unless it follows `--` or other text of its argument.
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

/** Linux takes 128 KiB for one argument (MAX_ARG_STRLEN, execve(2)); what stands beside the prompt gets the rest, bytes. */
const LONGEST_ARGUMENT = 120 * 1024;

const isTooLongForArgument = (prompt: string): boolean => Buffer.byteLength(prompt) > LONGEST_ARGUMENT;

/** The lines to use for a prompt; null where the command cannot take one that long. */
export const commandLinesFor = (command: AgentDefinition, prompt: string): TurnCommands | null =>
  isTooLongForArgument(prompt) ? command.longPrompt : command;

/** Whether a line gets the prompt on standard input, because it has no argument for it. */
export const readsPromptFromStdin = (line: readonly string[]): boolean =>
  !line.some((argument) => /\{prompt(_file)?\}/.test(argument));

/** The id of the agent's conversation, when it says one in its output. */
export function sessionIdIn(output: string, command: AgentDefinition): string | null {
  if (command.sessionPattern === '') return null;
  return new RegExp(command.sessionPattern, 'm').exec(output)?.[1] ?? null;
}
