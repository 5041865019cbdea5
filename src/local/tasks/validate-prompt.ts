import type { AgentDefinition } from '../../config/agent-definition.ts';
import { commandLinesFor } from '../agents/agent-command-line.ts';
import { ErrorResponse } from '../http/error-response.ts';

/** Bytes. */
const PROMPT_LIMIT = 1 << 20;

/**
 * Returns the prompt without a byte order mark, which a shell would take as part of the first word. Throws a 400 if
 * `command` cannot receive the prompt; null stands for any command.
 */
export function validatedPrompt(input: string, command: AgentDefinition | null): string {
  const prompt = input.replace(/^\uFEFF/, '');
  const fault = promptError(prompt, command);
  if (fault !== null) throw new ErrorResponse(400, 'Unable to use the prompt.', fault);
  return prompt;
}

function promptError(prompt: string, command: AgentDefinition | null): string | null {
  if (prompt.includes('\0')) return 'The prompt contains a NUL character. Remove it.';
  const bytes = Buffer.byteLength(prompt);
  const size = `${Math.ceil(bytes / 1024)} KiB`;
  if (bytes > PROMPT_LIMIT) {
    return `The prompt is ${size} long; the limit is 1024 KiB. Put the text into a file, and name the file in the prompt.`;
  }
  if (command !== null && commandLinesFor(command, prompt) === null) {
    return `The prompt is ${size} long, too long for a command-line argument. In config.jsonc, use {prompt_file} instead of {prompt} for "${command.name}".`;
  }
  return null;
}
