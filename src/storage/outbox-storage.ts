import { createHash } from 'node:crypto';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Delivery, DeliveryStage } from '../domain/delivery.ts';
import type { SendAttempt } from '../domain/delivery-evidence.ts';
import type { OutboxStorage } from '../domain/ports/outbox-storage.ts';
import { normalizedWords } from '../domain/transcript.ts';
import type { InstanceLock } from './instance-lock.ts';
import type { ResilientDatabase, WriteStep as Step } from './resilient-database.ts';
import { UnsavedDeliveries } from './unsaved-deliveries.ts';

/** A row as it was: whoever changed it meanwhile has counted its version up. */
const SAME_VERSION = 'deployment = ? AND id = ? AND version = ?';

/** The outbox of one deployment; `deployment` is its key. */
export function outboxStorageOf(
  database: ResilientDatabase,
  instanceLock: InstanceLock,
  deployment: string,
): OutboxStorage {
  // Messages that could not be written: they go out from memory.
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

  /** Of what was in a file that was damaged nobody knows what another taskdeck made of it: the user is asked. */
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
      const done = database.writeDurably(
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
      return done === true && row !== undefined ? fromRow(row) : unsaved.add(delivery);
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

/** Enough to tell two texts apart, and nothing to read one from. */
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

/** A stage that this version does not know was written by a newer one: the user can tell what to do. */
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

/** What cannot be read counts as not known, and then the transcript is not taken for an answer. */
function parseAttempt(value: SQLOutputValue | undefined): SendAttempt | null {
  try {
    return typeof value === 'string' ? (JSON.parse(value) as SendAttempt) : null;
  } catch {
    return null;
  }
}
