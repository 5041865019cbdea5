import type { AgentRuntime } from '../agent-runtime.ts';
import type { AcpAgent, PermissionMode } from '../agents/acp-agent.ts';

/*
 * The data that chats and the runtime of their agents exchange. The types follow the Agent Client Protocol, but hold only checked
 * data: acp/ maps and bounds what an agent sends. All strings are untrusted text.
 */

/** A part of a prompt. */
export type PromptPart =
  | { readonly type: 'text'; readonly text: string }
  /** `data`: base64. */
  | { readonly type: 'image'; readonly mediaType: string; readonly data: string }
  /** A text file that the user attached. */
  | { readonly type: 'file'; readonly name: string; readonly mediaType: string; readonly text: string };

/** A prompt for the agent of a chat, and all that a session needs for it. */
export interface ChatTurn {
  readonly chatId: string;
  readonly agent: AcpAgent;
  /** Absolute; exists when the turn begins, or the turn fails. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly prompt: readonly PromptPart[];
  /**
   * The earlier messages of the chat as text, for a new session of a chat that has some: after an edit of a message, and
   * after a lost session. Empty for none.
   */
  readonly earlier: string;
  /** The session to continue; null begins one. */
  readonly session: StoredSession | null;
  readonly settings: SessionSettings;
}

/** The user's choices for the turns of a chat. */
export interface SessionSettings {
  readonly permissionMode: PermissionMode;
  readonly planMode: boolean;
  /** The agent's id of a model; empty for the agent's default. */
  readonly model: string;
  /** Empty for the agent's default. */
  readonly effort: string;
}

/** A session as the database keeps it. */
export interface StoredSession {
  readonly id: string;
  /** The agent's own version; empty if it does not say. */
  readonly agentVersion: string;
  readonly canLoad: boolean;
  readonly canResume: boolean;
  /** A prompt was answered: an agent may not know a session without any. */
  readonly hadTurn: boolean;
}

/** The choices that an agent's last session offered, for the pickers of model and mode. */
export interface AgentOffer {
  readonly version: string;
  readonly models: readonly OfferedChoice[];
  /** Empty if the agent names none. */
  readonly currentModel: string;
  readonly modes: readonly OfferedChoice[];
  readonly currentMode: string;
  readonly efforts: readonly string[];
  readonly currentEffort: string;
  /** Whether prompts may hold images. */
  readonly takesImages: boolean;
}

