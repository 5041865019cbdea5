import type { ChatFileRow, ChatMessageRow, ChatQueueRow, WirePart } from './chat-row-types.ts';
import type { PermissionMode } from './session.ts';

/** A part of a message of the user, checked: trimmed text, an uploaded file, or lines of a file. */
export type InputPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'file'; readonly file_id: string }
  | {
      readonly type: 'file-reference';
      readonly file_name: string;
      readonly start_line: number;
      readonly end_line: number;
      readonly content: string;
    };

type Environment = Readonly<Record<string, string>>;

/** What a chat is created from. */
export interface NewChat {
  /** Name of the agent. */
  readonly agent: string;
  /** The agent's id of the model; empty for its default. */
  readonly model: string;
  /** Empty for the agent's default. */
  readonly effort: string;
  /** Empty for a chat that waits. */
  readonly content: readonly InputPart[];
  /** Absolute path. */
  readonly directory: string;
  readonly permissionMode: PermissionMode;
  readonly planMode: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the user; null for the first words of the prompt, and titles of the agent. */
  readonly title: string | null;
  readonly clientType: 'ui' | 'api';
  /** From `validatedEnvironment`; null if the request has none. */
  readonly environment: Environment | null;
}

/** Settings that a message changes; absent ones stay. A queued message changes them when it runs. */
export interface MessageSettings {
  readonly model?: string;
  readonly effort?: string;
  readonly planMode?: boolean;
}

export interface SendRequest extends MessageSettings {
  readonly content: readonly InputPart[];
  /** What happens while a turn runs: `interrupt` also ends that turn. */
  readonly busyBehavior: 'queue' | 'interrupt';
  readonly environment: Environment | null;
}

/** One of `message` and `queued` is set. */
export interface SendResult {
  readonly message: ChatMessageRow | null;
  readonly queued: ChatQueueRow | null;
  /** All visible messages that the send added; the former head of the queue among them. */
  readonly inserted: readonly ChatMessageRow[];
  /** Sentences for the user, about files. */
  readonly warnings: readonly string[];
}

export interface EditResult {
  readonly message: ChatMessageRow;
  readonly deletedIds: readonly number[];
}

/** Changes of a queued message; absent fields stay. */
export interface QueuedChange {
  readonly content?: readonly InputPart[];
  readonly editing?: boolean;
  readonly model?: string;
  readonly effort?: string;
}

/** Changes of a chat, applied as one; absent fields stay. */
export interface ChatUpdate extends MessageSettings {
  readonly title?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly archived?: boolean;
  /** 0 unpins. Above 0 appends an unpinned chat, or moves a pinned one to this place. */
  readonly pinOrder?: number;
  readonly permissionMode?: PermissionMode;
  readonly read?: boolean;
  readonly environment?: Environment | null;
}

/** An answer to an open permission request. `output` is checked here. */
export interface ToolResult {
  readonly toolCallId: string;
  readonly output: unknown;
}

export interface MessagePage {
  /** Oldest first with `after` alone, newest first otherwise. */
  readonly messages: readonly ChatMessageRow[];
  /** Only without bounds. */
  readonly queue: readonly ChatQueueRow[];
  readonly hasMore: boolean;
}

/** Excluded bounds of a page; null for none. */
export interface PageRequest {
  readonly limit: number;
  readonly before: number | null;
  readonly after: number | null;
}

/** The growing message of the running turn. */
export interface LiveTurn {
  /** Null until the message is stored. */
  readonly messageId: number | null;
  /** What a new stream begins with: everything so far, in as few parts as possible. */
  readonly parts: readonly WirePart[];
}

/** What a turn waits for before its first answer. */
export interface ChatStage {
  readonly name: string;
  /** Unix time in ms. */
  readonly since: number;
  /** It waits until other agents have started. */
  readonly isQueued: boolean;
}

export type UploadedFile = Pick<ChatFileRow, 'name' | 'media_type' | 'bytes'>;
