import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { compareEntries, type Entry, type History, messageOf, type Place } from '../domain/history.ts';
import { withRun } from '../domain/join-histories.ts';
import { shortened } from '../domain/lost-text.ts';
import type { Archive, ArchiveChange, Archived, Kept } from '../domain/ports/archive.ts';
import type { Keeper, Transaction } from './keeper.ts';

/** Of one message so much is kept, characters: its end, and a line that says so. */
const MOST_OF_A_MESSAGE = 1_000_000;
/** At once so much is read, entries and characters; more when it is asked for. */
const PAGE = { entries: 300, characters: 2_000_000 };
/** What was seen of a task that is gone is kept for so long, ms. */
const GONE_FOR_MS = 30 * 24 * 60 * 60_000;

const KINDS = ['restart', 'gap', 'retracted', 'said'] as const;

type Row = Record<string, SQLOutputValue>;

/** The conversations that were seen on one deployment; `deployment` is its key. */
export const archiveOf = (keeper: Keeper, deployment: string): Archive => ({
  recall: (taskId, before) =>
    keeper.together((transaction) => recall(transaction, deployment, taskId, before ?? null)),
  keep: (taskId, change) =>
    keeper.together((transaction) => keep(transaction, deployment, taskId, change)) ?? 'failed',
  noteTasks: (taskIds, owners, now) =>
    keeper.write(
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
        now - GONE_FOR_MS,
      ],
      ['DELETE FROM archived_task WHERE deployment = ? AND gone_at < ?', deployment, now - GONE_FOR_MS],
    ),
});

const taskRow = ({ get }: Transaction, deployment: string, taskId: string): Row | undefined =>
  get('SELECT * FROM archived_task WHERE deployment = ? AND task = ?', deployment, taskId);

function recall(
  transaction: Transaction,
  deployment: string,
  taskId: string,
  before: Place | null,
): Archived | null {
  const task = taskRow(transaction, deployment, taskId);
  if (task === undefined) return null;
  const until: readonly SQLInputValue[] = [before?.run ?? Number.MAX_SAFE_INTEGER, before?.id ?? 0];
  const sizes = transaction.all(
    `SELECT run, id, length(content) AS size FROM archived_entry
       WHERE task = ? AND (run, id) < (?, ?) ORDER BY run DESC, id DESC LIMIT ?`,
    task.id ?? 0,
    ...until,
    PAGE.entries,
  );
  const first = firstOfPage(sizes);
  const from: readonly SQLInputValue[] = first === null ? until : [first.run, first.id];
  const rows = transaction.all(
    `SELECT * FROM archived_entry WHERE task = ? AND (run, id) >= (?, ?) AND (run, id) < (?, ?)`,
    task.id ?? 0,
    ...from,
    ...until,
  );
  const older = transaction.get(
    'SELECT 1 FROM archived_entry WHERE task = ? AND (run, id) < (?, ?) LIMIT 1',
    task.id ?? 0,
    ...from,
  );
  return {
    history: historyOf(rows),
    hasOlder: older !== undefined,
    revision: Number(task.revision),
    read:
      task.read_run === null
        ? null
        : { run: Number(task.read_run), id: Number(task.read_id), length: Number(task.read_length) },
  };
}

/** Where a page begins; null when nothing is there. One place is never on two pages. */
function firstOfPage(sizes: readonly Row[]): Place | null {
  let characters = 0;
  const end = sizes.findIndex(({ size }, index) => {
    characters += Number(size);
    return characters > PAGE.characters && index > 0;
  });
  const last = sizes[end === -1 ? sizes.length - 1 : end - 1];
  return last === undefined ? null : { run: Number(last.run), id: Number(last.id) };
}

const historyOf = (rows: readonly Row[]): History => ({
  entries: rows.map(entryOf).sort(compareEntries),
});

function entryOf(row: Row): Entry {
  const [run, id, at] = [Number(row.run), Number(row.id), Number(row.at)];
  const kind = KINDS[Number(row.kind)] ?? 'said';
  if (kind === 'restart' || kind === 'gap') return { kind, run, id, at };
  const from = row.sender === 'you' ? 'you' : 'agent';
  return { kind, run, id, message: { id, from, content: String(row.content), at } };
}

