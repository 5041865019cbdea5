import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { Phase } from '../../src/domain/phase.ts';
import type { Task } from '../../src/domain/task.ts';
import { phaseIn, taskById } from '../../src/store/selectors.ts';
import { initialPromptKey, NEW_TASK_KEY } from '../../src/store/state.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { makeBuild, makeTask, NOON } from '../domain/builders.ts';
import { TEMPLATE } from '../store/state-builders.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const BUILD = makeBuild({ id: 'b2', number: 2, transition: 'stop' });
const PROMPT = { templateVersionId: 'v1', prompt: 'fix it\nplease' };

function operating(...tasks: readonly Task[]) {
  const deck = syncFixture({ tasks });
  let changes = 0;
  const operations = createTaskOperations({ ...deck, changed: () => changes++ });
  return { deck, operations, changes: () => changes };
}

const phase = ({ state }: SyncFixture, id = 'a'): Phase | null => {
  const task = taskById(state, id);
  return task && phaseIn(state, task);
};

const refused = failure({
  kind: 'conflict',
  message: 'A workspace build is already active.',
  detail: 'Wait for it.',
});

describe.each([
  ['pause', 'pausing', makeTask({ id: 'a' })],
  ['resume', 'resuming', makeTask({ id: 'a', status: 'paused' })],
] as const)('%s', (action, shown, task) => {
  it('shows in the same tick, and asks the server', () => {
    const { deck, operations } = operating(task);
    operations[action]('a');
    expect(phase(deck)).toBe(shown);
    expect(deck.backend.open(action).args).toEqual([task]);
  });

  it('has everything looked at anew as soon as the server took it, and shows until that is seen', async () => {
    const { deck, operations, changes } = operating(task);
    operations[action]('a');
    await deck.clock.settle();
    expect(changes()).toBe(0);
    deck.backend.open(action).answer(BUILD);
    await deck.clock.settle();
    expect(changes()).toBe(1);
    expect(phase(deck)).toBe(shown);
    deck.receiveList({ ...task, buildNumber: 2, status: 'active' });
    expect(phase(deck)).toBe('idle');
  });

  it("is taken back with the server's words when it is refused", async () => {
    const { deck, operations, changes } = operating({ ...task, displayName: 'Fix login' });
    const before = phase(deck);
    operations[action]('a');
    deck.backend.open(action).refuse(refused);
    await deck.clock.settle();
    expect(phase(deck)).toBe(before);
    expect(deck.state.notice).toMatchObject({
      tone: 'bad',
      text: `Cannot ${action} “Fix login”: A workspace build is already active. Wait for it.`,
      at: NOON,
    });
    expect(changes()).toBe(1);
  });

  it('asks nothing for a task that is not there', () => {
    const { deck, operations } = operating(task);
    operations[action]('x');
    expect(deck.backend.calls(action)).toEqual([]);
  });
});

describe('remove', () => {
  it('shows at once, and the task is gone as soon as the server says so', async () => {
    const { deck, operations } = operating(makeTask({ id: 'a' }), makeTask({ id: 'b' }));
    operations.remove('a');
    expect(phase(deck)).toBe('deleting');
    deck.backend.open('remove').answer(undefined);
    await deck.clock.settle();
    expect(deck.state.tasks.map(({ id }) => id)).toEqual(['b']);
  });

  it('of a task that somebody else removed has worked', async () => {
    const { deck, operations } = operating(makeTask({ id: 'a' }));
    operations.remove('a');
    deck.backend.open('remove').refuse(failure({ kind: 'not-found' }));
    await deck.clock.settle();
    expect(deck.state.tasks).toEqual([]);
    expect(deck.state.notice).toBeNull();
  });

  it('that is refused leaves the task as it was', async () => {
    const { deck, operations } = operating(makeTask({ id: 'a' }));
    operations.remove('a');
    deck.backend.open('remove').refuse(refused);
    await deck.clock.settle();
    expect(phase(deck)).toBe('idle');
    expect(deck.state.notice?.text).toContain('A workspace build is already active.');
  });

  it('of a server without Tasks is a refusal, not a removal', async () => {
    const { deck, operations } = operating(makeTask({ id: 'a' }));
    operations.remove('a');
    deck.backend.open('remove').refuse(failure({ kind: 'no-tasks' }));
    await deck.clock.settle();
    expect(deck.state.tasks).toHaveLength(1);
  });
});

describe('create', () => {
  it('shows at once that a task is on its way, then the task itself', async () => {
    const { deck, operations, changes } = operating(makeTask({ id: 'a' }));
    operations.create(PROMPT);
    expect(deck.state.pendingCreations).toMatchObject([
      { key: 'c1', prompt: PROMPT.prompt, since: NOON, selectedAtStart: 'a' },
    ]);
    expect(deck.backend.open('create').args).toEqual([PROMPT]);
    deck.backend.open('create').answer(makeTask({ id: 'n', status: 'pending' }));
    await deck.clock.settle();
    expect(deck.state.pendingCreations).toEqual([]);
    expect(deck.state.tasks.map(({ id }) => id)).toEqual(['n', 'a']);
    expect(deck.state.view.selected).toBe('n');
    expect(changes()).toBe(1);
  });

  it('that is refused returns the prompt, before what was written since', async () => {
    const { deck, operations } = operating();
    operations.create(PROMPT);
    deck.store.dispatch({
      type: 'draft-changed',
      key: NEW_TASK_KEY,
      buffer: { text: 'next', cursor: 4, goalColumn: null },
    });
    await deck.clock.advance(5_000);
    deck.backend.open('create').refuse(failure({ kind: 'invalid', message: 'No such template.' }));
    await deck.clock.settle();
    expect(deck.state.pendingCreations).toEqual([]);
    expect(deck.state.drafts.get(NEW_TASK_KEY)?.text).toBe('fix it\nplease\nnext');
    expect(deck.state.notice).toMatchObject({
      tone: 'bad',
      text: `Cannot create the task: No such template. Press ${keyFor('new')} to restore your prompt.`,
    });
  });

  it('twice tells the two apart', async () => {
    const { deck, operations } = operating();
    operations.create({ ...PROMPT, prompt: 'one' });
    operations.create({ ...PROMPT, prompt: 'two' });
    deck.backend.calls('create')[0]?.refuse(refused);
    await deck.clock.settle();
    expect(deck.state.pendingCreations.map(({ prompt }) => prompt)).toEqual(['two']);
    expect(deck.state.drafts.get(NEW_TASK_KEY)?.text).toBe('one');
  });
});

