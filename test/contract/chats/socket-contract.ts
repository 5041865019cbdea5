import type { Fault } from '../../support/chats/faults.ts';
import type { SocketName } from '../../support/chats/operations.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import type { ArrangedChat } from './contract.ts';
import contract from './socket-contract.json' with { type: 'json' };

/**
 * A step: its name and its arguments. `agent.…`, `web.…` and `sockets.…` are methods of the server for tests, `set` sets
 * one of its options, `seed` adds a chat, `writeMany` writes this many parts of a text, `writeLarge` one of this length.
 * Arguments can be `$first` and `$last` (ids of messages), `$queued` and `$queuedLast` (ids of queued messages) and
 * `$call` (the id of the last tool call).
 */
export type Step = readonly [name: string, ...args: readonly unknown[]];

/** An event: its type or kind, or some of its fields. `absent`: fields that it must not have anywhere. */
export type ExpectedEvent =
  | string
  | (Readonly<Record<string, unknown>> & { readonly absent?: readonly string[] });

interface Row {
  readonly id: string;
  /** Switches of the server for tests. */
  readonly options?: Partial<ChatsOptions>;
  /** Absent: the server has no chat. */
  readonly chat?: ArrangedChat;
  /** Why the row is not certain. */
  readonly inferred?: string;
}

/** An upgrade that the server refuses. */
export interface UpgradeRow extends Row {
  readonly socket: SocketName;
  /** Replaces the id of the chat. */
  readonly chatId?: string;
  readonly query?: string;
  /** Default: the token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly faults?: readonly (readonly [SocketName, Fault, number])[];
  readonly workspace?: 'gone' | 'stopped' | 'starting';
  /** `page`: HTML instead of JSON. */
  readonly answer:
    | { readonly status: number; readonly message?: string; readonly page?: true }
    | 'connection lost';
  /** The next upgrade succeeds. */
  readonly then?: 'opens';
}

/** The events of a stream when it opens. */
export interface SnapshotRow extends Row {
  readonly before?: readonly Step[];
  /** `$first` and `$last` stand for the ids of messages. */
  readonly query?: string;
  readonly events: readonly ExpectedEvent[];
}

/** The events of an open stream. A client must end with the conversation of the server in every row. */
export interface StreamRow extends Row {
  /** Of chats-api. */
  readonly section: string;
  readonly before?: readonly Step[];
  /** Happen while the stream is open. */
  readonly then: readonly Step[];
  /** More steps for the suite of the client, before the others. */
  readonly clientOnly?: readonly Step[];
  /** The stream shows parts that the server does not hold. */
  readonly unheld?: true;
  /** The events until the stream closes. Absent: only their number counts. */
  readonly events?: readonly ExpectedEvent[];
  readonly count?: number;
  /** The most events of a message. */
  readonly frames?: { readonly most: number };
  /** Every message is an object with `type` and `data`. */
  readonly envelope?: true;
  /** The code with which the stream closes. */
  readonly closes?: number;
  /** A client must open the stream again. */
  readonly reconnects?: true;
}

/** The events of the watch socket. */
export interface WatchRow extends Row {
  readonly then: readonly Step[];
  readonly events: readonly ExpectedEvent[];
}

/** An upload. */
export interface FileRow extends Row {
  readonly type: string;
  readonly name: string;
  readonly bytes: number;
  /** Default: the organization. */
  readonly query?: string;
  readonly answer: { readonly status: number; readonly message?: string };
}

export const UPGRADES = contract.upgrades as unknown as readonly UpgradeRow[];
export const SNAPSHOTS = contract.snapshots as unknown as readonly SnapshotRow[];
export const STREAMS = contract.streams as unknown as readonly StreamRow[];
export const WATCH = contract.watch as unknown as readonly WatchRow[];
export const FILES = contract.files as unknown as readonly FileRow[];
