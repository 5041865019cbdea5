import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tasksDelivery } from '../../src/api/tasks-delivery.ts';
import { applyDeliveryEvent, type Delivery, type SendAttempt } from '../../src/domain/delivery.ts';
import type { Message } from '../../src/domain/message.ts';
import type { OutboxStorage } from '../../src/domain/ports/outbox-storage.ts';
import { migrations } from '../../src/storage/migrations.ts';
import { live, makeTask, NOON, you } from '../domain/builders.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const open = (): OutboxStorage => state.open().outbox(ada);
const write = (rows: OutboxStorage, id: string, taskId = 'a', draft = ''): Delivery =>
  rows.add({ id, taskId, text: `text ${id}`, resume: false, since: 1 }, draft);
const started = (row: Delivery, by = 'me'): Delivery => {
  const attempt = {
    startedAt: 2,
    brokenAt: null,
    evidence: { build: 1, baseline: { last: { id: 4, at: 5 } } },
  };
  return applyDeliveryEvent(row, { type: 'started', instanceName: by, attempt, now: 2 }) as Delivery;
};

describe('a message', () => {
  it('reaches another taskdeck unchanged, with the remaining draft', () => {
    const rows = open();
    const added = write(rows, '1', 'a', 'rest');
    const sent = started(added);
    expect(rows.claim(added, sent)).toBe(true);
    expect(open().all()).toEqual([sent]);
    expect(state.open().savedState(ada).drafts().get('a')).toBe('rest');
    expect(rows.wasSentBefore(' text  1 ')).toBe(true);
    expect(rows.wasSentBefore('text 2')).toBe(false);
  });

  it('is separate for each user', () => {
    write(open(), '1');
    expect(
      state
        .open()
        .outbox({ ...ada, user: 'bob' })
        .all(),
    ).toEqual([]);
  });

  it('is changed by only one of two taskdecks', () => {
    const [one, other] = [open(), open()];
    const row = write(one, '1');
    expect(one.claim(row, started(row, 'one'))).toBe(true);
    expect(other.claim(row, started(row, 'other'))).toBe(false);
    expect(other.remove(row)).toBe(false);
    expect(one.all()[0]?.instanceName).toBe('one');
  });

  it('cannot be claimed while another to its task is in progress or comes first', () => {
    const rows = open();
    const [first, second] = [write(rows, '1'), write(rows, '2')];
    const elsewhere = write(rows, '3', 'b');
    expect(rows.claim(second, started(second))).toBe(false);
    expect(rows.claim(elsewhere, started(elsewhere))).toBe(true);
    const sent = started(first);
    expect(rows.claim(first, sent)).toBe(true);
    expect(rows.claim(second, started(second))).toBe(false);
    expect(rows.remove(sent)).toBe(true);
    expect(rows.claim(second, started(second))).toBe(true);
  });

  it('is swapped only if both are unchanged', () => {
    const rows = open();
    const [first, second] = [write(rows, '1'), write(rows, '2')];
    expect(rows.swap(second, first)).toBe(true);
    expect(rows.all().map(({ id }) => id)).toEqual(['2', '1']);
    expect(rows.swap(second, first)).toBe(false);
  });

  it('is removed and saved as a draft in one step', () => {
    const rows = open();
    const row = write(rows, '1');
    expect(rows.remove({ ...row, version: 7 }, 'back')).toBe(false);
    expect(state.open().savedState(ada).drafts().has('a')).toBe(false);
    expect(rows.remove(row, 'back')).toBe(true);
    expect(state.open().savedState(ada).drafts().get('a')).toBe('back');
    expect(rows.all()).toEqual([]);
  });

  it('with an unknown stage of a newer taskdeck is left to the user', () => {
    const rows = open();
    const added = write(rows, '1');
    rows.claim(added, started(added));
    const file = new DatabaseSync(state.file);
    file.exec(`UPDATE outbox SET stage = 'teleported', evidence = '{'`);
    file.close();
    expect(rows.all()).toMatchObject([{ stage: 'asked', attempt: { startedAt: 2, evidence: null } }]);
  });

  it('stays in memory when the write fails', () => {
    const rows = open();
    const file = new DatabaseSync(state.file);
    file.exec('DROP TABLE outbox');
    const row = write(rows, '1');
    file.close();
    const sent = started(row);
    expect(rows.claim(row, sent)).toBe(true);
    expect(rows.remove(sent)).toBe(true);
  });
});

it('messages of a damaged file are left to the user', () => {
  const storage = state.open();
  const rows = storage.outbox(ada);
  for (let count = 0; count < 50; count++) write(rows, `${count}`);
  expect(rows.all()).toHaveLength(50);
  const other = new DatabaseSync(state.file);
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  other.close();
  const bytes = readFileSync(state.file);
  writeFileSync(state.file, bytes.fill(0xff, 4_096));
  // A file damaged while open: reads do not return what was written.
  for (let count = 0; storage.problem === null && count < 5; count++) write(rows, `later ${count}`);
  expect(storage.problem).toMatch(/was damaged/);
  const restored = rows.all();
  expect(restored.filter(({ id }) => !id.startsWith('later'))).toHaveLength(50);
  expect(restored.filter(({ stage }) => stage === 'asked')).toHaveLength(50);
});

