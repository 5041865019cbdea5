import { describe, expect, it, onTestFinished } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { textOf, textParts } from '../../src/domain/message.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import { titleOf } from '../../src/domain/task.ts';
import type { QueuedMessage } from '../../src/domain/transcript.ts';
import { pendingMessagesOf } from '../../src/store/pending-messages.ts';
import { initialPromptKey, titleKey } from '../../src/store/slices/drafts.ts';
import { createOutbox } from '../../src/sync/outbox/outbox.ts';
import { createTranscriptReader } from '../../src/sync/refresh/fetch-transcript.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { agent, live, makeChat, makeTask, NOON, you } from '../domain/builders.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const CHAT = makeChat({ id: 'c', displayName: 'Fix tests', status: 'running' });
const queued = (id: string, text: string): QueuedMessage => ({ id, parts: textParts(text), at: NOON });

const gone = failure({ kind: 'not-found', message: 'Queued message not found.' });
const empty = failure({ kind: 'conflict', message: 'Chat has no queued messages to delete.' });
const cut = failure({ kind: 'unreachable', message: 'The connection was cut off.', tookEffect: 'maybe' });
const refused = failure({ kind: 'forbidden', message: 'Only the chat owner may do this.' });
const full = failure({ kind: 'busy', message: 'Message queue is full.', detail: 'Maximum 2.' });

function receiveQueue({ store, clock }: SyncFixture, ...queue: readonly QueuedMessage[]): void {
  const now = clock.now();
  const transcript = { ...live(you(1, 'go'), agent(2, 'done')), hasOlder: false, queue };
  store.dispatch({
    type: 'transcript-received',
    taskId: 'c',
    transcript,
    startedAt: now,
    refreshMs: 4_000,
    now,
  });
}

function start(methods: Partial<Source>) {
  const fixture = syncFixture({ tasks: [CHAT] });
  Object.assign(fixture.backend.sources[0], {
    prepare: async () => ({}),
    resolve: async () => 'undecided',
    resolveFrom: () => 'undecided',
    ...methods,
  } satisfies Partial<Source>);
  const storage = outboxStorage();
  const changed: string[] = [];
  const outbox = createOutbox({
    ...fixture,
    readTranscript: createTranscriptReader(fixture),
    outboxStorage: storage.rows(),
    onTaskChanged: (taskId) => changed.push(taskId),
    resume: async () => true,
  });
  onTestFinished(() => outbox.stop());
  receiveQueue(fixture, queued('7', 'Run the linter'), queued('8', 'Then commit'));
  const savedDraft = (): string | undefined =>
    storage.open().savedState({ origin: 'https://coder.example.com', user: 'ada' }).drafts().get('c');
  return { fixture, outbox, changed, savedDraft };
}

const queueIn = ({ state }: SyncFixture): readonly string[] =>
  pendingMessagesOf(state, 'c').flatMap((each) => (each.kind === 'queued' ? [textOf(each.message)] : []));
const draftIn = ({ state }: SyncFixture, key = 'c') => state.drafts.get(key)?.text;

