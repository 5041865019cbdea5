import type { Message } from './message.ts';
import type { Task } from './task.ts';
import type { Transcript } from './transcript.ts';

/** The server's word that it has a message, which then leaves the outbox. */
export type Receipt =
  /** The agent has it. `messageId`: its id in the transcript, where the server reports one. */
  | { readonly kind: 'accepted'; readonly messageId?: Message['id'] }
  /** The server holds it until the agent is ready. */
  | { readonly kind: 'queued'; readonly queueId: string };

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The notes of a source before it sends a message, to find out later whether the message arrived. They are stored with
 * the message and read by its source alone, perhaps by a later version of it.
 */
export type Evidence = Json;

/** A message whose send has started, as its source needs it to find out whether it arrived. */
export interface SentMessage {
  readonly text: string;
  /** When the send started, Unix ms. An earlier request proves nothing. */
  readonly startedAt: number;
  /** When the send ended without a response, Unix ms; null while it is pending, and after a receipt. */
  readonly brokenAt: number | null;
  /** Null without a response so far. A later taskdeck does not have it: a message with a receipt leaves the outbox. */
  readonly receipt: Receipt | null;
  /** Null when it could not be stored or read. */
  readonly evidence: Evidence | null;
  /** Whether this text was ever sent from this machine. */
  readonly wasSentHere: (text: string) => boolean;
}

/**
 * The whereabouts of a sent message. While its send is pending only `accepted`, `queued` and `undecided` are possible:
 * everything else is decided by its response.
 */
export type Resolution =
  | 'accepted'
  | 'queued'
  /** The server does not have it and will not get it: it can be sent again. */
  | 'absent'
  /** Nothing that is requested later can decide: the user has to. */
  | 'unknown'
  /** Not decided yet: a later look can decide. */
  | 'undecided';

export interface ReadTranscript {
  readonly transcript: Transcript;
  /** When the request started, Unix ms. */
  readonly requestedAt: number;
}

/**
 * Requests the transcript of a task after this call, or shares a request that started after it; the screen shows the
 * response. Rejects with a BackendError, or with the reason of the signal.
 */
export type TranscriptReader = (task: Task, signal: AbortSignal) => Promise<ReadTranscript>;
