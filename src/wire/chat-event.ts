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
const record = z.record(z.string(), z.unknown());

const wireRetry = z.object({
  attempt: number,
  delay_ms: number,
  error: text,
  /** Null or missing: only `delay_ms` says when. */
  retrying_at: z.catch(withDefault(timestamp, null), null),
});

const wireLivePart = z.object({
  part: record,
  history_version: number,
  generation_attempt: number,
  seq: number,
});
const deltas = z.object({ args_delta: text, result_delta: text, result_reset: flag });

/** Each body under the name of its event, but that of `status` without the object around the word. */
const bodies = {
  message: z.object({ message: wireChatMessage }),
  message_part: z.object({ message_part: wireLivePart }),
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
      const { part, ...numbers } = bodies.message_part.safeParse(event).data?.message_part ?? {};
      const streamed = part === undefined ? null : streamedPart(part);
      return streamed === null
        ? null
        : { type: event.type, message_part: { ...NO_NUMBERS, ...numbers, part: streamed } };
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

const NO_NUMBERS = { history_version: 0, generation_attempt: 0, seq: 0 };

const queuedMessage = (row: unknown): readonly WireQueuedMessage[] => {
  const { data } = wireQueuedMessage.safeParse(row);
  return data === undefined ? [] : [data];
};

/** The fields that a part without any has. */
const EMPTY_PART = wireChatPart.parse({});
const NO_DELTAS = deltas.parse({});

function streamedPart(part: Fields): WireStreamedPart | null {
  // Most pieces are text, and there may be thousands in a frame.
  if (part.type === 'text' && typeof part.text === 'string')
    return { ...EMPTY_PART, ...NO_DELTAS, type: part.type, text: part.text };
  const whole = wireChatPart.safeParse(part).data;
  return whole === undefined ? null : { ...whole, ...deltas.parse(part) };
}