describe('a message of the server’s queue', () => {
  it('is on disk as a draft before the server forgets it, and then in the prompt before the draft', async () => {
    const seen: (string | undefined)[] = [];
    const { fixture, outbox, savedDraft, changed } = start({
      async cancelQueued() {
        seen.push(savedDraft());
      },
    });
    fixture.store.dispatch({ type: 'draft-changed', key: 'c', buffer: bufferOf('my draft') });
    outbox.takeOut('c', '7', 'cancel');
    await fixture.clock.settle();
    expect(seen).toEqual(['Run the linter\nmy draft']);
    expect(draftIn(fixture)).toBe('Run the linter\nmy draft');
    expect(queueIn(fixture)).toEqual(['Then commit']);
    expect(fixture.state.notice?.text).toBe('The message to “Fix tests” is back in its prompt.');
    expect(changed).toEqual(['c']);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
  });

  it.each([
    ['404', gone],
    ['409', empty],
  ])('that left the queue before (%s) keeps its text only for an edit, and says so', async (_, error) => {
    const { fixture, outbox, savedDraft } = start({ cancelQueued: () => Promise.reject(error) });
    outbox.takeOut('c', '7', 'cancel');
    await fixture.clock.settle();
    expect(draftIn(fixture)).toBeUndefined();
    expect(savedDraft()).toBeUndefined();
    expect(queueIn(fixture)).toEqual(['Then commit']);
    expect(fixture.state.notice?.text).toMatch(/has left the queue/u);
    outbox.takeOut('c', '8', 'edit');
    await fixture.clock.settle();
    expect(draftIn(fixture)).toBe('Then commit');
    expect(fixture.state.notice?.text).toMatch(/Its text is in the prompt\.$/u);
  });

  it('stays in the queue when the server refuses, and keeps its text when the answer is lost', async () => {
    const errors = [refused, cut];
    const { fixture, outbox, savedDraft } = start({
      cancelQueued: () => Promise.reject(errors.shift()),
    });
    outbox.takeOut('c', '7', 'edit');
    await fixture.clock.settle();
    expect([queueIn(fixture)[0], draftIn(fixture), savedDraft()]).toEqual([
      'Run the linter',
      undefined,
      undefined,
    ]);
    outbox.takeOut('c', '7', 'cancel');
    await fixture.clock.settle();
    expect(draftIn(fixture)).toBe('Run the linter');
    expect(fixture.state.notice?.text).toMatch(/may still be in the queue/u);
  });

  it('that another program wrote comes into the prompt without its control characters', async () => {
    const { fixture, outbox } = start({ cancelQueued: async () => {} });
    receiveQueue(fixture, queued('9', 'Run\r\n\x1b[31mthe\x1b]0;title\x07 linter'));
    outbox.takeOut('c', '9', 'edit');
    await fixture.clock.settle();
    expect(draftIn(fixture)).toBe('Run\nthe linter');
  });

  it('is requested once while the answer is open', async () => {
    let requests = 0;
    const { fixture, outbox } = start({
      cancelQueued: () => {
        requests += 1;
        return new Promise(() => {});
      },
    });
    outbox.takeOut('c', '7', 'cancel');
    outbox.takeOut('c', '7', 'edit');
    outbox.sendNow('c', '7');
    await fixture.clock.settle();
    expect(requests).toBe(1);
  });

  it('that is sent now stays in the list until the server shows that it runs', async () => {
    const sent: string[] = [];
    const { fixture, outbox } = start({
      async sendQueuedNow(_, queueId) {
        sent.push(queueId);
      },
    });
    outbox.sendNow('c', '8');
    await fixture.clock.settle();
    expect(sent).toEqual(['8']);
    expect(queueIn(fixture)).toEqual(['Run the linter', 'Then commit']);
    expect(fixture.state.notice?.text).toBe('The message to “Fix tests” runs next.');
    receiveQueue(fixture, queued('7', 'Run the linter'));
    expect(queueIn(fixture)).toEqual(['Run the linter']);
  });
});

describe('a message to a full queue', () => {
  it('stays here with the reason, and goes out as soon as the queue is shorter', async () => {
    const answers: (Error | null)[] = [full, null];
    let sends = 0;
    const { fixture, outbox } = start({
      async send() {
        sends += 1;
        const error = answers.shift();
        if (error != null) throw error;
        return { kind: 'queued', queueId: '9' };
      },
    });
    outbox.add('c', 'Then push');
    await fixture.clock.settle();
    expect(fixture.state.fullQueues.get('c')).toBe('Message queue is full. Maximum 2.');
    expect(fixture.state.deliveries.map(({ stage }) => stage)).toEqual(['waiting']);
    await fixture.clock.advance(5_000);
    expect(sends).toBe(1);
    receiveQueue(fixture, queued('8', 'Then commit'));
    await fixture.clock.settle();
    expect(sends).toBe(2);
    expect(fixture.state.fullQueues.size).toBe(0);
    expect(fixture.state.notice).toBeNull();
    expect(fixture.state.deliveries.map(({ stage }) => stage)).toEqual(['queued']);
  });

  it('is tried again when the turn ends, and at the latest after ten seconds', async () => {
    let sends = 0;
    const { fixture, outbox } = start({
      send: () => {
        sends += 1;
        return Promise.reject(full);
      },
    });
    outbox.add('c', 'Then push');
    await fixture.clock.settle();
    const now = fixture.clock.now();
    const ended = makeChat({ id: 'c', displayName: 'Fix tests', status: 'waiting' });
    fixture.store.dispatch({ type: 'task-received', task: ended, startedAt: now, now });
    await fixture.clock.settle();
    expect(sends).toBe(2);
    await fixture.clock.advance(9_000);
    expect(sends).toBe(2);
    await fixture.clock.advance(2_000);
    expect(sends).toBe(3);
  });
});

