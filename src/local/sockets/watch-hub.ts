import type { ChatRow } from '../chats/chat-row-types.ts';
import type { LocalChats } from '../chats/local-chats.ts';
import { type ChatFacts, wireChatOf, wireDiffStatus } from '../chats/wire-chat.ts';
import type { DiffStatuses } from '../git/diff-statuses.ts';
import { wireJson } from '../http/wire-json.ts';
import type { ServerIdentity } from '../server-identity.ts';
import type { Worktrees } from '../worktrees/worktrees.ts';
import type { Connection, MessageSource } from './connection.ts';
import { openCalls } from './open-calls.ts';

export interface WatchHubOptions {
  readonly chats: LocalChats;
  readonly diffs: DiffStatuses;
  readonly worktrees: Worktrees;
  readonly me: ServerIdentity;
}

/** The kinds of contract section 1.15, and `plan_change` of our own for the agent's checklist and commands. */
type Kind =
  | 'created'
  | 'deleted'
  | 'status_change'
  | 'title_change'
  | 'summary_change'
  | 'diff_status_change'
  | 'plan_change'
  | 'action_required';

/** The facts of a chat that events report, as texts to compare. */
interface Seen {
  readonly row: ChatRow;
  readonly status: string;
  readonly diff: string;
  readonly action: string;
}

/** The events of all watch sockets. It reads nothing while none is open. */
export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #watchers = new Set<{ readonly connection: Connection; readonly source: WatchSource }>();
  readonly #seen = new Map<string, Seen>();
  #stop: (() => void) | null = null;

  constructor(options: WatchHubOptions) {
    this.#options = options;
  }

  /** Writes the events from now on to a connection, until it closes. */
  add(connection: Connection): void {
    const watcher = { connection, source: new WatchSource(this.#message) };
    this.#stop ??= this.#start();
    this.#watchers.add(watcher);
    connection.write(watcher.source);
    connection.onClose(() => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    });
  }

  #start(): () => void {
    const { chats, diffs } = this.#options;
    this.#seen.clear();
    for (const row of chats.chats.chats()) this.#seen.set(row.id, this.#look(row));
    const stops = [
      chats.onChange(({ chatId }) => this.#changed(chatId)),
      diffs.onChange((directory) => {
        for (const { row } of [...this.#seen.values()])
          if (row.directory === directory) this.#changed(row.id);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #look(row: ChatRow): Seen {
    const { chats, diffs, worktrees } = this.#options;
    const worktree = worktrees.wireOf(row.id);
    return {
      row,
      status: JSON.stringify([
        row.status,
        row.last_error,
        row.directory,
        row.permission_mode,
        row.plan_mode,
        row.model,
        row.effort,
        row.session,
        chats.stageOf(row.id),
        worktree === null ? null : [worktree.state, worktree.path],
      ]),
      // It also has the numbers of the worktree.
      diff: JSON.stringify(row.archived === 1 ? null : diffs.known(row)),
      action: row.status === 'requires_action' ? JSON.stringify(this.#openCalls(row.id)) : '',
    };
  }

  #changed(chatId: string): void {
    const before = this.#seen.get(chatId);
    const row = this.#options.chats.chats.chat(chatId);
    if (row === null) {
      if (this.#seen.delete(chatId) && before !== undefined) this.#send('deleted', before.row);
      return;
    }
    const now = this.#look(row);
    this.#seen.set(chatId, now);
    for (const kind of kindsOf(before, now)) this.#send(kind, row);
  }

  #send(kind: Kind, row: ChatRow): void {
    for (const { connection, source } of this.#watchers) {
      source.add(kind, row);
      connection.wake();
    }
  }

  /** An event as text, with the state of the chat when it is written. `deleted`: its last row if it is gone. */
  readonly #message = (kind: Kind, last: ChatRow): string => {
    const { chats, diffs, worktrees, me } = this.#options;
    const row = chats.chats.chat(last.id) ?? { ...last, archived: 1 };
    const facts: ChatFacts = {
      hasUnread: false,
      diffStatus: null,
      stage: chats.stageOf(row.id),
      worktree: worktrees.wireOf(row.id),
    };
    const diff = kind === 'diff_status_change' ? diffs.known(row) : null;
    return wireJson({
      kind,
      chat: {
        ...wireChatOf(row, 'bare', facts, me),
        ...(diff !== null && { diff_status: wireDiffStatus(row.id, diff) }),
      },
      ...(kind === 'action_required' && { tool_calls: this.#openCalls(row.id) }),
    }).trimEnd();
  };

  #openCalls(chatId: string): ReturnType<typeof openCalls> {
    return openCalls(this.#options.chats.chats.openPermissions(chatId));
  }
}

/** The kinds of events for a change, in Coder's order. */
function kindsOf(before: Seen | undefined, now: Seen): readonly Kind[] {
  if (before === undefined) return ['created'];
  const [one, other] = [before.row, now.row];
  const kinds: Kind[] = [];
  if (one.archived !== other.archived) kinds.push(other.archived === 1 ? 'deleted' : 'created');
  if (before.status !== now.status) kinds.push('status_change');
  if (one.title !== other.title) kinds.push('title_change');
  if (one.last_turn_summary !== other.last_turn_summary) kinds.push('summary_change');
  if (before.diff !== now.diff && now.diff !== 'null') kinds.push('diff_status_change');
  if (one.checklist !== other.checklist || one.commands !== other.commands) kinds.push('plan_change');
  if (before.action !== now.action && now.action !== '') kinds.push('action_required');
  return kinds;
}

/** The events that a client has not got, each once: a slow client gets the newest state of a chat. */
class WatchSource implements MessageSource {
  readonly #waiting = new Map<string, readonly [Kind, ChatRow]>();
  readonly #message: (kind: Kind, row: ChatRow) => string;

  constructor(message: (kind: Kind, row: ChatRow) => string) {
    this.#message = message;
  }

  add(kind: Kind, row: ChatRow): void {
    const key = `${kind} ${row.id}`;
    // At the end: the order of the last events counts.
    this.#waiting.delete(key);
    this.#waiting.set(key, [kind, row]);
  }

  next(): string | null {
    for (const [key, [kind, row]] of this.#waiting) {
      this.#waiting.delete(key);
      return this.#message(kind, row);
    }
    return null;
  }
}
