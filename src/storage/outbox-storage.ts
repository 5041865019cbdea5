import { createHash } from 'node:crypto';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Delivery, DeliveryExtras, DeliveryStage, SendAttempt } from '../domain/delivery.ts';
import type { NewDelivery, OutboxStorage } from '../domain/ports/outbox-storage.ts';
import type { Evidence } from '../domain/receipt.ts';
import { normalizedWords } from '../domain/transcript.ts';
import type { InstanceLock } from './instance-lock.ts';
import type { ResilientDatabase, WriteStep as Step } from './resilient-database.ts';

/** Matches only an unchanged row: every change increases its version. */
const SAME_VERSION = 'deployment = ? AND id = ? AND version = ?';

/** `deployment` is a deployment key. */
export function outboxStorageOf(
  database: ResilientDatabase,
  instanceLock: InstanceLock,
  deployment: string,
): OutboxStorage {
  const unsaved = new UnsavedDeliveries();
  let lastDataVersion = database.dataVersion();

  const draftStep = (taskId: string, text: string): Step =>
    text === ''
      ? ['DELETE FROM draft WHERE deployment = ? AND key = ?', deployment, taskId]
      : ['INSERT OR REPLACE INTO draft VALUES (?, ?, ?)', deployment, taskId, text];
  const versionKey = ({ id, version }: Delivery): readonly SQLInputValue[] => [deployment, id, version];
  const updateStep = ({ stage, since, position, resume, attempt, instanceName, version }: Delivery): Step => [
    `UPDATE outbox SET stage = ?, since = ?, position = ?, resume = ?, started_at = ?, broken_at = ?, evidence = ?,
       owner = ?, version = ?`,
    stage,
    since,
    position,
    resume ? 1 : 0,
    attempt?.startedAt ?? null,
    attempt?.brokenAt ?? null,
    attempt === null ? null : JSON.stringify(attempt.evidence),
    instanceName,
    version,
  ];
  const updateRow = (was: Delivery, is: Delivery, condition = '', ...values: SQLInputValue[]): boolean => {
    const [sql, ...set] = updateStep(is);
    return (
      database.writeDurably([
        `${sql} WHERE ${SAME_VERSION}${condition}`,
        ...set,
        ...versionKey(was),
        ...values,
      ]) === true
    );
  };

  const readRows = (): readonly Delivery[] | null =>
    database
      .allOrNull('SELECT * FROM outbox WHERE deployment = ? ORDER BY position', deployment)
      ?.map(fromRow) ?? null;
  let lastRows: readonly Delivery[] = [];
  let replacements = database.replacements;

  /**
   * Another taskdeck may have changed the rows of a damaged file before it was replaced, so the user decides about
   * them.
   */
  function restoreLostRows(rows: readonly Delivery[]): void {
    for (const { id, taskId, text, extras, since, position, resume } of rows)
      database.writeDurably([
        `INSERT OR IGNORE INTO outbox (deployment, id, task_id, text, extras, stage, since, resume, position)
         VALUES (?, ?, ?, ?, ?, 'asked', ?, ?, ?)`,
        deployment,
        id,
        taskId,
        text,
        extrasColumn(extras),
        since,
        resume ? 1 : 0,
        position,
      ]);
  }

  return {
    get instanceName() {
      return instanceLock.instanceName;
    },
    all() {
      let rows = readRows();
      if (database.replacements !== replacements) {
        replacements = database.replacements;
        restoreLostRows(lastRows);
        rows = readRows();
      }
      lastRows = rows ?? lastRows;
      return unsaved.appendTo(lastRows);
    },
    add(delivery, draft) {
      const { id, taskId, text, extras, resume, since } = delivery;
      const wasWritten = database.writeDurably(
        [
          `INSERT INTO outbox (deployment, id, task_id, text, stage, since, resume, extras, position)
           SELECT ?1, ?2, ?3, ?4, 'waiting', ?5, ?6, ?7, 1 + coalesce(max(position), 0) FROM outbox`,
          deployment,
          id,
          taskId,
          text,
          since,
          resume ? 1 : 0,
          extrasColumn(extras),
        ],
        draftStep(taskId, draft),
        ['INSERT OR IGNORE INTO said VALUES (?, ?)', deployment, digestOf(text)],
      );
      const row = database.get('SELECT * FROM outbox WHERE deployment = ? AND id = ?', deployment, id);
      return wasWritten === true && row !== undefined ? fromRow(row) : unsaved.add(delivery);
    },
    updateRow: (was, is) => (unsaved.has(was) ? unsaved.change(is) : updateRow(was, is)),
    claim: (was, is) =>
      unsaved.has(was)
        ? unsaved.change(is)
        : updateRow(
            was,
            is,
            ` AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.deployment = outbox.deployment
                AND other.task_id = outbox.task_id AND other.id <> outbox.id
                AND (other.stage <> 'waiting' OR other.position < outbox.position))`,
          ),
    remove(was, draft) {
      if (unsaved.has(was)) return unsaved.remove(was);
      return (
        database.writeDurably(
          [`DELETE FROM outbox WHERE ${SAME_VERSION}`, ...versionKey(was)],
          ...(draft === undefined ? [] : [draftStep(was.taskId, draft)]),
        ) === true
      );
    },
    saveDraft: (taskId, draft) => database.writeDurably(draftStep(taskId, draft)) === true,
    swap(one, other) {
      if (unsaved.has(one) || unsaved.has(other)) return false;
      const both = `deployment = ? AND stage = 'waiting' AND ((id = ? AND version = ?) OR (id = ? AND version = ?))`;
      const values = [deployment, one.id, one.version, other.id, other.version];
      return (
        database.writeDurably([
          `UPDATE outbox SET position = iif(id = ?, ?, ?), version = version + 1
           WHERE ${both} AND 2 = (SELECT count(*) FROM outbox WHERE ${both})`,
          one.id,
          other.position,
          one.position,
          ...values,
          ...values,
        ]) === true
      );
    },
    wasSentBefore: (text) =>
      database.get('SELECT 1 FROM said WHERE deployment = ? AND digest = ?', deployment, digestOf(text)) !==
      undefined,
    hasExternalChanges() {
      const now = database.dataVersion();
      const changed = now !== lastDataVersion;
      lastDataVersion = now;
      return changed;
    },
    isAlive: (owner) => instanceLock.isAlive(owner),
  };
}

