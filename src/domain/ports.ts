import type { Entry, History, Place } from './history.ts';
import type { KeptPlace, KeptView } from './kept-layout.ts';
import type { LastChoice, TaskForm } from './new-task.ts';
import type { NoticeWords } from './notices.ts';
import type { Sort } from './order.ts';
import type { OutboxRows } from './outbox-rows.ts';
import type { Reading } from './reading.ts';
import type { Scope } from './scope.ts';
import type { Task, TaskRef } from './task.ts';
import type { Stretch } from './timeline.ts';
import type { Transcript } from './transcript.ts';

/** What taskdeck needs from whoever runs the tasks. Every method rejects with a BackendError. */
export interface AgentBackend {
  readonly capabilities: Capabilities;
  /** Needs no token. */
  serverInfo(signal: AbortSignal): Promise<ServerInfo>;
  me(signal: AbortSignal): Promise<User>;
  /** Newest first. An answer equal to the last one is the very same object, so that callers may skip it by identity. */
  list(query: ListQuery, signal: AbortSignal): Promise<readonly Task[]>;
  /** `task` may be a UUID, or a name together with its owner. */
  get(task: TaskRef, signal: AbortSignal): Promise<Task>;
  /** The whole conversation; equal answers are the very same object. */
  transcript(task: TaskRef, signal: AbortSignal): Promise<Transcript>;
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
  templates(signal: AbortSignal): Promise<readonly Template[]>;
  presets(templateVersionId: string, signal: AbortSignal): Promise<readonly Preset[]>;
  /** The sign-ins at other services that a template asks for; creating fails while a required one is missing. */
  externalAuth(templateVersionId: string, signal: AbortSignal): Promise<readonly ExternalAuth[]>;
  build(id: string, signal: AbortSignal): Promise<Build>;
  /** What a workspace last did or does now. */
  latestBuild(workspaceId: string, signal: AbortSignal): Promise<Build>;
  /** The lines of a build after the one with the id `after`, oldest first; 0 for all of them. */
  buildLogs(id: string, after: number, signal: AbortSignal): Promise<readonly BuildLogLine[]>;
  /** Asks for the end of a build; it is over when `build` says so. */
  cancelBuild(id: string, signal: AbortSignal): Promise<void>;
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
  readonly buildTimes: { readonly start: BuildTime; readonly stop: BuildTime };
}