describe('another taskdeck', () => {
  it('is noticed only when it writes', () => {
    const [one, other] = [open(), open()];
    expect(one.hasExternalChanges()).toBe(false);
    write(one, '1');
    expect(one.hasExternalChanges()).toBe(false);
    expect(other.hasExternalChanges()).toBe(true);
    expect(other.hasExternalChanges()).toBe(false);
  });

  it('is alive until it ends', () => {
    const storage = state.open();
    const { instanceName } = storage.outbox(ada);
    const other = open();
    expect(other.isAlive(other.instanceName)).toBe(true);
    expect(other.isAlive(instanceName)).toBe(true);
    storage.close();
    expect(other.isAlive(instanceName)).toBe(false);
    expect(other.isAlive('nobody')).toBe(false);
  });
});

it('messages of the anonymous user move to the user', () => {
  const storage = state.open();
  const anonymousUser = storage.anonymousUser(ada.origin, 'token');
  const [before, after] = [{ ...ada, user: anonymousUser }, ada];
  storage.savedState(after).saveDraft('a', 'older');
  storage.savedState(after).saveDraft('b', 'before');
  storage.savedState(before).saveDraft('a', 'typed now');
  storage.savedState(before).addPrompt('said now');
  storage.outbox(before).add({ id: '1', taskId: 'a', text: 'queued', resume: false, since: 1 }, 'typed now');
  storage.mergeAnonymousData(ada.origin, anonymousUser, ada.user);
  expect(Object.fromEntries(storage.savedState(after).drafts())).toEqual({ a: 'typed now', b: 'before' });
  expect(storage.savedState(after).promptHistory()).toEqual(['older', 'said now']);
  expect(storage.outbox(after).all()).toMatchObject([{ text: 'queued' }]);
  expect(storage.outbox(before).all()).toEqual([]);
  expect(storage.savedState(before).drafts().size).toBe(0);
});

describe('an outbox of an earlier schema', () => {
  /** Writes a file as taskdeck did while the outbox itself noted the build and the end of the transcript. */
  function writeEarlierFile(
    ...rows: readonly (readonly [id: string, stage: string, attempt: string | null])[]
  ) {
    const file = new DatabaseSync(state.file);
    for (const step of migrations.slice(0, 7)) file.exec(step);
    const insert = file.prepare(
      `INSERT INTO outbox (deployment, id, task_id, text, stage, since, position, resume, attempt, owner, version)
       VALUES (?, ?, 'a', 'yes', ?, 5, ?, 0, ?, 'gone', 2)`,
    );
    for (const [index, [id, stage, attempt]] of rows.entries())
      insert.run('https://coder.example.com ada', id, stage, index, attempt);
    file.exec('PRAGMA user_version = 7');
    file.close();
  }

  it('keeps its messages, with attempts that their source understands', () => {
    const baseline = { last: { id: 1, at: NOON - 60_000 } };
    writeEarlierFile(
      ['open', 'sending', JSON.stringify({ at: NOON, brokenAt: null, build: 3, baseline })],
      ['broken', 'unsure', JSON.stringify({ at: NOON, brokenAt: NOON + 1, build: 3, baseline: null })],
      ['waiting', 'waiting', null],
      ['unreadable', 'unsure', '{'],
    );
    const rows = open().all();
    expect(rows.map(({ id, stage, attempt }) => [id, stage, attempt])).toEqual([
      ['open', 'sending', { startedAt: NOON, brokenAt: null, evidence: { build: 3, baseline } }],
      ['broken', 'unsure', { startedAt: NOON, brokenAt: NOON + 1, evidence: { build: 3, baseline: null } }],
      ['waiting', 'waiting', null],
      ['unreadable', 'unsure', null],
    ]);
    expect(rows[0]).toMatchObject({ taskId: 'a', text: 'yes', since: 5, instanceName: 'gone', version: 2 });

    const { attempt } = rows[0] as Delivery;
    const before = [you(0, 'go', NOON - 120_000), you(1, 'on', NOON - 60_000)];
    const resolve = (...after: readonly Message[]) =>
      tasksDelivery.resolveFrom(
        makeTask({ id: 'a', buildNumber: 3 }),
        {
          text: 'yes',
          ...(attempt as SendAttempt),
          brokenAt: NOON + 1,
          receipt: null,
          wasSentHere: () => true,
        },
        { transcript: live(...before, ...after), requestedAt: NOON + 3_600_000 },
      );
    expect(resolve(you(2, 'yes'))).toBe('accepted');
    expect(resolve()).toBe('absent');
  });

  it('is read-only for the earlier taskdeck, which can still remove what it sent', () => {
    writeEarlierFile(['one', 'sending', JSON.stringify({ at: 1, brokenAt: null, build: 1, baseline: null })]);
    const earlier = new DatabaseSync(state.file);
    const remove = earlier.prepare('DELETE FROM outbox WHERE deployment = ? AND id = ? AND version = ?');
    expect(open().all()).toHaveLength(1);
    expect(() => earlier.exec("UPDATE outbox SET attempt = '{}'")).toThrow(/no such column: attempt/);
    remove.run('https://coder.example.com ada', 'one', 2);
    earlier.close();
    expect(open().all()).toEqual([]);
  });
});
