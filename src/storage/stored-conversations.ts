import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { mergeEntries } from '../domain/merge-conversations.ts';
import { isSameMessage, type Message, textParts } from '../domain/message.ts';
import type {
  ConversationChange,
  ConversationSaveResult,
  ConversationStorage,
  LoadedConversation,
} from '../domain/ports/conversation-storage.ts';
import {
  type ConversationEntry,
  compareEntries,
  type EntryPosition,
  messageOf,
  type StoredConversation,
} from '../domain/stored-conversation.ts';
import type { ResilientDatabase, Transaction } from './resilient-database.ts';
import { fromColumns, toColumns, truncateParts } from './stored-parts.ts';

/** The end of a longer message is stored, after a line that says so; UTF-16 units. */
const MAX_MESSAGE_CHARACTERS = 1_000_000;
/** The size of a page: entries and UTF-16 units. */
const PAGE_LIMITS = { entries: 300, characters: 2_000_000 };
/** Conversations of deleted tasks are stored this long, ms. */
const GONE_RETENTION_MS = 30 * 24 * 60 * 60_000;

export const ENTRY_KINDS = ['restart', 'gap', 'retracted', 'message'] as const;

type Row = Record<string, SQLOutputValue>;

/** `deployment` is a deployment key. */
export const storedConversationsOf = (
  database: ResilientDatabase,
  deployment: string,
): ConversationStorage => ({
  load: (taskId, before) =>
    database.inTransaction((transaction) => readPage(transaction, deployment, taskId, before ?? null)),
  save: (taskId, change) =>
    database.inTransaction((transaction) => writeChange(transaction, deployment, taskId, change)) ?? 'failed',
  recordTasks: (taskIds, owners, now) =>
    database.write(
      [
        `UPDATE archived_task SET gone_at = CASE WHEN task IN (SELECT value FROM json_each(?2)) THEN NULL
           ELSE coalesce(gone_at, ?3) END
           WHERE deployment = ?1 AND (?4 IS NULL OR lower(owner) IN (SELECT lower(value) FROM json_each(?4)))`,
        deployment,
        JSON.stringify(taskIds),
        now,
        owners === null ? null : JSON.stringify(owners),
      ],
      [
        'DELETE FROM archived_entry WHERE task IN (SELECT id FROM archived_task WHERE deployment = ? AND gone_at < ?)',
        deployment,
        now - GONE_RETENTION_MS,
      ],
      ['DELETE FROM archived_task WHERE deployment = ? AND gone_at < ?', deployment, now - GONE_RETENTION_MS],
    ),
});

const taskRow = ({ get }: Transaction, deployment: string, taskId: string): Row | undefined =>
  get('SELECT * FROM archived_task WHERE deployment = ? AND task = ?', deployment, taskId);

function readPage(
  transaction: Transaction,
  deployment: string,
  taskId: string,
  before: EntryPosition | null,
): LoadedConversation | null {
  const task = taskRow(transaction, deployment, taskId);
  if (task === undefined) return null;
  const beforePosition: readonly SQLInputValue[] = [before?.run ?? Number.MAX_SAFE_INTEGER, before?.id ?? 0];
  const sizes = transaction.all(
    `SELECT run, id, length(content) + coalesce(length(parts), 0) AS size FROM archived_entry
       WHERE task = ? AND (run, id) < (?, ?) ORDER BY run DESC, id DESC LIMIT ?`,
    task.id ?? 0,
    ...beforePosition,
    PAGE_LIMITS.entries,
  );
  const first = pageStart(sizes);
  const from: readonly SQLInputValue[] = first === null ? beforePosition : [first.run, first.id];
  const rows = transaction.all(
    `SELECT * FROM archived_entry WHERE task = ? AND (run, id) >= (?, ?) AND (run, id) < (?, ?)`,
    task.id ?? 0,
    ...from,
    ...beforePosition,
  );
  const older = transaction.get(
    'SELECT 1 FROM archived_entry WHERE task = ? AND (run, id) < (?, ?) LIMIT 1',
    task.id ?? 0,
    ...from,
  );
  return {
    conversation: conversationFrom(rows),
    hasOlder: older !== undefined,
    revision: Number(task.revision),
    readUpTo:
      task.read_run === null
        ? null
        : { run: Number(task.read_run), id: Number(task.read_id), length: Number(task.read_length) },
  };
}

/** The first position of a page; null when there are no entries. A position is never split over two pages. */
function pageStart(sizes: readonly Row[]): EntryPosition | null {
  let characters = 0;
  const end = sizes.findIndex(({ size }, index) => {
    characters += Number(size);
    return characters > PAGE_LIMITS.characters && index > 0;
  });
  const last = sizes[end === -1 ? sizes.length - 1 : end - 1];
  return last === undefined ? null : { run: Number(last.run), id: Number(last.id) };
}

const conversationFrom = (rows: readonly Row[]): StoredConversation => ({
  entries: rows.map(entryFrom).sort(compareEntries),
});

