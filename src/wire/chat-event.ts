import * as z from 'zod/mini';
import {
  type WireChatMessage,
  type WireChatPart,
  type WireLastError,
  type WireQueuedMessage,
  wireChatMessage,
  wireChatPart,
  wireLastError,
  wireQueuedMessage,
} from './chat.ts';
import { timestamp, withDefault } from './common.ts';

/*
 * The events of the sockets of Coder's Chats. Newer servers send arrays of events, and single ones to those who watch;
 * servers until about 2.32 send envelopes: `{"type":"ping"}`, `{"type":"data","data":…}`, `{"type":"error","data":…}`.
 * No version says which: the frame does.
 */

/** An event of the stream of one chat. */
export type WireChatEvent =
  | { readonly type: 'message'; readonly message: WireChatMessage }
  | { readonly type: 'message_part'; readonly message_part: WireLivePart }
  | { readonly type: 'preview_reset' }
  | { readonly type: 'history_reset' }
  | { readonly type: 'status'; readonly status: string }
  | { readonly type: 'queue_update'; readonly queued_messages: readonly WireQueuedMessage[] }
  | { readonly type: 'error'; readonly error: WireLastError }
  | { readonly type: 'retry'; readonly retry: WireRetry };

/** A piece of the turn under way. Older servers number none; 0 stands for no number. */
export interface WireLivePart {
  readonly part: WireStreamedPart;
  readonly history_version: number;
  readonly generation_attempt: number;
  readonly seq: number;
  /** Local server only: the message that the part belongs to, which answers to GET have as it grows. 0 if unknown. */
  readonly message_id: number;
}

/** A part as streams send it, with the pieces of arguments and results. */
export interface WireStreamedPart extends WireChatPart {
  readonly args_delta: string;
  readonly result_delta: string;
  readonly result_reset: boolean;
}

export type WireRetry = z.infer<typeof wireRetry>;

const text = z.catch(withDefault(z.string(), ''), '');
const number = z.catch(withDefault(z.number(), 0), 0);
const flag = z.catch(withDefault(z.boolean(), false), false);

const wireRetry = z.object({
  attempt: number,
  delay_ms: number,
  error: text,
  /** Null or missing: only `delay_ms` says when. */
  retrying_at: z.catch(withDefault(timestamp, null), null),
});

const deltas = z.object({ args_delta: text, result_delta: text, result_reset: flag });

/** Each body under the name of its event, but that of `status` without the object around the word. */
const bodies = {
  message: z.object({ message: wireChatMessage }),
  preview_reset: z.object({}),
  history_reset: z.object({}),
  status: z.object({ status: z.object({ status: z.string() }) }),
  // Absent: the queue is empty.
  queue_update: z.object({ queued_messages: withDefault(z.array(z.unknown()), []) }),
  error: z.object({ error: wireLastError }),
  retry: z.object({ retry: wireRetry }),
};

/** The server of an older version reported an error of the socket. The message is untrusted text. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
}

/**
 * The events of a frame; those that are unknown or invalid are left out. @throws SyntaxError for a frame that is no JSON,
 * and EnvelopeError
 */
export const chatEventsIn = (frame: string): readonly WireChatEvent[] =>
  eventsIn(frame).flatMap((event) => chatEvent(event) ?? []);

/** Whether a frame of the watch socket says that something changed. It throws as above. */
export const isWatchEvent = (frame: string): boolean => eventsIn(frame).length > 0;

type Fields = Readonly<Record<string, unknown>>;

function eventsIn(frame: string): readonly Fields[] {
  const value: unknown = JSON.parse(frame);
  if (Array.isArray(value)) return value.filter(isFields);
  if (!isFields(value)) return [];
  if (value.type === 'ping') return [];
  if (!('data' in value)) return [value];
  const { type, data } = value;
  if (type === 'error') throw new EnvelopeError(messageOf(data));
  return (Array.isArray(data) ? data : [data]).filter(isFields);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const messageOf = (data: unknown): string =>
  isFields(data) && typeof data.message === 'string' ? data.message : '';

/** Null for an unknown or invalid event. */
function chatEvent(event: Fields): WireChatEvent | null {
  switch (event.type) {
    case 'message': {
      const body = bodies.message.safeParse(event).data;
      return body ? { type: event.type, message: body.message } : null;
    }
    case 'message_part': {
      const part = livePart(event.message_part);
      return part === null ? null : { type: event.type, message_part: part };
    }
    case 'preview_reset':
    case 'history_reset':
      return { type: event.type };
    case 'status': {
      const body = bodies.status.safeParse(event).data;
      return body ? { type: event.type, status: body.status.status } : null;
    }
    case 'queue_update': {
      const body = bodies.queue_update.safeParse(event).data;
      return body ? { type: event.type, queued_messages: body.queued_messages.flatMap(queuedMessage) } : null;
    }
    case 'error': {
      const body = bodies.error.safeParse(event).data;
      return body ? { type: event.type, error: body.error } : null;
    }
    case 'retry': {
      const body = bodies.retry.safeParse(event).data;
      return body ? { type: event.type, retry: body.retry } : null;
    }
    default:
      return null;
  }
}

const queuedMessage = (row: unknown): readonly WireQueuedMessage[] => {
  const { data } = wireQueuedMessage.safeParse(row);
  return data === undefined ? [] : [data];
};

/** The fields that a part without any has. */
const EMPTY_PART = { ...wireChatPart.parse({}), ...deltas.parse({}) };

/** Written by hand: a frame may have thousands of them, and most are text. */
function livePart(value: unknown): WireLivePart | null {
  if (!isFields(value) || !isFields(value.part)) return null;
  const part = streamedPart(value.part);
  return part === null
    ? null
    : {
        part,
        history_version: numberOf(value.history_version),
        generation_attempt: numberOf(value.generation_attempt),
        seq: numberOf(value.seq),
        message_id: numberOf(value.message_id),
      };
}

function streamedPart(part: Fields): WireStreamedPart | null {
  const { type } = part;
  if (type === 'text' || type === 'reasoning') return { ...EMPTY_PART, type, text: textOf(part.text) };
  const isPiece =
    (type === 'tool-call' && !('args' in part)) || (type === 'tool-result' && !('result' in part));
  if (isPiece)
    return {
      ...EMPTY_PART,
      type,
      tool_call_id: textOf(part.tool_call_id),
      tool_name: textOf(part.tool_name),
      args_delta: textOf(part.args_delta),
      result_delta: textOf(part.result_delta),
      result_reset: part.result_reset === true,
    };
  const whole = wireChatPart.safeParse(part).data;
  return whole === undefined ? null : { ...whole, ...deltas.parse(part) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
