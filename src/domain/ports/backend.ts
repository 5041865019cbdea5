import type {
  Evidence,
  ReadTranscript,
  Receipt,
  Resolution,
  SentMessage,
  TranscriptReader,
} from '../receipt.ts';
import type { Task, TaskRef } from '../task.ts';
import type { Transcript } from '../transcript.ts';
import type { Push } from './push.ts';

/**
 * A server that runs tasks. Every method rejects with a BackendError. `onBytes` is called whenever bytes of a response
 * arrive.
 */
export interface AgentBackend extends Push {
  readonly capabilities: Capabilities;
  /** Needs no token. */
  serverInfo(signal: AbortSignal, onBytes?: () => void): Promise<ServerInfo>;
  /** Resolves when the server responds at all. The cheapest request: no token, a connection of its own. */
  probe(signal: AbortSignal): Promise<void>;
  me(signal: AbortSignal, onBytes?: () => void): Promise<User>;
  /** Newest first. Equal responses are the same object. */
  list(query: ListQuery, signal: AbortSignal, onBytes?: () => void): Promise<readonly Task[]>;
  /** `task.id` may be a UUID, or a name in combination with the owner. */
  get(task: TaskRef, signal: AbortSignal, onBytes?: () => void): Promise<Task>;
  /** The whole conversation. Equal responses are the same object. */
  transcript(task: TaskRef, signal: AbortSignal, onBytes?: () => void): Promise<Transcript>;
  create(task: NewTask, signal: AbortSignal): Promise<Task>;
  /**
   * Resolves to what must be known before a send to find out later whether the message arrived. The caller stores it
   * before it sends. Rejects when nothing must be sent now: with `conflict` when the task is not in the listed state.
   */
  prepare(task: Task, readTranscript: TranscriptReader, signal: AbortSignal): Promise<Evidence>;
  /**
   * Resolves when the server has the message, which can take as long as the turn of the agent. Never retried. The
   * error's `tookEffect` says whether the message may have arrived anyway.
   */
  send(task: TaskRef, text: string, signal: AbortSignal): Promise<Receipt>;
  /** Finds out whether a message arrived that was sent without a receipt so far. Rejects when it cannot look. */
  resolve(
    task: Task,
    message: SentMessage,
    readTranscript: TranscriptReader,
    signal: AbortSignal,
  ): Promise<Resolution>;
  /** Finds out the same from a received transcript, at once: the screen must not show the message twice. */
  resolveFrom(task: Task, message: SentMessage, received: ReadTranscript): Resolution;
  /** Changes the initial prompt of a paused task. Sends nothing to the agent. */
  updateInput(task: TaskRef, text: string, signal: AbortSignal): Promise<void>;
  pause(task: TaskRef, signal: AbortSignal): Promise<Build>;
  /** Also restarts a task in `error` or `unknown`. */
  resume(task: TaskRef, signal: AbortSignal): Promise<Build>;
  /** Resolves when no other request returns the task any more. */
  remove(task: TaskRef, signal: AbortSignal): Promise<void>;
  templates(signal: AbortSignal, onBytes?: () => void): Promise<readonly Template[]>;
  presets(templateVersionId: string, signal: AbortSignal): Promise<readonly Preset[]>;
  /**
   * Other services that the template requires or offers to sign in to; creating a task fails while a required sign-in
   * is missing.
   */
  externalAuth(templateVersionId: string, signal: AbortSignal): Promise<readonly ExternalAuth[]>;
  build(id: string, signal: AbortSignal): Promise<Build>;
  /** The current or last build of a workspace. */
  latestBuild(workspaceId: string, signal: AbortSignal, onBytes?: () => void): Promise<Build>;
  /** The lines of a build after the one with id `after`, oldest first; 0 for all. */
  buildLogs(
    id: string,
    after: number,
    signal: AbortSignal,
    onBytes?: () => void,
  ): Promise<readonly BuildLogLine[]>;
  /** The URL of the task's web page; null when it has none. */
  pageOf(task: TaskRef, signal: AbortSignal): Promise<string | null>;
  /** At most 50 users whose name or e-mail address contains `text`; all for an empty one. */
  users(text: string, signal: AbortSignal): Promise<readonly User[]>;
}

/** The features of a backend; they decide which keys are available. */
export interface Capabilities {
  /** Can stop a turn without pausing the task. */
  readonly interrupt: boolean;
  /** Tasks run on this machine, and a new one can be given a working directory. */
  readonly directories: boolean;
}

export interface ListQuery {
  /** A user name, an id, or `me`; null for all visible tasks. */
  readonly owner: string | null;
  /** A name or an id. */
  readonly organization?: string;
  /** A status of the server, such as `active`. An unknown one causes a `server` error. */
  readonly status?: string;
}

export interface NewTask {
  readonly templateVersionId: string;
  readonly prompt: string;
  readonly presetId?: string;
  /** At most 32 letters, digits and hyphens; the server generates one when missing. */
  readonly name?: string;
  readonly displayName?: string;
  /** Absolute. Only with the capability `directories`. */
  readonly directory?: string;
}

export interface ServerInfo {
  /** Such as `v2.33.4+3f1c0de`. */
  readonly version: string;
  /** For links in a browser; empty when unknown. */
  readonly dashboardUrl: string;
}

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly activeVersionId: string;
  readonly organizationName: string;
  /** The usual build durations that the server measured. */
  readonly buildDurations: { readonly start: BuildDurations; readonly stop: BuildDurations };
}

/** Null without enough builds; ms. */
export interface BuildDurations {
  /** The median. */
  readonly p50Ms: number | null;
  /** The 95th percentile. */
  readonly p95Ms: number | null;
}

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** The fixed prompt of the preset; null when the user writes it. */
  readonly prompt: string | null;
}

/** One start or stop of a workspace. */
export interface Build {
  readonly id: string;
  readonly number: number;
  /** `start`, `stop` or `delete`. */
  readonly transition: string;
  /** `pending`, `running`, `succeeded`, `canceling`, `canceled` or `failed`. */
  readonly status: string;
  /** The reason of a failure; empty otherwise. Untrusted text. */
  readonly error: string;
  /** The position in the server's queue from 1, and the queue's size, while pending. */
  readonly queuePosition: number;
  readonly queueSize: number;
  /** Unix ms by the server's clock; null until it happens. */
  readonly createdAt: number | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** Missing without a preset, or when unknown. */
  readonly presetId?: string;
}

/** A sign-in to another service, such as GitHub. */
export interface ExternalAuth {
  readonly id: string;
  readonly name: string;
  /** The page to sign in. */
  readonly url: string;
  readonly done: boolean;
  readonly required: boolean;
}

/** One line of a build log. `output` is untrusted text. */
export interface BuildLogLine {
  /** Increases with each line. */
  readonly id: number;
  /** Unix ms. */
  readonly at: number;
  /** `trace`, `debug`, `info`, `warn` or `error`. */
  readonly level: string;
  /** The step of the build, for a heading. */
  readonly stage: string;
  readonly output: string;
}
