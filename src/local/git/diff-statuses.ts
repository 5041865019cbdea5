import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../domain/ports/clock.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import type { DiffStatus } from '../chats/wire-chat.ts';
import type { ChosenBase } from './base-branch.ts';
import { gitDirectoryOf, sharedDirectoryOf } from './git-directory.ts';
import { diffStatusOf } from './repository-changes.ts';
import { GitError } from './run-git.ts';

export interface DiffStatusesOptions {
  readonly clock: Clock;
  /** The environment of git for a chat. */
  readonly environment: (chat: ChatRow) => NodeJS.ProcessEnv;
  /** The base of the worktree of taskdeck that holds a directory; null for other directories. */
  readonly baseOf: (directory: string) => ChosenBase | null;
}

/** A directory, and what is known of its changes. Times are monotonic, ms. */
interface Entry {
  status: DiffStatus | null;
  /** Of the files that git changes; empty before the first look. */
  fingerprint: string;
  lookedAt: number;
  refreshedAt: number;
  /** Duration of the last run of git. */
  tookMs: number;
  isPlanned: boolean;
}

/** Time between two looks at the files of git, ms. */
const LOOK_MS = 2_000;
/** Time between two refreshes while an agent works, ms. */
const WORKING_MS = 10_000;
/** After a turn, unless the next one begins before: its start matters more, ms. */
const AFTER_TURN_MS = 500;
/** A refresh of 1 s is followed by a pause of 10 s. */
const PAUSE = 10;
/** Directories that are remembered. */
const MAX_ENTRIES = 500;

/**
 * The cached changes of the directories of chats. Git runs in the background, once at a time: after a turn, while an
 * agent works, and when the files of a repository's git directory have changed.
 */
export class DiffStatuses {
  readonly #setup: DiffStatusesOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(directory: string) => void>();
  /** Chats whose agent works. */
  readonly #working = new Set<string>();
  /** How to cancel the refresh after a turn, by chat. */
  readonly #afterTurn = new Map<string, () => void>();
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(setup: DiffStatusesOptions) {
    this.#setup = setup;
  }

  /** The last known changes of a chat's directory; null if unknown. Never waits for git. */
  of(chat: ChatRow): DiffStatus | null {
    const entry = this.#entry(chat.directory);
    const now = this.#setup.clock.monotonic();
    const isWorking = chat.status === 'running';
    if (isWorking && now - entry.refreshedAt >= WORKING_MS) this.#plan(chat, entry);
    else if (now - entry.lookedAt >= LOOK_MS) {
      entry.lookedAt = now;
      void this.#look(chat, entry);
    }
    return entry.status;
  }

  /** Like `of`, without a refresh. */
  known({ directory }: Pick<ChatRow, 'directory'>): DiffStatus | null {
    return this.#entries.get(directory)?.status ?? null;
  }

  /** Reports a change of a chat; null: it is gone. After a turn its agent may have written files. */
  chatChanged(chat: ChatRow | null): void {
    if (chat === null) return;
    if (chat.status === 'running') {
      this.#working.add(chat.id);
      this.#afterTurn.get(chat.id)?.();
      this.#afterTurn.delete(chat.id);
      return;
    }
    if (!this.#working.delete(chat.id) || this.#closing.signal.aborted) return;
    const refresh = (): void => {
      this.#afterTurn.delete(chat.id);
      this.filesChanged(chat);
    };
    this.#afterTurn.set(chat.id, this.#setup.clock.after(AFTER_TURN_MS, refresh));
  }

  /** Reports that files of a chat, or commits, have changed; null: the chat is gone. */
  filesChanged(chat: ChatRow | null): void {
    if (chat === null || this.#closing.signal.aborted) return;
    const entry = this.#entry(chat.directory);
    entry.tookMs = 0;
    this.#plan(chat, entry);
  }

  /** Calls `listener` with each directory whose changes are other ones. Returns how to stop that. */
  onChange(listener: (directory: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends git. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const cancel of this.#afterTurn.values()) cancel();
    await this.#running;
  }

  #entry(directory: string): Entry {
    const known = this.#entries.get(directory);
    if (known !== undefined) return known;
    const entry: Entry = {
      status: null,
      fingerprint: '',
      lookedAt: Number.NEGATIVE_INFINITY,
      refreshedAt: Number.NEGATIVE_INFINITY,
      tookMs: 0,
      isPlanned: false,
    };
    this.#entries.set(directory, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ENTRIES) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }

  async #look(chat: ChatRow, entry: Entry): Promise<void> {
    const fingerprint = await gitFingerprint(chat.directory, this.#setup.baseOf(chat.directory));
    if (fingerprint === entry.fingerprint) return;
    if (this.#plan(chat, entry)) entry.fingerprint = fingerprint;
  }

  /** Returns false if it is too early. */
  #plan(chat: ChatRow, entry: Entry): boolean {
    const now = this.#setup.clock.monotonic();
    if (entry.isPlanned) return true;
    if (now - entry.refreshedAt < PAUSE * entry.tookMs) return false;
    entry.isPlanned = true;
    this.#running = this.#running.then(() => this.#read(chat, entry));
    return true;
  }

  async #read(chat: ChatRow, entry: Entry): Promise<void> {
    const { clock, environment } = this.#setup;
    const { signal } = this.#closing;
    entry.isPlanned = false;
    if (signal.aborted) return;
    const startedAt = clock.monotonic();
    const before = entry.status;
    try {
      const options = { directory: chat.directory, env: environment(chat), signal };
      // Spares the start of a program where git finds nothing.
      const hasGit = (await gitDirectoryOf(chat.directory)) !== null;
      const base = this.#setup.baseOf(chat.directory);
      // Taken first: the next look then finds what changes while git reads.
      const fingerprint = await gitFingerprint(chat.directory, base);
      entry.status = hasGit ? await diffStatusOf(options, clock.wall, base) : null;
      entry.fingerprint = fingerprint;
    } catch (error) {
      if (signal.aborted) return;
      // A missing git, or a repository that git refuses: no changes are known.
      if (!(error instanceof GitError)) console.error(error);
      entry.status = null;
    }
    entry.refreshedAt = clock.monotonic();
    entry.tookMs = entry.refreshedAt - startedAt;
    if (isSameStatus(before, entry.status)) return;
    for (const listener of [...this.#listeners]) listener(chat.directory);
  }
}

/** Files that git writes with each command that changes the branch, the index or the commits. */
const FILES = ['HEAD', 'index', 'logs/HEAD'];

/** Files of the shared git directory that git writes when the base of a worktree moves. */
const baseFiles = (base: string): readonly string[] => [
  `refs/heads/${base}`,
  `refs/remotes/${base}`,
  'packed-refs',
  'reftable/tables.list',
];

/** Changes with the times of git's files; the same text while a directory is in no working tree. */
async function gitFingerprint(directory: string, base: ChosenBase | null): Promise<string> {
  const gitDirectory = await gitDirectoryOf(directory);
  if (gitDirectory === null) return '-';
  const shared = base === null ? '' : await sharedDirectoryOf(gitDirectory);
  const files = [
    ...FILES.map((name) => path.join(gitDirectory, name)),
    ...(base === null ? [] : baseFiles(base.base).map((name) => path.join(shared, name))),
  ];
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
        () => '-',
      ),
    ),
  );
  return [gitDirectory, ...times].join(' ');
}

const isSameStatus = (one: DiffStatus | null, other: DiffStatus | null): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    JSON.stringify({ ...one, refreshedAt: 0 }) === JSON.stringify({ ...other, refreshedAt: 0 }));
