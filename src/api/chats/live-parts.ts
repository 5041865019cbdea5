import type { MessagePart } from '../../domain/message.ts';
import type { WireStreamedPart } from '../../wire/chat-event.ts';
import { grow, type HeldText, NO_TEXT, shortenedData, shownText } from './held-end.ts';
import { toMessagePart } from './to-message-part.ts';
import { toToolCall } from './to-tool-call.ts';

/** Parts of a live turn that are held; older ones are dropped. */
const MAX_PARTS = 200;

/** A part of a live turn, with what its next piece is added to. `at`: of its first piece, Unix ms by our clock. */
export type LivePart =
  | { readonly type: 'text' | 'reasoning'; readonly held: HeldText; readonly at: number }
  | LiveCall
  | { readonly type: 'other'; readonly part: MessagePart };

interface LiveCall {
  readonly type: 'call';
  /** The last piece of the call, or of its result when the call came before. */
  readonly call: WireStreamedPart;
  readonly args: HeldText;
  readonly output: HeldText;
  /** Null: the result is not complete. */
  readonly result: WireStreamedPart | null;
  readonly at: number;
  readonly endedAt: number;
}

/** The parts with a piece more. All others stay the same objects. */
export function addPiece(
  parts: readonly LivePart[],
  piece: WireStreamedPart,
  now: number,
): readonly LivePart[] {
  const last = parts.at(-1);
  switch (piece.type) {
    case 'text':
    case 'reasoning':
      if (piece.text === '') return parts;
      return last?.type === piece.type
        ? parts.with(-1, { ...last, held: grow(last.held, piece.text) })
        : added(parts, { type: piece.type, held: grow(NO_TEXT, piece.text), at: now });
    case 'tool-call':
    case 'tool-result': {
      const index = parts.findLastIndex(
        (part) => part.type === 'call' && part.call.tool_call_id === piece.tool_call_id,
      );
      const known = parts[index];
      return known?.type === 'call'
        ? parts.with(index, grownCall(known, piece, now))
        : added(parts, grownCall(newCall(piece, now), piece, now));
    }
    default: {
      const part = toMessagePart(piece);
      return part === null ? parts : added(parts, { type: 'other', part });
    }
  }
}

const added = (parts: readonly LivePart[], part: LivePart): readonly LivePart[] => [
  ...parts.slice(-(MAX_PARTS - 1)),
  part,
];

/** The newest parts of both. */
export const joinParts = (one: readonly LivePart[], other: readonly LivePart[]): readonly LivePart[] =>
  [...one, ...other].slice(-MAX_PARTS);

const newCall = (call: WireStreamedPart, now: number): LiveCall => ({
  type: 'call',
  call: { ...call, args: undefined, result: undefined },
  args: NO_TEXT,
  output: NO_TEXT,
  result: null,
  at: now,
  endedAt: now,
});

function grownCall(known: LiveCall, piece: WireStreamedPart, now: number): LiveCall {
  if (piece.type === 'tool-call') {
    const { title, kind, status, locations, diff } = piece;
    // Of taskdeck's own server: it began after a question about it.
    const isLater =
      status !== '' && (piece.created_at ?? 0) > (known.call.created_at ?? Number.POSITIVE_INFINITY);
    const call = {
      ...known.call,
      tool_name: piece.tool_name || known.call.tool_name,
      ...(piece.args !== undefined && { args: shortenedData(piece.args) }),
      // Of taskdeck's own server: a repeated call has all its fields again.
      ...(status !== '' && { title, kind, status, locations, diff: shortenedData(diff) }),
    };
    const grown = { ...known, call, args: grow(known.args, piece.args_delta) };
    return isLater ? { ...grown, call: { ...call, created_at: piece.created_at }, at: now } : grown;
  }
  const output = grow(piece.result_reset ? NO_TEXT : known.output, piece.result_delta);
  const isComplete = piece.result !== undefined && piece.result !== null;
  return {
    ...known,
    output,
    result: isComplete ? { ...piece, result: shortenedData(piece.result) } : null,
    endedAt: now,
  };
}

/** Of a part that did not change the same object. */
const shown = new WeakMap<LivePart, MessagePart>();

/** The parts as users see them. */
export const shownParts = (parts: readonly LivePart[]): readonly MessagePart[] =>
  parts.map((part) => {
    const known = shown.get(part);
    if (known !== undefined) return known;
    const made = shownPart(part);
    shown.set(part, made);
    return made;
  });

function shownPart(part: LivePart): MessagePart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: shownText(part.held) };
    case 'reasoning':
      return { type: 'reasoning', text: shownText(part.held), startedAt: part.at };
    case 'call': {
      const { call, args, output, result, at, endedAt } = part;
      const input = call.args ?? inputOf(args);
      // Times of the server are by another clock.
      const whole = { ...call, args: input, created_at: null };
      if (result !== null)
        return toToolCall(whole, at, { part: { ...result, created_at: null }, at: endedAt });
      return { ...toToolCall(whole, at, null), output: shownText(output) };
    }
    case 'other':
      return part.part;
  }
}

/** The arguments as JSON data, or as text while they are not complete. */
function inputOf(args: HeldText): unknown {
  if (args.text === '') return undefined;
  if (args.isCut || !/[}\]]\s*$/u.test(args.text)) return shownText(args);
  try {
    return JSON.parse(args.text);
  } catch {
    return args.text;
  }
}
