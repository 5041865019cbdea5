import { createHash } from 'node:crypto';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Delivery, DeliveryStage } from '../domain/delivery.ts';
import type { SendAttempt } from '../domain/delivery-evidence.ts';
import type { OutboxStorage } from '../domain/ports/outbox-storage.ts';
import { normalizedWords } from '../domain/transcript.ts';
import type { InstanceLock } from './instance-lock.ts';
import type { ResilientDatabase, WriteStep as Step } from './resilient-database.ts';
import { UnsavedDeliveries } from './unsaved-deliveries.ts';

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
    'UPDATE outbox SET stage = ?, since = ?, position = ?, resume = ?, attempt = ?, owner = ?, version = ?',
    stage,
    since,
    position,
    resume ? 1 : 0,
    attempt === null ? null : JSON.stringify(attempt),
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
    for (const { id, taskId, text, since, position, resume } of rows)
      database.writeDurably([
        `INSERT OR IGNORE INTO outbox (deployment, id, task_id, text, stage, since, resume, position)
         VALUES (?, ?, ?, ?, 'asked', ?, ?, ?)`,
        deployment,
        id,
        taskId,
        text,
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
      const { id, taskId, text, resume, since } = delivery;
      const wasWritten = database.writeDurably(
        [
          `INSERT INTO outbox (deployment, id, task_id, text, stage, since, resume, position)
           SELECT ?1, ?2, ?3, ?4, 'waiting', ?5, ?6, 1 + coalesce(max(position), 0) FROM outbox`,
          deployment,
          id,
          taskId,
          text,
          since,
          resume ? 1 : 0,
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
    stage: parseStage(row.stage),
    since: Number(row.since),
    position: Number(row.position),
    resume: row.resume === 1,
    attempt: parseAttempt(row.attempt),
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

/** Null for an unreadable attempt: then the transcript does not decide about the message. */
function parseAttempt(value: SQLOutputValue | undefined): SendAttempt | null {
  try {
    return typeof value === 'string' ? (JSON.parse(value) as SendAttempt) : null;
  } catch {
    return null;
  }
}