function entryFrom(row: Row): ConversationEntry {
  const [run, id, at] = [Number(row.run), Number(row.id), Number(row.at)];
  const kind = ENTRY_KINDS[Number(row.kind)] ?? 'message';
  if (kind === 'restart' || kind === 'gap') return { kind, run, id, at };
  const role = row.sender === 'you' ? 'user' : 'agent';
  const parts = fromColumns({
    content: String(row.content),
    parts: row.parts === null ? null : String(row.parts),
  });
  return { kind, run, id, message: { id, role, parts, at } };
}

function writeChange(
  transaction: Transaction,
  deployment: string,
  taskId: string,
  { name, title, owner, put, remove, readUpTo, revision, oldestLoaded, now }: ConversationChange,
): ConversationSaveResult {
  const known = taskRow(transaction, deployment, taskId);
  if (known === undefined && revision > 0) return 'purged';
  if (known !== undefined && Number(known.revision) !== revision) return 'changed';
  const { run, get } = transaction;
  run(
    `INSERT INTO archived_task (deployment, task, name, revision, touched_at, read_run, read_id, read_length, owner, title)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (deployment, task) DO UPDATE SET name = coalesce(nullif(excluded.name, ''), name),
         owner = coalesce(nullif(excluded.owner, ''), owner), title = coalesce(nullif(excluded.title, ''), title),
         revision = excluded.revision,
         touched_at = excluded.touched_at, read_run = coalesce(excluded.read_run, read_run),
         read_id = coalesce(excluded.read_id, read_id), read_length = coalesce(excluded.read_length, read_length)`,
    deployment,
    taskId,
    name,
    revision + 1,
    now,
    readUpTo?.run ?? null,
    readUpTo?.id ?? null,
    readUpTo?.length ?? null,
    owner,
    title,
  );
  const task = Number(
    get('SELECT id FROM archived_task WHERE deployment = ? AND task = ?', deployment, taskId)?.id,
  );
  for (const entry of remove) removeEntry(transaction, task, entry);
  for (const entry of put) {
    const isBelow =
      oldestLoaded !== null &&
      (entry.run < oldestLoaded.run || (entry.run === oldestLoaded.run && entry.id < oldestLoaded.id));
    if (isBelow) mergeEntry(transaction, task, entry);
    else insertEntry(transaction, task, entry);
  }
  return { revision: revision + 1 };
}

/** Merges with entries that were not loaded, so that neither version is lost. */
function mergeEntry(transaction: Transaction, task: number, entry: ConversationEntry): void {
  const rows = transaction.all(
    'SELECT * FROM archived_entry WHERE task = ? AND run = ? AND id = ?',
    task,
    entry.run,
    entry.id,
  );
  const stored = conversationFrom(rows);
  const merged = mergeEntries(stored, entry.run, [truncated(entry)]).entries;
  for (const one of merged)
    if (!stored.entries.some((other) => isSameEntry(one, other))) insertEntry(transaction, task, one);
}

function truncated(entry: ConversationEntry): ConversationEntry {
  if (entry.kind !== 'message' && entry.kind !== 'retracted') return entry;
  const { message } = entry;
  const parts = truncateParts(message.parts, MAX_MESSAGE_CHARACTERS);
  return parts === message.parts ? entry : { ...entry, message: { ...message, parts } };
}

function isSameEntry(a: ConversationEntry, b: ConversationEntry): boolean {
  if (a === b) return true;
  const [one, other] = [messageOf(a), messageOf(b)];
  if (a.kind !== b.kind) return false;
  return one === null || other === null ? one === other : isSameMessage(one, other);
}

function insertEntry(transaction: Transaction, task: number, entry: ConversationEntry): void {
  const { run } = transaction;
  const message = messageOf(truncated(entry));
  const { content, parts } = toColumns(message?.parts ?? textParts(''));
  // A position has one message: the sender may have changed. Not REPLACE, which would not run the trigger.
  if (entry.kind === 'message') {
    run(
      'DELETE FROM archived_entry WHERE task = ? AND run = ? AND id = ? AND kind = ?',
      ...entryKey(task, entry).slice(0, 4),
    );
  } else removeEntry(transaction, task, entry);
  run(
    'INSERT INTO archived_entry (task, run, id, kind, sender, at, content, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...entryKey(task, entry),
    'at' in entry ? entry.at : (message?.at ?? 0),
    content,
    parts,
  );
}

const removeEntry = ({ run }: Transaction, task: number, entry: ConversationEntry): number =>
  run(
    'DELETE FROM archived_entry WHERE task = ? AND run = ? AND id = ? AND kind = ? AND sender = ?',
    ...entryKey(task, entry),
  );

const entryKey = (task: number, entry: ConversationEntry): readonly SQLInputValue[] => [
  task,
  entry.run,
  entry.id,
  ENTRY_KINDS.indexOf(entry.kind),
  senderOf(messageOf(entry)),
];

/** The word in the column `sender`; empty for a restart or a gap. */
const senderOf = (message: Message | null): string =>
  message === null ? '' : message.role === 'user' ? 'you' : 'agent';