function keep(
  transaction: Transaction,
  deployment: string,
  taskId: string,
  { name, owner, put, drop, read, revision, floor, now }: ArchiveChange,
): Kept {
  const known = taskRow(transaction, deployment, taskId);
  if (known === undefined && revision > 0) return 'purged';
  if (known !== undefined && Number(known.revision) !== revision) return 'changed';
  const { run, get } = transaction;
  run(
    `INSERT INTO archived_task (deployment, task, name, revision, touched_at, read_run, read_id, read_length, owner)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (deployment, task) DO UPDATE SET name = coalesce(nullif(excluded.name, ''), name),
         owner = coalesce(nullif(excluded.owner, ''), owner), revision = excluded.revision,
         touched_at = excluded.touched_at, read_run = coalesce(excluded.read_run, read_run),
         read_id = coalesce(excluded.read_id, read_id), read_length = coalesce(excluded.read_length, read_length)`,
    deployment,
    taskId,
    name,
    revision + 1,
    now,
    read?.run ?? null,
    read?.id ?? null,
    read?.length ?? null,
    owner,
  );
  const task = Number(
    get('SELECT id FROM archived_task WHERE deployment = ? AND task = ?', deployment, taskId)?.id,
  );
  for (const entry of drop) remove(transaction, task, entry);
  for (const entry of put) {
    const isBelow =
      floor !== null && (entry.run < floor.run || (entry.run === floor.run && entry.id < floor.id));
    if (isBelow) joinAt(transaction, task, entry);
    else insert(transaction, task, entry);
  }
  return { revision: revision + 1 };
}

/** What is kept there was not read: neither of the two may get lost. */
function joinAt(transaction: Transaction, task: number, entry: Entry): void {
  const rows = transaction.all(
    'SELECT * FROM archived_entry WHERE task = ? AND run = ? AND id = ?',
    task,
    entry.run,
    entry.id,
  );
  const known = historyOf(rows);
  const now = withRun(known, entry.run, [bounded(entry)]).entries;
  for (const one of now)
    if (!known.entries.some((other) => isSame(one, other))) insert(transaction, task, one);
}

/** The entry as it is kept. */
function bounded(entry: Entry): Entry {
  if (entry.kind !== 'said' && entry.kind !== 'retracted') return entry;
  const { message } = entry;
  if (message.content.length <= MOST_OF_A_MESSAGE) return entry;
  return { ...entry, message: { ...message, content: shortened(message.content, MOST_OF_A_MESSAGE) } };
}

function isSame(a: Entry, b: Entry): boolean {
  if (a === b) return true;
  const [one, other] = [messageOf(a), messageOf(b)];
  return (
    a.kind === b.kind && one?.content === other?.content && one?.at === other?.at && one?.from === other?.from
  );
}

function insert({ run }: Transaction, task: number, entry: Entry): void {
  const message = messageOf(entry);
  // One message stands at a place, whoever spoke there before.
  if (entry.kind === 'said') {
    run(
      'DELETE FROM archived_entry WHERE task = ? AND run = ? AND id = ? AND kind = ?',
      ...keyOf(task, entry).slice(0, 4),
    );
  }
  run(
    'INSERT OR REPLACE INTO archived_entry (task, run, id, kind, sender, at, content) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...keyOf(task, entry),
    'at' in entry ? entry.at : (message?.at ?? 0),
    messageOf(bounded(entry))?.content ?? '',
  );
}

const remove = ({ run }: Transaction, task: number, entry: Entry): number =>
  run(
    'DELETE FROM archived_entry WHERE task = ? AND run = ? AND id = ? AND kind = ? AND sender = ?',
    ...keyOf(task, entry),
  );

const keyOf = (task: number, entry: Entry): readonly SQLInputValue[] => [
  task,
  entry.run,
  entry.id,
  KINDS.indexOf(entry.kind),
  messageOf(entry)?.from ?? '',
];
