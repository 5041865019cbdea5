import type { AgentDefinition } from '../config/agent-definition.ts';
import { commandLinesFor } from './agents/agent-command-line.ts';
import { ErrorResponse } from './error-response.ts';

/** Prompts are at most this long, bytes. */
const PROMPT_LIMIT = 1 << 20;

/**
 * A prompt as it is kept and run: without the byte order mark that some editors begin a file with, which a shell would
 * take for a part of the first word. Throws the refusal of one that this command cannot be given; without a command, of
 * one that none can.
 */
export function validatedPrompt(input: string, command: AgentDefinition | null): string {
  const prompt = input.replace(/^\uFEFF/, '');
  const fault = promptError(prompt, command);
  if (fault !== null) throw new ErrorResponse(400, 'Unable to use the prompt.', fault);
  return prompt;
}

function promptError(prompt: string, command: AgentDefinition | null): string | null {
  if (prompt.includes('\0')) return 'It holds a NUL character, which no command can be given. Remove it.';
  const bytes = Buffer.byteLength(prompt);
  const size = `${Math.ceil(bytes / 1024)} KiB`;
  if (bytes > PROMPT_LIMIT) {
    return `It is ${size} long, more than 1024 KiB. Put the text into a file, and name the file in the prompt.`;
  }
  if (command !== null && commandLinesFor(command, prompt) === null) {
    return `It is ${size} long, more than one argument of a command can hold. Give "${command.name}" the prompt in a file: write {prompt_file} for {prompt} in config.jsonc.`;
  }
  return null;
}
