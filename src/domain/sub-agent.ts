import { argumentsOf, isRecord } from './call-arguments.ts';
import type { ToolCallPart } from './message.ts';

/** A longer result is no answer about a sub-agent. UTF-16 units. */
const MAX_RESULT = 8_000;

/** The id of the chat that a call starts or is about; empty if unknown. Untrusted text. */
export function childIdOf(call: ToolCallPart): string {
  if (call.childId !== undefined) return call.childId;
  const argument = argumentsOf(call).get('chat_id');
  if (typeof argument === 'string') return argument;
  const result = resultObject(call.output);
  return typeof result?.chat_id === 'string' ? result.chat_id : '';
}

/** The title of that chat as its result says; empty if unknown. Untrusted text. */
export function childTitleOf({ output }: ToolCallPart): string {
  const title = resultObject(output)?.title;
  return typeof title === 'string' ? title : '';
}

function resultObject(output: string): Readonly<Record<string, unknown>> | null {
  if (output.length > MAX_RESULT || !output.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(output);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
