import { describe, expect, it, onTestFinished } from 'vitest';
import type { Attachment } from '../../src/domain/delivery.ts';
import { textParts } from '../../src/domain/message.ts';
import type { Source, TurnOptions } from '../../src/domain/ports/source.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import { createOutbox } from '../../src/sync/outbox/outbox.ts';
import { persistState } from '../../src/sync/persist-state.ts';
import { createTranscriptReader } from '../../src/sync/refresh/fetch-transcript.ts';
import { live, makeChat, NOON } from '../domain/builders.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const CHAT = makeChat({ id: 'c', organizationId: 'o' });
const OTHER = makeChat({ id: 'd', organizationId: 'o' });

const file = (name: string): Attachment => ({
  path: `/tmp/${name}`,
  name,
  mediaType: 'text/plain',
  size: 5,
  modifiedAt: NOON,
});
const FILES = [file('a.txt'), file('b.txt')];
const EXTRAS = { extras: { attachments: FILES } };
const ADA = { origin: 'https://coder.example.com', user: 'ada' };

interface Sent {
  readonly taskId: string;
  readonly text: string;
  readonly fileIds: TurnOptions['fileIds'];
}

/** An outbox whose source records uploads and messages. `fail` rejects the next requests, first to last. */
function start({
  uploads = [],
  sends = [],
  receipt = { kind: 'accepted' },
}: {
  readonly uploads?: unknown[];
  readonly sends?: unknown[];
  readonly receipt?: Receipt;
} = {}) {
  const fixture = syncFixture({ tasks: [CHAT, OTHER] });
  const storage = outboxStorage();
  const uploaded: string[] = [];
  const sent: Sent[] = [];
  const methods: Partial<Source> = {
    prepare: async () => ({}),
    resolve: async () => 'undecided',
    resolveFrom: () => 'undecided',
    async uploadFile(_task, { name }) {
      uploaded.push(name);
      const error = uploads.shift();
      if (error !== undefined && error !== null) throw error;
      return `id-${name}-${uploaded.length}`;
    },
    async send({ id: taskId }, text, _signal, turn) {
      sent.push({ taskId, text, fileIds: turn?.fileIds });
      const error = sends.shift();
      if (error !== undefined && error !== null) throw error;
      return receipt;
    },
  };
  Object.assign(fixture.backend.sources[0], methods);
  const outbox = createOutbox({
    ...fixture,
    readTranscript: createTranscriptReader(fixture),
    outboxStorage: storage.rows(),
    onTaskChanged: () => undefined,
    resume: async () => true,
  });
  onTestFinished(() => outbox.stop());
  const pass = async (ms = 0): Promise<void> => {
    await fixture.clock.advance(ms);
    await fixture.clock.settle();
  };
  return { fixture, outbox, storage, uploaded, sent, pass };
}

const busy = failure({ kind: 'busy', message: 'Message queue is full.' });
const unreachable = failure({ kind: 'unreachable', message: 'No connection.', tookEffect: 'maybe' });
const changed = failure({
  kind: 'invalid',
  message: '/tmp/b.txt has changed since it was attached. Attach it again.',
});

