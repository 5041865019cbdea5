import type { AgentCommand, CommandLines } from '../../config/agent-command.ts';

/** What the placeholders of a command line stand for. */
export interface Values {
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
export const commandLine = (line: readonly string[], values: Values): readonly string[] =>
  line.map((argument, index) => {
    const filled = argument.replace(
      /\{(prompt|prompt_file|session|private|shell)\}/g,
      (_, name: keyof Values) => values[name],
    );
    const isBare = argument.startsWith('{prompt}') && filled.startsWith('-');
    return isBare && !line.slice(0, index).includes('--') ? ` ${filled}` : filled;
  });

/** Linux takes 128 KiB for one argument (MAX_ARG_STRLEN, execve(2)); what stands beside the prompt gets the rest, bytes. */
const LONGEST_ARGUMENT = 120 * 1024;

const isLong = (prompt: string): boolean => Buffer.byteLength(prompt) > LONGEST_ARGUMENT;

/** The lines to use for a prompt; null where the command cannot take one that long. */
export const linesFor = (command: AgentCommand, prompt: string): CommandLines | null =>
  isLong(prompt) ? command.long : command;

/** Whether a line gets the prompt on standard input, because it has no argument for it. */
export const readsPrompt = (line: readonly string[]): boolean =>
  !line.some((argument) => /\{prompt(_file)?\}/.test(argument));

/** The id of the agent's conversation, when it says one in its output. */
export function sessionIn(output: string, command: AgentCommand): string | null {
  if (command.sessionPattern === '') return null;
  return new RegExp(command.sessionPattern, 'm').exec(output)?.[1] ?? null;
}