describe('changes of a chat', () => {
  function operationsWith(methods: Partial<Source>) {
    const fixture = syncFixture({ tasks: [CHAT] });
    Object.assign(fixture.backend.sources[0], methods);
    let changes = 0;
    const operations = createTaskOperations({
      ...fixture,
      changed() {
        changes += 1;
      },
    });
    onTestFinished(() => operations.stop());
    const draft = (key: string, text: string): void =>
      fixture.store.dispatch({ type: 'draft-changed', key, buffer: bufferOf(text) });
    return { fixture, operations, draft, changes: () => changes };
  }

  it('the last prompt is replaced once, and its draft goes when the server has accepted it', async () => {
    const edits: unknown[] = [];
    const { fixture, operations, draft, changes } = operationsWith({
      async editMessage(_, messageId, text) {
        edits.push([messageId, text]);
      },
    });
    draft(initialPromptKey('c'), 'better');
    operations.editLastPrompt('c', 5, 'better');
    operations.editLastPrompt('c', 5, 'better');
    await fixture.clock.settle();
    expect(edits).toEqual([[5, 'better']]);
    expect(draftIn(fixture, initialPromptKey('c'))).toBeUndefined();
    expect(changes()).toBe(1);
  });

  it.each([
    [refused, /^Cannot replace the last prompt of “Fix tests”: Only the chat owner/u],
    [cut, /^The last prompt of “Fix tests” may or may not be replaced:/u],
  ])('the draft of a prompt stays after “%s”', async (error, notice) => {
    const { fixture, operations, draft } = operationsWith({ editMessage: () => Promise.reject(error) });
    draft(initialPromptKey('c'), 'better');
    operations.editLastPrompt('c', 5, 'better');
    await fixture.clock.settle();
    expect(draftIn(fixture, initialPromptKey('c'))).toBe('better');
    expect(fixture.state.notice?.text).toMatch(notice);
  });

  it('a title shows as soon as the server has accepted it; a refused one stays a draft', async () => {
    const errors: (Error | undefined)[] = [undefined, refused];
    const { fixture, operations, draft } = operationsWith({
      async rename() {
        const error = errors.shift();
        if (error !== undefined) throw error;
      },
    });
    draft(titleKey('c'), 'Clock');
    operations.rename('c', 'Clock');
    await fixture.clock.settle();
    expect(fixture.state.tasks[0]?.displayName).toBe('Clock');
    expect(draftIn(fixture, titleKey('c'))).toBeUndefined();
    expect(fixture.state.inverse).toMatchObject({ title: 'Fix tests' });
    draft(titleKey('c'), 'Other');
    operations.rename('c', 'Other');
    await fixture.clock.settle();
    expect(fixture.state.tasks[0]?.displayName).toBe('Clock');
    expect(draftIn(fixture, titleKey('c'))).toBe('Other');
    expect(fixture.state.notice?.text).toMatch(/^Cannot rename “Clock”/u);
  });

  it('a task gets a title of its own here, without a request, and loses it', async () => {
    const { fixture, operations } = operationsWith({ rename: () => Promise.reject(new Error('no')) });
    fixture.receiveList(makeTask({ id: 'a', displayName: 'Server title' }));
    operations.rename('a', 'Mine');
    await fixture.clock.settle();
    const [task] = fixture.state.tasks;
    expect(task && titleOf(task)).toBe('Mine');
    expect(task?.displayName).toBe('Server title');
    expect(fixture.state.notice?.text).toMatch(/^Renamed to “Mine”, in taskdeck only\./u);
    expect(fixture.state.inverse).toMatchObject({ title: '' });
    operations.rename('a', '');
    await fixture.clock.settle();
    expect(fixture.state.tasks[0]?.own).toBeUndefined();
    expect(fixture.state.notice?.text).toMatch(/^It has the title of its server again: “Server title”\./u);
    expect(fixture.state.inverse).toMatchObject({ title: 'Mine' });
  });

  it('a proposed title replaces the text in the field, unless the user has typed meanwhile', async () => {
    const { fixture, operations } = operationsWith({ proposeTitle: async () => 'Pin \x1b[31mthe clock' });
    const open = (title: string): void =>
      fixture.store.dispatch({
        type: 'overlay-opened',
        overlay: { kind: 'rename', taskId: 'c', title, isProposing: true },
      });
    open('Fix tests');
    operations.proposeTitle('c');
    await fixture.clock.settle();
    expect(fixture.state.view.overlay).toMatchObject({ title: 'Pin the clock', isProposing: false });
    open('Fix tests');
    operations.proposeTitle('c');
    open('Fix tests, mine');
    await fixture.clock.settle();
    expect(fixture.state.view.overlay).toMatchObject({ title: 'Fix tests, mine', isProposing: false });
    expect(fixture.state.notice?.text).toBe('The server proposes “Pin the clock”.');
  });

  it('a server without proposals says so, and the text stays', async () => {
    const { fixture, operations } = operationsWith({});
    fixture.store.dispatch({
      type: 'overlay-opened',
      overlay: { kind: 'rename', taskId: 'c', title: 'Fix tests', isProposing: true },
    });
    operations.proposeTitle('c');
    await fixture.clock.settle();
    expect(fixture.state.view.overlay).toMatchObject({ title: 'Fix tests', isProposing: false });
    expect(fixture.state.notice?.text).toBe('No title was proposed: This server proposes no titles.');
  });
});
