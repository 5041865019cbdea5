import type { PermissionMode } from '../agents/acp-agent.ts';

/** `paused`: the turn is over, and the next queued message is being edited. */
type ChatStatus = 'waiting' | 'running' | 'interrupting' | 'requires_action' | 'error' | 'paused';

/** A row of `chats`. Columns with JSON are texts; times are Unix times in ms. */
export interface ChatRow {
  readonly id: string;
  /** Name of the agent. */
  readonly agent: string;
  /** The agent's id of the model; empty for its default. */
  readonly model: string;
  readonly effort: string;
  readonly title: string;
  readonly has_own_title: number;
  readonly status: ChatStatus;
  readonly directory: string;
  readonly permission_mode: PermissionMode;
  readonly plan_mode: number;
  /** A ChatError. */
  readonly last_error: string | null;
  readonly last_turn_summary: string | null;
  readonly archived: number;
  /** From 1; 0 when it is not pinned. */
  readonly pin_order: number;
  /** An object of texts. */
  readonly labels: string;
  readonly client_type: string;
  readonly read_cursor: number;
  /** A StoredSession. */
  readonly session: string | null;
  /** Checklist entries, agent commands, and for stored-usage.ts. */
  readonly checklist: string | null;
  readonly commands: string | null;
  readonly usage: string | null;
  readonly history_version: number;
  readonly had_queue: number;
  readonly agent_token: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A part of a message, as on the wire. */
export type WirePart = Readonly<Record<string, unknown>> & { readonly type: string };

export interface ChatMessageRow {
  readonly id: number;
  readonly chat_id: string;
  readonly role: 'user' | 'assistant' | 'tool' | 'system';
  /** JSON: a list of WirePart. */
  readonly content: string;
  readonly model: string;
  /** JSON: token counts, as on the wire. */
  readonly usage: string | null;
  readonly queued_message_id: number | null;
  readonly version: number;
  readonly growing: number;
  readonly deleted: number;
  readonly created_at: number;
}

export interface ChatQueueRow {
  readonly id: number;
  readonly chat_id: string;
  readonly position: number;
  readonly content: string;
  readonly model: string;
  readonly effort: string;
  readonly plan_mode: number | null;
  readonly editing_since: number | null;
  readonly created_at: number;
}

export interface ChatPermissionRow {
  readonly id: string;
  readonly chat_id: string;
  /** The growing message that holds the call. */
  readonly message_id: number;
  readonly request: string;
  readonly outcome: string | null;
  readonly created_at: number;
}

export interface ChatFileRow {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly bytes: Uint8Array;
  readonly created_at: number;
}

/** The parts of a stored message. */
export const partsOf = ({ content }: { readonly content: string }): readonly WirePart[] =>
  JSON.parse(content);
