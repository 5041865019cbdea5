import { argumentsOf } from './call-arguments.ts';
import type { Message, MessagePart, ToolCallPart } from './message.ts';
import { partRow } from './message-text.ts';
import { normaliseText } from './search-terms.ts';
import { sanitise } from './text/sanitise.ts';

/** Of a message this much is searched, UTF-16 units: its beginning. */
const MAX_MESSAGE_LENGTH = 200_000;
/** Of an output the end, and of arguments, changes and quoted text the beginning; UTF-16 units each. */
const MAX_OUTPUT_LENGTH = 16_000;
const MAX_DETAIL_LENGTH = 8_000;

/** The text of a message that a search reads, sanitised and normalised: its words, and those of its parts. */
export function searchableText({ parts }: Pick<Message, 'parts'>): string {
  let text = '';
  for (const part of parts) {
    if (text.length >= MAX_MESSAGE_LENGTH) break;
    const words = sanitise(partWords(part).slice(0, MAX_MESSAGE_LENGTH - text.length));
    text += text === '' ? words : `\n${words}`;
  }
  return normaliseText(text).trim();
}

function partWords(part: MessagePart): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'notice':
      return part.text;
    case 'tool-call':
      return callWords(part);
    case 'file-reference':
      return `${rowWords(part)}\n${part.content.slice(0, MAX_DETAIL_LENGTH)}`;
    case 'skill':
      return `${part.name}\n${part.description.slice(0, MAX_DETAIL_LENGTH)}`;
    default:
      return rowWords(part);
  }
}

const rowWords = (part: MessagePart): string => partRow(part)?.text ?? '';

/** The row of a call, its arguments, its changes and the end of its output. */
function callWords(call: ToolCallPart): string {
  const details = [
    ...argumentWords(call),
    ...call.diffs.flatMap(({ path, newText }) => [path, newText.slice(0, MAX_DETAIL_LENGTH)]),
  ];
  return [
    rowWords(call),
    details.join('\n').slice(0, 2 * MAX_DETAIL_LENGTH),
    call.output.slice(-MAX_OUTPUT_LENGTH),
  ].join('\n');
}

const argumentWords = (call: ToolCallPart): readonly string[] =>
  [...argumentsOf(call).values()].map((value) =>
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, MAX_DETAIL_LENGTH),
  );
