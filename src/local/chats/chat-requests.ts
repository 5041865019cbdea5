import type { PermissionMode } from '../agents/acp-agent.ts';
import type { PlannedWorktree } from '../worktrees/worktree-table.ts';
import type { ChatFileRow, ChatMessageRow, ChatQueueRow, WirePart } from './chat-row-types.ts';
import type { PermissionOutcome } from './session.ts';

type Environment = Readonly<Record<string, string>>;

/** A chat to create. All requests hold checked data; parts of files exist and have their name and type. */
export interface NewChat {
  /** Name of the agent. */
  readonly agent: string;
  /** The agent's id of the model; empty for its default. */
  readonly model: string;
  /** Empty for the agent's default. */
  readonly effort: string;
  /** Empty for a chat that waits. */
  readonly content: readonly WirePart[];
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
  /** Its directory is in a new worktree, instead of `directory`; null for none. */
  readonly worktree: PlannedWorktree | null;
}

/** Settings that a message changes; absent ones stay. A queued message changes them when it runs. */
export interface MessageSettings {
  readonly model?: string;
  readonly effort?: string;
  readonly planMode?: boolean;
}

export interface EditRequest extends MessageSettings {
  readonly content: readonly WirePart[];
}

export interface SendRequest extends EditRequest {
  /** While a turn runs: `interrupt` also ends that turn. */
  readonly busy: 'queue' | 'interrupt';
  readonly environment?: Environment | null;
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
  readonly content?: readonly WirePart[];
  readonly editing?: boolean;
  readonly model?: string;
  readonly effort?: string;
}

/** Settings of the next turns; absent ones stay. */
export interface SettingsChange extends MessageSettings {
  readonly permissionMode?: PermissionMode;
}

/** An answer to a permission request. */
export interface ToolResult {
  /** The tool call of the request. */
  readonly id: string;
  readonly outcome: PermissionOutcome;
}

export interface MessagePage {
  /** Oldest first with `after` alone, newest first otherwise. */
  readonly messages: readonly ChatMessageRow[];
  /** Empty with bounds. */
  readonly queue: readonly ChatQueueRow[];
  readonly hasMore: boolean;
}

/** The bounds are excluded; null for none. */
export interface PageRequest {
  readonly limit: number;
  readonly before: number | null;
  readonly after: number | null;
}

/** The growing message of a running turn. */
export interface GrowingMessage {
  /** Another number for each growing message of this server. */
  readonly turn: number;
  /** Null until the message is stored. */
  readonly id: number | null;
  /** Everything so far, in as few parts as possible, as streams send them. */
  readonly parts: readonly WirePart[];
}

/** A part of the growing message, as streams send it: text and results in pieces, tool calls whole at each change. */
export interface LivePart {
  readonly part: WirePart;
  /** As in GrowingMessage. */
  readonly turn: number;
  /** Null until the message is stored. */
  readonly messageId: number | null;
}

/** The step before the first answer of a turn. */
export interface ChatStage {
  readonly name: string;
  readonly detail?: string;
  /** Unix time in ms. */
  readonly since: number;
  /** It waits until other agents have started. */
  readonly isQueued: boolean;
}

export type UploadedFile = Pick<ChatFileRow, 'name' | 'media_type' | 'bytes'>;
