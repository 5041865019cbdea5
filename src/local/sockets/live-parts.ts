import type { LivePart } from '../chats/chat-requests.ts';
import type { WirePart } from '../chats/chat-row-types.ts';

/** Characters of a piece of text at most: a message of a socket holds at most 4 MiB. */
const PIECE = 256 * 1024;

/** The fields of a part that hold a piece of text. */
const PIECES = ['text', 'args_delta', 'result_delta'] as const;

/** The part in pieces that each fit into a message. Whole calls and results stay as they are. */
export function* piecesOf(part: WirePart): Generator<WirePart> {
  const field = PIECES.find((name) => typeof part[name] === 'string' && part[name].length > PIECE);
  if (field === undefined) {
    yield part;
    return;
  }
  const text = part[field] as string;
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + PIECE, text.length);
    // Not between the halves of a character.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    const { result_reset: reset, ...rest } = part;
    yield {
      ...rest,
      ...(at === 0 && reset === true && { result_reset: true }),
      [field]: text.slice(at, end),
    };
    at = end;
  }
}

const isHighSurrogate = (code: number): boolean => code >= 0xd8_00 && code <= 0xdb_ff;

/**
 * Both parts as one, if a client cannot see the difference: text that goes on, more output of the same tool, and a newer
 * state of the same call. Null if both must be sent.
 */
export function joined(one: LivePart, other: LivePart): LivePart | null {
  const [first, second] = [one.part, other.part];
  if (one.turn !== other.turn || first.type !== second.type) return null;
  switch (first.type) {
    case 'text':
    case 'reasoning':
      return { ...other, part: { ...first, text: `${first.text}${second.text}` } };
    case 'tool-call':
      return first.tool_call_id === second.tool_call_id && 'args' in second ? other : null;
    case 'tool-result':
      if (first.tool_call_id !== second.tool_call_id || 'result' in first || 'result' in second) return null;
      if (second.result_reset === true) return other;
      return {
        ...other,
        part: { ...first, result_delta: `${first.result_delta ?? ''}${second.result_delta ?? ''}` },
      };
    default:
      return null;
  }
}

/** About how many bytes a part has as JSON. */
export function sizeOf(part: WirePart): number {
  const piece = PIECES.find((name) => typeof part[name] === 'string');
  if (piece !== undefined && !('args' in part) && !('result' in part) && !('diff' in part))
    return 200 + (part[piece] as string).length;
  return 200 + JSON.stringify(part).length;
}