/** Null where the server has not seen enough builds to tell; ms. */
export interface BuildTime {
  /** Half of the builds were faster: the server's P50. */
  readonly usualMs: number | null;
  /** One in twenty was slower: the server's P95. */
  readonly longMs: number | null;
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

/** Time, so that tests can hold it still. */
export interface Clock {
  /** Unix time in ms. */
  now(): number;
  /** Runs `callback` after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** Tells the user something while they look elsewhere. Never throws; what became of it nobody knows. */
export interface Notifier {
  notify(words: NoticeWords): void;
}

/** What taskdeck keeps between runs, whichever deployment it is for. Nothing here throws: `notice` says what went wrong. */
export interface Storage {
  /** The user whom this token belonged to when it was last used there; null when it is new. Asks no server. */
  userOf(origin: string, token: string): string | null;
  /** Remembers whose token it is; the token itself is not kept, only a digest of it. */
  rememberUser(origin: string, token: string, user: string): void;
  /** Stands for the user of a token until it is known who that is: no user is called so. */
  strangerOf(origin: string, token: string): string;
  /** Whatever was kept for the one is kept for the other from now on, behind what was there. */
  adopt(origin: string, stranger: string, user: string): void;
  /** Memories of two deployments, or of two users of one, never mix. */
  memory(deployment: { readonly origin: string; readonly user: string }): Memory;
  /** What was seen of its conversations. */
  archive(deployment: { readonly origin: string; readonly user: string }): Archive;
  /** Deletes conversations that were kept, for good. Null when that failed: `notice` says why. */
  purge(what: PurgeChoice): Purged | null;
  /** The messages to its tasks that have not arrived yet. */
  outbox(deployment: { readonly origin: string; readonly user: string }): OutboxRows;
  /** What the tasks of one deployment spent their time with. Apart in the same way. */
  timeline(deployment: { readonly origin: string; readonly user: string }): TimelineMemory;
  /** Why something is not remembered, in one sentence; null while all is well. */
  readonly notice: string | null;
  /** Has `told` called whenever there is something new of that kind to say, in the middle of what goes wrong. */
  onNotice(told: (notice: string) => void): void;
  close(): void;
}

/** What was seen of conversations, kept on this machine for one user of one deployment. Nothing here throws. */
export interface Archive {
  /**
   * The end of what is kept of a task's conversation, or of what stands before a place; bounded, whole messages. Null
   * when nothing is.
   */
  recall(taskId: string, before?: Place): Archived | null;
  /** Writes what changed, unless somebody else did since it was read. */
  keep(taskId: string, change: ArchiveChange): Kept;
  /**
   * Which tasks there are of these owners, or of everybody where that is null: what is kept of others of theirs is deleted
   * once they have been gone for 30 days. An empty name is an owner that was not noted. `now`: Unix ms.
   */
  noteTasks(taskIds: readonly string[], owners: readonly string[] | null, now: number): void;
}

export interface Archived {
  readonly history: History;
  readonly hasOlder: boolean;
  /** Up to where it was read; null when nobody looked yet. */
  readonly read: (Place & { readonly length: number }) | null;
  /** Goes up with every write. */
  readonly revision: number;
}

export interface ArchiveChange {
  /** What the task is called, by which it can be purged, and whose it is; empty when it is gone. */
  readonly name: string;
  readonly owner: string;
  readonly put: readonly Entry[];
  readonly drop: readonly Entry[];
  /** Null when that did not change. */
  readonly read: Archived['read'];
  /** As it was read last; 0 when nothing was kept. */
  readonly revision: number;
  /** What stands before this place was not read: null when all was. */
  readonly floor: Place | null;
  /** Unix ms. */
  readonly now: number;
}

/** `changed`: another taskdeck wrote, so it must be read again; `purged`: what was there was deleted on purpose. */
export type Kept = { readonly revision: number } | 'changed' | 'purged' | 'failed';

/** Which conversations to delete; all that is given must fit. */
export interface PurgeChoice {
  /** Of one deployment, whoever used it. */
  readonly origin?: string;
  /** A task's id, or its name. */
  readonly task?: string;
  /** To which nothing was added since, Unix ms. */
  readonly before?: number;
}

export interface Purged {
  readonly tasks: number;
  readonly messages: number;
  readonly bytes: number;
  /** Others use the file, so that its free space may still hold some of the text until they end. */
  readonly unfinished: boolean;
}

/** What taskdeck remembers about one deployment. Every write is small and done when the call returns. */
export interface Memory {
  /** Prompts that were typed and not sent, by task id; `new` is the one for a new task. */
  drafts(): ReadonlyMap<string, string>;
  /** An empty text forgets the draft. False when it could not be written. */
  saveDraft(key: string, text: string): boolean;
  /** Prompts that were sent, newest last, at most 1,000. */
  history(): readonly string[];
  /** Blank prompts, and one that equals the last, are not added. False when it could not be written. */
  remember(prompt: string): boolean;
  /** The tasks of a scope as they were last seen, the user's own when it is missing; `at` is Unix time in ms. */
  lastList(scope?: Scope): LastList | null;
  /**
   * Writes the whole list of a scope: call it when the list changed, and not more than every few seconds. Of single
   * owners the last one is kept.
   */
  saveList(tasks: readonly Task[], at: number, scope?: Scope): void;
  /** What there was to be seen of tasks when they were last looked at, by task id. */
  seen(): ReadonlyMap<string, string>;
  /** Adds these; what is known of other tasks stays. */
  saveSeen(sights: ReadonlyMap<string, string>): void;
  layout(): Layout;
  saveLayout(layout: Layout): void;
}

/** What was seen of tasks by every run of taskdeck. Two that look at once say the same twice: `inOrder` tells it once. */
export interface TimelineMemory {
  /** What is known of one task, by when it began. */
  read(taskId: string): readonly Stretch[];
  /**
   * Writes what changed; `run` names this run of taskdeck, and `lookedAt` is when it last looked: what is not ended lasts
   * until then. Takes well under a millisecond for a change.
   */
  write(run: string, changes: readonly TimelineChange[], lookedAt: number): void;
  /** Lets go of what is too old to matter; `now` is Unix time in ms. */
  forget(now: number): void;
}

export interface TimelineChange {
  readonly taskId: string;
  /** When the stretch ended that this run saw last, Unix ms; null when it saw none. */
  readonly ended: number | null;
  /** What the task does from then on, of which `until` is not written; null when that is not known. */
  readonly begun: Stretch | null;
}

export interface LastList {
  readonly tasks: readonly Task[];
  /** Unix time in ms. */
  readonly at: number;
}

/** What the screen looked like when it was left. */
export interface Layout {
  readonly selectedTask: string | null;
  /** As usual when missing. */
  readonly reading?: Reading;
  /** The first of them when missing. */
  readonly sort?: Sort;
  /** The list, with all tasks, when missing. */
  readonly view?: KeptView;
  /** Where transcripts are scrolled to, by task id; the end of those that are missing. */
  readonly places?: ReadonlyMap<string, KeptPlace>;
  /** Whose tasks were listed; the user's own when missing. */
  readonly scope?: Scope;
  /** A new task that was being written; its prompt is a draft. */
  readonly form?: TaskForm;
  readonly lastChoice?: LastChoice;
}

/** The clipboard of whoever sits at the terminal. */
export interface Clipboard {
  /** Untrusted text is fine. Never rejects, and is done after a few seconds at most. */
  copy(text: string): Promise<Copied>;
}

export interface Copied {
  /** False when it did not get where the user wants to paste it, as far as that can be known. */
  readonly done: boolean;
  /** What happened, in one sentence or two. */
  readonly words: string;
}

/** Web pages, where whoever sits at the terminal can see them. */
export interface Browser {
  /** Opens a page, or copies its address where nothing can be opened. Untrusted text is fine. Never rejects. */
  open(address: string): Promise<Copied>;
}

/** Files that the user names. */
export interface TextFiles {
  /** Nothing is written over without `overwrite`. Never rejects. */
  save(name: string, text: string, options: { readonly overwrite: boolean }): Promise<Saved>;
}

/** `file` is its whole path. */
export type Saved =
  | { readonly kind: 'saved'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'exists'; readonly file: string }
  /** `why` continues a sentence. */
  | { readonly kind: 'failed'; readonly file: string; readonly why: string };

/** What became of a text that was given to the user's editor. */
export type Written =
  /** Untrusted text: a file may hold anything. */
  | { readonly kind: 'written'; readonly text: string }
  /** The text stays as it was; `why` is a sentence or two. */
  | { readonly kind: 'not-written'; readonly why: string };