describe('the templates', () => {
  it('are in the state when they are there', async () => {
    const { deck, operations } = operating();
    const loaded = operations.loadTemplates();
    deck.backend.open('templates').answer([TEMPLATE]);
    await loaded;
    expect(deck.state.templates).toEqual([TEMPLATE]);
  });

  it('that cannot be had are a notice, and no failure of whoever waits', async () => {
    const { deck, operations } = operating();
    const loaded = operations.loadTemplates();
    deck.backend.open('templates').refuse(failure({ message: 'Out of order.' }));
    await loaded;
    expect(deck.state.templates).toBeNull();
    expect(deck.state.notice?.text).toBe('Cannot list the templates: Out of order.');
  });
});

describe('the end', () => {
  it('gives up what is under way without a word, and the prompt is a draft again', async () => {
    const { deck, operations } = operating(makeTask({ id: 'a' }));
    operations.pause('a');
    operations.create(PROMPT);
    operations.stop();
    // At once: what is written is saved right behind this.
    expect(deck.state.drafts.get(NEW_TASK_KEY)?.text).toBe(PROMPT.prompt);
    await deck.clock.settle();
    expect(deck.backend.calls('pause')[0]?.signal.aborted).toBe(true);
    expect(deck.backend.calls('create')[0]?.signal.aborted).toBe(true);
    expect(deck.state.notice).toBeNull();
    expect(deck.state.drafts.get(NEW_TASK_KEY)?.text).toBe(PROMPT.prompt);
  });
});

describe('while the tasks of others are listed', () => {
  const choose = ({ store, clock }: SyncFixture, scope: OwnerScope): void =>
    store.dispatch({ type: 'scope-selected', scope, now: clock.now() });

  it('what was asked before goes on, and is seen when the task is listed again', async () => {
    const { deck, operations } = operating(makeTask({ id: 'a' }));
    operations.pause('a');
    choose(deck, scopeOfOwner('bob'));
    deck.receiveList(makeTask({ id: 'x', ownerName: 'bob' }));
    expect(deck.backend.open('pause').signal.aborted).toBe(false);
    deck.backend.open('pause').answer(BUILD);
    await deck.clock.settle();
    choose(deck, MINE);
    expect(phase(deck)).toBe('pausing');
  });

  it('no task of theirs is taken for the one that may have been created', async () => {
    const { deck, operations } = operating(makeTask({ id: 'a' }));
    deck.store.dispatch({ type: 'user-received', user: { id: 'u1', username: 'ada', name: 'Ada' } });
    operations.create(PROMPT);
    deck.backend.open('create').refuse(failure({ tookEffect: 'maybe' }));
    await deck.clock.settle();
    choose(deck, EVERYONE);
    const alike = makeTask({ id: 'x', ownerName: 'bob', initialPrompt: PROMPT.prompt });
    deck.receiveList(alike, makeTask({ id: 'a' }));
    choose(deck, MINE);
    deck.receiveList(makeTask({ id: 'a' }));
    expect(deck.state.drafts.get(NEW_TASK_KEY)?.text).toBe(PROMPT.prompt);
    deck.receiveList({ ...alike, id: 'mine', ownerName: 'ada' }, makeTask({ id: 'a' }));
    expect(deck.state.drafts.has(NEW_TASK_KEY)).toBe(false);
  });
});

describe('a new prompt for a paused task', () => {
  const paused = makeTask({ id: 'a', status: 'paused', initialPrompt: 'old' });
  const draftOf = (deck: SyncFixture) => deck.state.drafts.get(initialPromptKey('a'))?.text;

  it('is a draft until the server has taken it', async () => {
    const { deck, operations } = operating(paused);
    deck.store.dispatch({ type: 'draft-changed', key: initialPromptKey('a'), buffer: bufferOf('new') });
    operations.updateInput('a', 'new');
    expect(deck.backend.open('updateInput').args).toEqual([paused, 'new']);
    expect(draftOf(deck)).toBe('new');
    deck.backend.open('updateInput').answer(undefined);
    await deck.clock.settle();
    expect(draftOf(deck)).toBeUndefined();
    expect(deck.state.tasks[0]?.initialPrompt).toBe('new');
    expect(deck.state.notice).toMatchObject({ tone: 'good' });
  });

  it('that is refused is still there', async () => {
    const { deck, operations } = operating(paused);
    deck.store.dispatch({ type: 'draft-changed', key: initialPromptKey('a'), buffer: bufferOf('new') });
    operations.updateInput('a', 'new');
    deck.backend.open('updateInput').refuse(failure({ kind: 'conflict', message: 'Task must be paused.' }));
    await deck.clock.settle();
    expect(draftOf(deck)).toBe('new');
    expect(deck.state.tasks[0]?.initialPrompt).toBe('old');
    expect(deck.state.notice?.text).toContain('Task must be paused.');
  });
});