export interface OfferedChoice {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export type ToolKind =
  | 'read'
  | 'edit'
  | 'delete'
  | 'move'
  | 'search'
  | 'execute'
  | 'think'
  | 'fetch'
  | 'other';
type ToolStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled';

/** Adds a tool call, or changes the fields that are present. */
export interface ToolCallChange {
  readonly id: string;
  readonly name?: string;
  readonly title?: string;
  readonly kind?: ToolKind;
  readonly status?: ToolStatus;
  /** When it began, Unix time in ms, if that was after its first report. */
  readonly startedAt?: number;
  /** The arguments, JSON data. */
  readonly input?: unknown;
  /** The whole output so far. */
  readonly output?: string;
  /** Appends to the output. */
  readonly outputDelta?: string;
  readonly diffs?: readonly FileDiff[];
  readonly locations?: readonly FileLocation[];
}

/** `oldText` is null for a new file. */
export interface FileDiff {
  readonly path: string;
  readonly oldText: string | null;
  readonly newText: string;
}

/** `line` counts from 1; null if unknown. */
export interface FileLocation {
  readonly path: string;
  readonly line: number | null;
}

export interface ChecklistEntry {
  readonly content: string;
  readonly priority: 'high' | 'medium' | 'low';
  readonly status: 'pending' | 'in_progress' | 'completed';
}

interface AgentCommand {
  readonly name: string;
  readonly description: string;
}

/** Fill of the context in tokens, and the cost of the session so far. Null: the agent does not say. */
export interface SessionUsage {
  readonly used: number | null;
  readonly size: number | null;
  readonly cost: { readonly amount: number; readonly currency: string } | null;
}

/** Something that an agent reported, in a turn or outside of one. */
export type SessionUpdate =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  | { readonly type: 'tool'; readonly change: ToolCallChange }
  /** Replaces the checklist. */
  | { readonly type: 'checklist'; readonly entries: readonly ChecklistEntry[] }
  /** Replaces the commands. */
  | { readonly type: 'commands'; readonly commands: readonly AgentCommand[] }
  | { readonly type: 'usage'; readonly usage: SessionUsage }
  | { readonly type: 'title'; readonly title: string }
  /** A remark of the agent, or of ours about it, such as lost context. */
  | { readonly type: 'notice'; readonly text: string };

type PermissionOptionKind = 'allow_once' | 'allow_always' | 'reject_once' | 'reject_always';

/** An agent asks whether it may use a tool. */
export interface PermissionRequest {
  /** Unique among all chats; chosen by us. */
  readonly id: string;
  /** The tool call; its fields count as an update of it. */
  readonly call: ToolCallChange;
  /** In the agent's order; may be empty. */
  readonly options: readonly {
    readonly id: string;
    readonly name: string;
    /** `other`: a kind that we do not know. */
    readonly kind: PermissionOptionKind | 'other';
  }[];
}

export type PermissionOutcome =
  | { readonly outcome: 'selected'; readonly option_id: string }
  | { readonly outcome: 'cancelled' };

export interface PermissionAnswer {
  readonly requestId: string;
  readonly outcome: PermissionOutcome;
}

/** An error of a chat, as on the wire (`last_error`). */
export interface ChatError {
  readonly message: string;
  readonly detail?: string;
  readonly kind: 'generic' | 'auth' | 'content_filter' | 'config';
  readonly retryable: boolean;
}

/** How a turn ended. */
export type TurnEnd =
  /** The agent answered the prompt. Unknown reasons stay as received. */
  | { readonly kind: 'answered'; readonly stopReason: string }
  /** The server ended it after an interrupt that the agent did not follow in time. */
  | { readonly kind: 'interrupted' }
  /** The session, the prompt or the process failed. */
  | { readonly kind: 'failed'; readonly error: ChatError }
  /** The server closed the session: it was archived or deleted, or the server ends. */
  | { readonly kind: 'closed' };

export interface SessionStage {
  /** For users, such as `Starting Gemini CLI`. */
  readonly name: string;
  /** Untrusted text behind the name, such as the last line of a command's output. */
  readonly detail?: string;
  /** It waits until other agents have started. */
  readonly isQueued: boolean;
}

/** The runtime of chats: sessions of agents. */
export interface ChatRuntime extends AgentRuntime<ChatTurn, PermissionAnswer> {
  /**
   * Applies settings to the running session of a chat, and reports to `settings` what the agent made of them. Without a
   * session it does nothing: the next turn applies the settings of the chat.
   */
  configure(chatId: string, settings: SessionSettings): void;
}

/**
 * Receives what happens in the sessions of agents. Calls of one chat come in the order of their causes. A listener must
 * not throw; it retries its writes itself.
 */
export interface SessionListener {
  /** The step before the first answer of a turn; null when that is over. */
  stage(chatId: string, stage: SessionStage | null): void;
  /** The session began or was continued; also when one of these changes. Null: the session is lost. */
  session(chatId: string, session: StoredSession | null, offer: AgentOffer | null): void;
  /** The permission mode or the model that the agent really has, after it or the user changed it. */
  settings(chatId: string, settings: Partial<SessionSettings>): void;
  update(chatId: string, update: SessionUpdate): void;
  permission(chatId: string, request: PermissionRequest): void;
  /** The agent no longer waits for this answer. */
  withdrawn(chatId: string, requestId: string, reason: string): void;
  turnEnded(chatId: string, end: TurnEnd): void;
}
