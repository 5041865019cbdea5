import type { LiveTurn } from '../../domain/transcript.ts';
import type { WireChatMessage } from '../../wire/chat.ts';
import type { WireChatEvent, WireLivePart, WireRetry } from '../../wire/chat-event.ts';
import { withoutSkew } from '../to-domain.ts';
import { addPiece, joinParts, type LivePart, shownParts } from './live-parts.ts';

/** Which turn a part belongs to. Each commit of messages raises the version, each retry the attempt. */
interface TurnKey {
  readonly version: number;
  readonly attempt: number;
}

/** The turn under way of a chat, as one connection of its stream reported it. */
export interface LiveState {
  /** Of the chat; empty until it is reported. */
  readonly status: string;
  /** Of `parts`; null before the first one with numbers. */
  readonly key: TurnKey | null;
  /** Parts up to this key are late: they are stored, interrupted or tried again. */
  readonly ended: TurnKey | null;
  /** Of the last part; 0 when the next one may have any. */
  readonly seq: number;
  /** How often the connection dropped its parts. The first time belongs to the snapshot. */
  readonly resets: number;
  /** Parts of an earlier key, whose messages have not arrived. */
  readonly earlier: readonly LivePart[];
  readonly parts: readonly LivePart[];
  /** The message that grows with the parts, on a local server; 0 if unknown. */
  readonly messageId: number;
  /** Of the first part, Unix ms by our clock. */
  readonly at: number;
  readonly retry: LiveTurn['retry'];
}

/** Times by our clock, Unix ms; `skewMs`: how far the server's clock is ahead. */
interface Times {
  readonly now: number;
  readonly skewMs: number;
}

/** A part is missing: only a new connection sends it again. */
export const MISSING_PART = 'missing part';

/** Before the first event of a connection. */
export const NO_LIVE_TURN: LiveState = {
  status: '',
  key: null,
  ended: null,
  seq: 0,
  resets: 0,
  earlier: [],
  parts: [],
  messageId: 0,
  at: 0,
  retry: null,
};

/** In these no turn writes. An unknown word may be one of a turn. */
const AT_REST: ReadonlySet<string> = new Set(['waiting', 'error', 'completed', 'paused']);
const SILENT: ReadonlySet<string> = new Set([...AT_REST, 'interrupting']);
/** A turn that waits for a tool has parts, which a new connection gets, but none is tried again. */
const WITHOUT_RETRY: ReadonlySet<string> = new Set([...SILENT, 'requires_action']);

/** An event of a stream; `isKnown`: a message with its id is held already. */
export type LiveEvent = WireChatEvent & { readonly isKnown?: boolean };

/** The turn after an event; the same object when nothing changed. */
export function reduceLive(
  state: LiveState,
  event: LiveEvent,
  times: Times,
): LiveState | typeof MISSING_PART {
  switch (event.type) {
    case 'message_part':
      return withPart(state, event.message_part, times.now);
    case 'message':
      // A repeated or changed message stores no part.
      return event.isKnown === true ? state : withMessage(state, event.message);
    case 'preview_reset':
      // A retry is reported before it, and the parts of a turn that goes on come again.
      return { ...state, earlier: [], parts: [], seq: 0, resets: state.resets + 1 };
    case 'history_reset':
      return ended(state);
    case 'status':
      return withStatus(state, event.status);
    case 'error':
      return withStatus(state, 'error');
    case 'retry':
      return { ...ended(state), at: times.now, retry: toRetry(event.retry, times) };
    default:
      return state;
  }
}

/** The turn for the screen; null when there is nothing of it. The same object for an unchanged turn. */
export function liveTurnOf(state: LiveState): LiveTurn | null {
  const known = turns.get(state);
  if (known !== undefined) return known;
  const { earlier, parts, at, retry } = state;
  const turn =
    parts.length + earlier.length === 0 && retry === null
      ? null
      : { parts: shownParts([...earlier, ...parts]), at, retry };
  turns.set(state, turn);
  return turn;
}

const turns = new WeakMap<LiveState, LiveTurn | null>();

function withPart(
  state: LiveState,
  { part, history_version: version, generation_attempt: attempt, seq, message_id }: WireLivePart,
  now: number,
): LiveState | typeof MISSING_PART {
  if (SILENT.has(state.status)) return state;
  const isEmpty = state.parts.length + state.earlier.length === 0;
  const at = isEmpty ? now : state.at;
  // Of an older server.
  if (seq === 0) return { ...state, parts: addPiece(state.parts, part, now), at, retry: null };
  const key: TurnKey = { version, attempt };
  if (state.ended !== null && compareKeys(key, state.ended) <= 0) return state;
  const order = state.key === null ? 1 : compareKeys(key, state.key);
  if (order < 0) return state;
  if (order === 0 && state.seq > 0) {
    if (seq <= state.seq) return state;
    if (seq > state.seq + 1) return MISSING_PART;
  }
  // After a reset the parts begin again. A later one is missing parts, or belongs to a turn before.
  if (state.seq === 0 && state.resets > 1 && seq > 1) return MISSING_PART;
  // The first part of a connection can be a later one: the server holds a limited number.
  if (order > 0 && state.key !== null && state.seq > 0 && seq > 1) return MISSING_PART;
  const earlier = order > 0 ? joinParts(state.earlier, state.parts) : state.earlier;
  const parts = addPiece(order > 0 ? [] : state.parts, part, now);
  const messageId = message_id || (order > 0 ? 0 : state.messageId);
  return { ...state, key, seq, earlier, parts, messageId, at, retry: null };
}

const compareKeys = (one: TurnKey, other: TurnKey): number =>
  one.version - other.version || one.attempt - other.attempt;

/** A message has the parts of the agent that were written first; one of a tool, the results of its calls. */
function withMessage(state: LiveState, { role, content }: WireChatMessage): LiveState {
  if (role === 'assistant')
    return state.earlier.length > 0 ? { ...state, earlier: [], retry: null } : ended(state);
  const ids = new Set(content.map(({ tool_call_id: id }) => id));
  const isStored = (part: LivePart): boolean => part.type === 'call' && ids.has(part.call.tool_call_id);
  return role === 'tool' && state.parts.some(isStored)
    ? { ...state, parts: state.parts.filter((part) => !isStored(part)) }
    : state;
}

/** Nothing more belongs to the parts. */
const ended = (state: LiveState): LiveState => ({
  ...state,
  ended: state.key,
  seq: 0,
  earlier: [],
  parts: [],
  retry: null,
});

function withStatus(state: LiveState, status: string): LiveState {
  if (status === state.status) return state;
  if (AT_REST.has(status)) return { ...ended(state), status };
  return { ...state, status, retry: WITHOUT_RETRY.has(status) ? null : state.retry };
}

/** The delay does not depend on the server's clock. */
const toRetry = (
  { attempt, delay_ms: delay, error, retrying_at: time }: WireRetry,
  { now, skewMs }: Times,
): LiveTurn['retry'] => ({
  attempt,
  error,
  at: delay > 0 || time === null ? now + delay : withoutSkew(time, skewMs),
});
