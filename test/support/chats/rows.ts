/** The rows that the stand-in server holds. Times are Unix times in ms, with fractions. */

export type Status = 'waiting' | 'running' | 'interrupting' | 'requires_action' | 'error' | 'paused';

/** A part of a message, as on the wire. */
export type Part = Readonly<Record<string, unknown>> & { readonly type: string };

export interface MessageRow {
  readonly id: number;
  readonly role: 'user' | 'assistant' | 'tool' | 'system';
  content: readonly Part[];
  readonly createdAt: number;
  readonly createdBy: string | null;
  readonly model: string | null;
  /** The queued message that became this one. */
  readonly queuedMessageId: number | null;
  /** Token counts, as on the wire. */
  usage: Readonly<Record<string, number>> | null;
  /** The version of the chat's history at which it was inserted or changed. */
  version: number;
  /** Deleted messages stay stored, but no answer has them. */
  deleted: boolean;
}

/** A part of the turn under way, which is not stored with the messages. */
export interface LivePart {
  readonly role: 'assistant' | 'tool';
  readonly part: Part;
  readonly seq: number;
}

export interface QueueRow {
  readonly id: number;
  content: readonly Part[];
  readonly createdAt: number;
  readonly model: string | null;
  editingSince: number | null;
}

/** An uploaded file. */
export interface FileRow {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface ChatError {
  readonly message: string;
  readonly detail?: string;
  readonly kind?: string;
  readonly provider?: string;
  readonly retryable: boolean;
  readonly status_code?: number;
}

export interface ChatRow {
  readonly id: string;
  readonly organizationId: string;
  readonly ownerId: string;
  readonly ownerUsername: string;
  readonly parentId: string | null;
  readonly rootId: string;
  readonly createdAt: number;
  readonly clientType: string;
  /** Fields that are added to the chat on the wire, and replace equal ones. */
  extra: Readonly<Record<string, unknown>>;
  /** A status word that replaces the true one on the wire. */
  word: string | null;
  /** False after a turn began until the agent does something. The oldest era reports `pending` then. */
  admitted: boolean;
  title: string;
  status: Status;
  planMode: boolean;
  lastError: ChatError | null;
  lastTurnSummary: string | null;
  summary: string | null;
  /** The pull request and what it changes, as on the wire. */
  diffStatus: Readonly<Record<string, unknown>> | null;
  /** A unified diff. */
  diff: string;
  updatedAt: number;
  archived: boolean;
  /** Shared with others; the chat of another owner: shared with the user. */
  shared: boolean;
  /** 0: not pinned. */
  pinOrder: number;
  labels: Readonly<Record<string, string>>;
  /** The owner has read the messages up to this id. */
  readCursor: number;
  model: string;
  effort: string | null;
  workspaceId: string | null;
  queuedForCapacity: boolean;
  /** The rows contradict each other: everything except reconcile answers 409. */
  invalid: boolean;
  /** Calls of tools of the client that have no result yet. */
  openCalls: readonly string[];
  messages: MessageRow[];
  queue: QueueRow[];
  /** Rises with each turn, so that a timer of an older turn changes nothing. */
  turn: number;
  /** Rises with each message that is inserted, changed or deleted. */
  historyVersion: number;
  /** True once a message was queued. */
  hadQueue: boolean;
  /** Parts since the last stored message, and the attempt that produces them. */
  live: LivePart[];
  attempt: number;
  /** The highest `seq` of the attempt. */
  lastSeq: number;
  /** The files of its messages, up to the limit. */
  fileIds: readonly string[];
  /** Answers of GET of the cost. Null: counted from the messages. */
  cost: Readonly<Record<string, number>> | null;
  /** The answer to a refresh of uncommitted changes: repositories as on the wire, or an error. */
  uncommitted: readonly Readonly<Record<string, string>>[] | { readonly error: string };
}

/** The plain text of a message. */
export const textOf = ({ content }: { readonly content: readonly Part[] }): string =>
  content
    .map(({ type, text }) => (type === 'text' ? String(text) : ''))
    .filter((text) => text !== '')
    .join('\n');
