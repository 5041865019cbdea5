import type { Task, TaskRef } from '../task.ts';
import type { Transcript } from '../transcript.ts';

/**
 * What taskdeck needs from a server that runs tasks. Every method rejects with a BackendError. `heard` is called whenever bytes of
 * an answer arrive.
 */
export interface AgentBackend {
  readonly capabilities: Capabilities;
  /** Needs no token. */
  serverInfo(signal: AbortSignal, onBytes?: () => void): Promise<ServerInfo>;
  /** Resolves when the server answers at all: the cheapest request, without a token, over a connection of its own. */
  probe(signal: AbortSignal): Promise<void>;
  me(signal: AbortSignal, onBytes?: () => void): Promise<User>;
  /** Newest first. An answer equal to the last one is the very same object, so that callers may skip it by identity. */
  list(query: ListQuery, signal: AbortSignal, onBytes?: () => void): Promise<readonly Task[]>;
  /** `task` may be a UUID, or a name together with its owner. */
  get(task: TaskRef, signal: AbortSignal, onBytes?: () => void): Promise<Task>;
  /** The whole conversation; equal answers are the very same object. */
  transcript(task: TaskRef, signal: AbortSignal, onBytes?: () => void): Promise<Transcript>;
  create(task: NewTask, signal: AbortSignal): Promise<Task>;
  /**
   * Resolves when the agent has taken the message, which can last as long as its whole turn. Never retried.
   * On failure `tookEffect` of the error says whether the transcript must be asked.
   */
  send(task: TaskRef, text: string, signal: AbortSignal): Promise<void>;
  /** Changes the prompt that the next start of a paused task begins with; the agent gets no message. */
  updateInput(task: TaskRef, text: string, signal: AbortSignal): Promise<void>;
  pause(task: TaskRef, signal: AbortSignal): Promise<Build>;
  /** Also starts a task again that is in `error` or `unknown`. */
  resume(task: TaskRef, signal: AbortSignal): Promise<Build>;
  /** The task is gone from every read as soon as this resolves. */
  remove(task: TaskRef, signal: AbortSignal): Promise<void>;
  templates(signal: AbortSignal, onBytes?: () => void): Promise<readonly Template[]>;
  presets(templateVersionId: string, signal: AbortSignal): Promise<readonly Preset[]>;
  /** The sign-ins at other services that a template asks for; creating fails while a required one is missing. */
  externalAuth(templateVersionId: string, signal: AbortSignal): Promise<readonly ExternalAuth[]>;
  build(id: string, signal: AbortSignal): Promise<Build>;
  /** What a workspace last did or does now. */
  latestBuild(workspaceId: string, signal: AbortSignal, onBytes?: () => void): Promise<Build>;
  /** The lines of a build after the one with the id `after`, oldest first; 0 for all of them. */
  buildLogs(
    id: string,
    after: number,
    signal: AbortSignal,
    onBytes?: () => void,
  ): Promise<readonly BuildLogLine[]>;
  /** Where a browser shows the task; null where there is no such page. */
  pageOf(task: TaskRef, signal: AbortSignal): Promise<string | null>;
  /** The users whose name or e-mail address holds `text`, at most fifty; everybody for an empty one. */
  users(text: string, signal: AbortSignal): Promise<readonly User[]>;
}

/** What this backend can do at all; decides which keys are offered. */
export interface Capabilities {
  /** Stop one turn without pausing the task. */
  readonly interrupt: boolean;
  /** Tasks run on this machine, and a new one can be given the directory to work in. */
  readonly directories: boolean;
}

export interface ListQuery {
  /** A user name, an id, or `me`; null for every task the caller may see. */
  readonly owner: string | null;
  /** A name or an id. */
  readonly organization?: string;
  /** One of the server's words, such as `active`. A word that it does not know is a `server` error. */
  readonly status?: string;
}

export interface NewTask {
  readonly templateVersionId: string;
  readonly prompt: string;
  readonly presetId?: string;
  /** At most 32 characters, letters, digits and hyphens; the server makes one up when it is missing. */
  readonly name?: string;
  readonly displayName?: string;
  /** Absolute. Only where the capability `directories` is. */
  readonly directory?: string;
}

export interface ServerInfo {
  /** As the server prints it, such as `v2.33.4+3f1c0de`. */
  readonly version: string;
  /** For links in a browser; empty when the server does not say. */
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
  /** How long builds from it take, by what the server has seen. */
  readonly buildDurations: { readonly start: BuildDurations; readonly stop: BuildDurations };
}

/** Null where the server has not seen enough builds to tell; ms. */
export interface BuildDurations {
  /** Half of the builds were faster: the server's P50. */
  readonly p50Ms: number | null;
  /** One in twenty was slower: the server's P95. */
  readonly p95Ms: number | null;
}

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** The prompt that this preset fixes, or null when the user writes it. */
  readonly prompt: string | null;
}

/** One start or stop of a workspace. */
export interface Build {
  readonly id: string;
  readonly number: number;
  /** The server's word: start, stop or delete. */
  readonly transition: string;
  /** The server's word: pending, running, succeeded, canceling, canceled or failed. */
  readonly status: string;
  /** Why it failed; empty otherwise. Untrusted text. */
  readonly error: string;
  /** While it is pending: how many are before it, and how many wait in all. */
  readonly queuePosition: number;
  readonly queueSize: number;
  /** When it was asked for, began to run, and ended, by the server's clock: Unix ms, null while that has not happened. */
  readonly createdAt: number | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** The preset that it was made with; missing where there is none, or nobody said. */
  readonly presetId?: string;
}

/** One sign-in at another service, such as GitHub. */
export interface ExternalAuth {
  readonly id: string;
  readonly name: string;
  /** Where to sign in, in a browser. */
  readonly url: string;
  readonly done: boolean;
  readonly required: boolean;
}

/** One line that a build printed. `output` is untrusted text. */
export interface BuildLogLine {
  /** Counts up; ask for what comes after it. */
  readonly id: number;
  /** Unix time in ms. */
  readonly at: number;
  /** The server's word: trace, debug, info, warn or error. */
  readonly level: string;
  /** Which step of the build this belongs to, for a heading. */
  readonly stage: string;
  readonly output: string;
}