describe('a message with files', () => {
  it('is sent with the ids of its files, which are uploaded before it in order', async () => {
    const { outbox, uploaded, sent, pass } = start();
    outbox.add('c', 'Look at these', EXTRAS);
    await pass();
    expect(uploaded).toEqual(['a.txt', 'b.txt']);
    expect(sent).toEqual([{ taskId: 'c', text: 'Look at these', fileIds: ['id-a.txt-1', 'id-b.txt-2'] }]);
  });

  it('without files is sent without ids', async () => {
    const { outbox, sent, pass } = start();
    outbox.add('c', 'No files');
    await pass();
    expect(sent).toEqual([{ taskId: 'c', text: 'No files', fileIds: undefined }]);
  });

  it('waits and is tried again after an upload without an answer: the message was not sent', async () => {
    const { fixture, outbox, uploaded, sent, pass } = start({ uploads: [null, unreachable] });
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    expect(sent).toEqual([]);
    expect(fixture.state.deliveries.map(({ stage }) => stage)).toEqual(['waiting']);
    await pass(10_000);
    // The first file had arrived.
    expect(uploaded).toEqual(['a.txt', 'b.txt', 'b.txt']);
    expect(sent.map(({ fileIds }) => fileIds)).toEqual([['id-a.txt-1', 'id-b.txt-3']]);
  });

  it('that is refused for now is sent again with the same files', async () => {
    const { outbox, uploaded, sent, pass } = start({ sends: [busy] });
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    await pass(15_000);
    expect(uploaded).toEqual(['a.txt', 'b.txt']);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('to another chat of the organization shares the uploads', async () => {
    const { outbox, uploaded, sent, pass } = start();
    outbox.add('c', 'Look', EXTRAS);
    outbox.add('d', 'You too', EXTRAS);
    await pass();
    await pass(1_000);
    expect(sent.map(({ taskId }) => taskId).sort()).toEqual(['c', 'd']);
    expect(new Set(sent.flatMap(({ fileIds }) => fileIds ?? [])).size).toBe(uploaded.length);
  });

  it('goes back to the prompt with its files when one has changed, and says so', async () => {
    const { fixture, outbox, sent, pass } = start({ uploads: [null, changed] });
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    expect(sent).toEqual([]);
    expect(fixture.state.deliveries).toEqual([]);
    expect(fixture.state.drafts.get('c')?.text).toBe('Look');
    expect(fixture.state.attachments.get('c')).toEqual(FILES);
    expect(fixture.state.notice?.text).toBe(
      'Not sent: /tmp/b.txt has changed since it was attached. Attach it again. The text is back in the prompt.',
    );
  });

  it('uploads its files again after the server refused the message for good', async () => {
    const gone = failure({ kind: 'invalid', message: 'File not found.' });
    const { fixture, outbox, uploaded, sent, pass } = start({ sends: [gone] });
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    expect(fixture.state.attachments.get('c')).toEqual(FILES);
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    expect(uploaded).toEqual(['a.txt', 'b.txt', 'a.txt', 'b.txt']);
    expect(sent.at(-1)?.fileIds).toEqual(['id-a.txt-3', 'id-b.txt-4']);
  });

  it('of a source without files goes back to the prompt', async () => {
    const { fixture, outbox, sent, pass } = start();
    Object.assign(fixture.backend.sources[0], { uploadFile: undefined });
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    expect(sent).toEqual([]);
    expect(fixture.state.notice?.text).toMatch(/^Not sent: The task takes no files\./u);
  });

  it('keeps its files on the disk, for the next run', async () => {
    const { fixture, outbox, storage, pass } = start({ uploads: [unreachable] });
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    expect(fixture.state.deliveries).toHaveLength(1);
    expect(
      storage
        .rows()
        .all()
        .map(({ extras }) => extras?.attachments),
    ).toEqual([FILES]);
  });

  it('returns its files to the prompt when it is edited, before those of the draft', async () => {
    const { fixture, outbox, pass } = start({ uploads: [unreachable] });
    outbox.add('c', 'Look', EXTRAS);
    await pass();
    fixture.store.dispatch({ type: 'attachments-changed', key: 'c', files: [file('c.txt'), file('b.txt')] });
    const [delivery] = fixture.state.deliveries;
    expect(outbox.edit(delivery?.id ?? '')).toBe(true);
    expect(fixture.state.attachments.get('c')?.map(({ name }) => name)).toEqual(['a.txt', 'b.txt', 'c.txt']);
  });
});

it('a message that leaves the server’s queue returns to the prompt with its files', async () => {
  const { fixture, outbox, pass } = start({ receipt: { kind: 'queued', queueId: '7' } });
  Object.assign(fixture.backend.sources[0], { cancelQueued: async () => {} });
  outbox.add('c', 'Look', EXTRAS);
  await pass();
  const queue = [{ id: '7', parts: textParts('Look'), at: NOON }];
  fixture.store.dispatch({
    type: 'transcript-received',
    taskId: 'c',
    transcript: { ...live(), hasOlder: false, queue },
    startedAt: fixture.clock.now(),
    refreshMs: 4_000,
    now: fixture.clock.now(),
  });
  outbox.takeOut('c', '7', 'cancel');
  await pass();
  expect(fixture.state.drafts.get('c')?.text).toBe('Look');
  expect(fixture.state.attachments.get('c')).toEqual(FILES);
});

describe('the files of drafts', () => {
  it('are there after a restart, and no longer after they were removed', () => {
    const storage = outboxStorage();
    const run = (): ReturnType<typeof syncFixture> & { stop(): void } => {
      const fixture = syncFixture({ tasks: [CHAT] });
      const stop = persistState(
        fixture.store,
        storage.open().savedState(ADA),
        fixture.clock,
        () => new Map(),
      );
      return Object.assign(fixture, { stop });
    };
    const first = run();
    first.store.dispatch({ type: 'attachments-changed', key: 'c', files: FILES });
    first.stop();
    const second = run();
    expect(second.store.getState().attachments).toEqual(new Map([['c', FILES]]));
    expect(second.store.getState().drafts).toEqual(new Map());
    second.store.dispatch({ type: 'attachments-changed', key: 'c', files: [] });
    second.stop();
    const third = run();
    expect(third.store.getState().attachments).toEqual(new Map());
    third.stop();
  });

  it('are ignored when what is on the disk is damaged', () => {
    const storage = outboxStorage();
    storage.open().savedState(ADA).saveDraft('files c', '[{"path":');
    const fixture = syncFixture({ tasks: [CHAT] });
    persistState(fixture.store, storage.open().savedState(ADA), fixture.clock, () => new Map())();
    expect(fixture.state.attachments).toEqual(new Map());
    expect(fixture.state.drafts).toEqual(new Map());
  });
});