/** Distinguishes texts without revealing them. */
const digestOf = (text: string): string =>
  createHash('sha256').update(normalizedWords(text)).digest('base64url').slice(0, 16);

function fromRow(row: Record<string, SQLOutputValue>): Delivery {
  return {
    id: String(row.id),
    taskId: String(row.task_id),
    text: String(row.text),
    ...extrasOf(row.extras),
    stage: parseStage(row.stage),
    since: Number(row.since),
    position: Number(row.position),
    resume: row.resume === 1,
    attempt: attemptOf(row),
    instanceName: row.owner === null ? null : String(row.owner),
    version: Number(row.version),
  };
}

/** An unknown stage was written by a newer version: the user decides. */
function parseStage(value: SQLOutputValue | undefined): DeliveryStage {
  switch (value) {
    case 'waiting':
    case 'resuming':
    case 'sending':
    case 'unsure':
      return value;
    default:
      return 'asked';
  }
}

const extrasColumn = (extras: DeliveryExtras | undefined): string | null =>
  extras === undefined ? null : JSON.stringify(extras);

/** Nothing for unreadable extras: the text is worth more than what goes with it. */
function extrasOf(value: SQLOutputValue | undefined): Pick<Delivery, 'extras'> {
  try {
    return typeof value === 'string' ? { extras: JSON.parse(value) as DeliveryExtras } : {};
  } catch {
    return {};
  }
}

function attemptOf(row: Record<string, SQLOutputValue>): SendAttempt | null {
  if (row.started_at === null) return null;
  const brokenAt = row.broken_at === null ? null : Number(row.broken_at);
  return { startedAt: Number(row.started_at), brokenAt, evidence: parseEvidence(row.evidence) };
}

/** Null for unreadable evidence: then the user decides about the message. */
function parseEvidence(value: SQLOutputValue | undefined): Evidence | null {
  try {
    return typeof value === 'string' ? (JSON.parse(value) as Evidence) : null;
  } catch {
    return null;
  }
}

/** Messages whose write failed, sorted after the stored ones. No other taskdeck sees them, so every change succeeds. */
class UnsavedDeliveries {
  readonly #rows = new Map<string, Delivery>();
  #count = 0;

  has({ id }: Delivery): boolean {
    return this.#rows.has(id);
  }

  appendTo(written: readonly Delivery[]): readonly Delivery[] {
    return this.#rows.size === 0 ? written : [...written, ...this.#rows.values()];
  }

  add(delivery: NewDelivery): Delivery {
    this.#count += 1;
    const row: Delivery = {
      ...delivery,
      stage: 'waiting',
      position: Number.MAX_SAFE_INTEGER / 2 + this.#count,
      attempt: null,
      instanceName: null,
      version: 0,
    };
    this.#rows.set(row.id, row);
    return row;
  }

  change(delivery: Delivery): boolean {
    this.#rows.set(delivery.id, delivery);
    return true;
  }

  remove({ id }: Delivery): boolean {
    return this.#rows.delete(id);
  }
}
