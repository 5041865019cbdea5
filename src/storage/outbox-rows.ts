import { createHash } from 'node:crypto';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Attempt } from '../domain/arrival.ts';
import type { Delivery, Stage } from '../domain/delivery.ts';
import type { OutboxRows } from '../domain/outbox-rows.ts';
import { words } from '../domain/transcript.ts';
import type { Keeper, WriteStep as Step } from './keeper.ts';
import { LooseRows } from './loose-rows.ts';
import type { Presence } from './presence.ts';

/** A row as it was: whoever changed it meanwhile has counted its version up. */
const SAME = 'deployment = ? AND id = ? AND version = ?';

/** The outbox of one deployment; `deployment` is its key. */
export function outboxRowsOf(keeper: Keeper, presence: Presence, deployment: string): OutboxRows {
  // Messages that could not be written: they go out from memory.
  const loose = new LooseRows();
  let seen = keeper.dataVersion();

  const draftStep = (taskId: string, text: string): Step =>
    text === ''
      ? ['DELETE FROM draft WHERE deployment = ? AND key = ?', deployment, taskId]
      : ['INSERT OR REPLACE INTO draft VALUES (?, ?, ?)', deployment, taskId, text];
  const same = ({ id, version }: Delivery): readonly SQLInputValue[] => [deployment, id, version];
  const changing = ({ stage, since, position, resume, attempt, owner, version }: Delivery): Step => [
    'UPDATE outbox SET stage = ?, since = ?, position = ?, resume = ?, attempt = ?, owner = ?, version = ?',
    stage,
    since,
    position,
    resume ? 1 : 0,
    attempt === null ? null : JSON.stringify(attempt),
    owner,
    version,
  ];
  const change = (was: Delivery, is: Delivery, condition = '', ...values: SQLInputValue[]): boolean => {
    const [sql, ...set] = changing(is);
    return keeper.durably([`${sql} WHERE ${SAME}${condition}`, ...set, ...same(was), ...values]) === true;
  };

  const read = (): readonly Delivery[] | null =>
    keeper
      .allOrNull('SELECT * FROM outbox WHERE deployment = ? ORDER BY position', deployment)
      ?.map(fromRow) ?? null;
  let known: readonly Delivery[] = [];
  let renewals = keeper.renewals;

  /** Of what was in a file that was damaged nobody knows what another taskdeck made of it: the user is asked. */
  function keepLost(rows: readonly Delivery[]): void {
    for (const { id, taskId, text, since, position, resume } of rows)
      keeper.durably([
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
    get me() {
      return presence.me;
    },
    all() {
      let rows = read();
      if (keeper.renewals !== renewals) {
        renewals = keeper.renewals;
        keepLost(known);
        rows = read();
      }
      known = rows ?? known;
      return loose.with(known);
    },
    add(delivery, draft) {
      const { id, taskId, text, resume, since } = delivery;
      const done = keeper.durably(
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
      const row = keeper.get('SELECT * FROM outbox WHERE deployment = ? AND id = ?', deployment, id);
      return done === true && row !== undefined ? fromRow(row) : loose.add(delivery);
    },
    change: (was, is) => (loose.has(was) ? loose.change(is) : change(was, is)),
    claim: (was, is) =>
      loose.has(was)
        ? loose.change(is)
        : change(
            was,
            is,
            ` AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.deployment = outbox.deployment
                AND other.task_id = outbox.task_id AND other.id <> outbox.id
                AND (other.stage <> 'waiting' OR other.position < outbox.position))`,
          ),
    remove(was, draft) {
      if (loose.has(was)) return loose.remove(was);
      return (
        keeper.durably(
          [`DELETE FROM outbox WHERE ${SAME}`, ...same(was)],
          ...(draft === undefined ? [] : [draftStep(was.taskId, draft)]),
        ) === true
      );
    },
    swap(one, other) {
      if (loose.has(one) || loose.has(other)) return false;
      const both = `deployment = ? AND stage = 'waiting' AND ((id = ? AND version = ?) OR (id = ? AND version = ?))`;
      const values = [deployment, one.id, one.version, other.id, other.version];
      return (
        keeper.durably([
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
    wasSaid: (text) =>
      keeper.get('SELECT 1 FROM said WHERE deployment = ? AND digest = ?', deployment, digestOf(text)) !==
      undefined,
    changedElsewhere() {
      const now = keeper.dataVersion();
      const changed = now !== seen;
      seen = now;
      return changed;
    },
    isAlive: (owner) => presence.isAlive(owner),
  };
}

/** Enough to tell two texts apart, and nothing to read one from. */
const digestOf = (text: string): string =>
  createHash('sha256').update(words(text)).digest('base64url').slice(0, 16);

function fromRow(row: Record<string, SQLOutputValue>): Delivery {
  return {
    id: String(row.id),
    taskId: String(row.task_id),
    text: String(row.text),
    stage: stageOf(row.stage),
    since: Number(row.since),
    position: Number(row.position),
    resume: row.resume === 1,
    attempt: attemptOf(row.attempt),
    owner: row.owner === null ? null : String(row.owner),
    version: Number(row.version),
  };
}

/** A stage that this version does not know was written by a newer one: the user can tell what to do. */
function stageOf(value: SQLOutputValue | undefined): Stage {
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
function attemptOf(value: SQLOutputValue | undefined): Attempt | null {
  try {
    return typeof value === 'string' ? (JSON.parse(value) as Attempt) : null;
  } catch {
    return null;
  }
}
