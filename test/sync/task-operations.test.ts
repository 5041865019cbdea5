import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { Phase } from '../../src/domain/phase.ts';
import type { Task } from '../../src/domain/task.ts';
import { phaseIn } from '../../src/store/slices/actions.ts';
import { initialPromptKey, NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import { taskById } from '../../src/store/task-index.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { makeBuild, makeTask, NOON, withFields } from '../domain/builders.ts';
import { TEMPLATE } from '../store/state-builders.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const BUILD = makeBuild({ id: 'b2', number: 2, transition: 'stop' });
const PROMPT = { templateVersionId: 'v1', prompt: 'fix it\nplease' };

function startOperations(...tasks: readonly Task[]) {
  const fixture = syncFixture({ tasks });
  let changes = 0;
  const operations = createTaskOperations({ ...fixture, changed: () => changes++ });
  return { fixture, operations, changes: () => changes };
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
  ['pause', 'pausing', 'stop', makeTask({ id: 'a' })],
  ['resume', 'resuming', 'start', makeTask({ id: 'a', status: 'paused' })],
] as const)('%s', (action, expectedPhase, transition, task) => {
  it('shows in the same tick, and sends a request', () => {
    const { fixture, operations } = startOperations(task);
    operations.act(action, 'a');
    expect(phase(fixture)).toBe(expectedPhase);
    expect(fixture.backend.open(action).args).toEqual([task]);
  });

  it('shows until the server accepts it, and requests nothing again: the answer has the build', async () => {
    const { fixture, operations, changes } = startOperations(task);
    operations.act(action, 'a');
    await fixture.clock.settle();
    expect(changes()).toBe(0);
    fixture.backend.open(action).answer(makeBuild({ id: 'b2', number: 2, transition }));
    await fixture.clock.settle();
    expect(changes()).toBe(0);
    expect(fixture.state.pendingChanges.size).toBe(0);
    expect(phase(fixture)).toBe(expectedPhase);
    fixture.store.dispatch({ type: 'task-received', task, startedAt: NOON - 1, now: NOON });
    expect(phase(fixture), 'an older response').toBe(expectedPhase);
    await fixture.clock.advance(1);
    fixture.receiveList(withFields(task, { buildNumber: 2, status: 'active' }));
    expect(phase(fixture)).toBe('idle');
  });

  it("is reverted with the server's error when refused", async () => {
    const { fixture, operations, changes } = startOperations({ ...task, displayName: 'Fix login' });
    const before = phase(fixture);
    operations.act(action, 'a');
    fixture.backend.open(action).refuse(refused);
    await fixture.clock.settle();
    expect(phase(fixture)).toBe(before);
    expect(fixture.state.notice).toMatchObject({
      tone: 'bad',
      text: `Cannot ${action} “Fix login”: A workspace build is already active. Wait for it.`,
      at: NOON,
    });
    expect(changes()).toBe(1);
  });

  it('sends nothing for an unknown task', () => {
    const { fixture, operations } = startOperations(task);
    operations.act(action, 'x');
    expect(fixture.backend.calls(action)).toEqual([]);
  });
});

describe('remove', () => {
  it('shows at once, and removes the task once the server accepts it', async () => {
    const { fixture, operations } = startOperations(makeTask({ id: 'a' }), makeTask({ id: 'b' }));
    operations.act('delete', 'a');
    expect(phase(fixture)).toBe('deleting');
    fixture.backend.open('remove').answer(undefined);
    await fixture.clock.settle();
    expect(fixture.state.tasks.map(({ id }) => id)).toEqual(['b']);
  });

  it('succeeds for a task that another user deleted', async () => {
    const { fixture, operations } = startOperations(makeTask({ id: 'a' }));
    operations.act('delete', 'a');
    fixture.backend.open('remove').refuse(failure({ kind: 'not-found' }));
    await fixture.clock.settle();
    expect(fixture.state.tasks).toEqual([]);
    expect(fixture.state.notice).toBeNull();
  });

  it('leaves the task unchanged when refused', async () => {
    const { fixture, operations } = startOperations(makeTask({ id: 'a' }));
    operations.act('delete', 'a');
    fixture.backend.open('remove').refuse(refused);
    await fixture.clock.settle();
    expect(phase(fixture)).toBe('idle');
    expect(fixture.state.notice?.text).toContain('A workspace build is already active.');
  });

  it('fails on a server without Tasks, and removes nothing', async () => {
    const { fixture, operations } = startOperations(makeTask({ id: 'a' }));
    operations.act('delete', 'a');
    fixture.backend.open('remove').refuse(failure({ kind: 'no-tasks' }));
    await fixture.clock.settle();
    expect(fixture.state.tasks).toHaveLength(1);
  });
});

describe('create', () => {
  it('shows a pending task at once, then the task itself', async () => {
    const { fixture, operations, changes } = startOperations(makeTask({ id: 'a' }));
    operations.create(PROMPT);
    expect(fixture.state.pendingCreations).toMatchObject([
      { key: 'c1', prompt: PROMPT.prompt, since: NOON, selectedAtStart: 'a' },
    ]);
    expect(fixture.backend.open('create').args).toEqual([PROMPT]);
    fixture.backend.open('create').answer(makeTask({ id: 'n', status: 'pending' }));
    await fixture.clock.settle();
    expect(fixture.state.pendingCreations).toEqual([]);
    expect(fixture.state.tasks.map(({ id }) => id)).toEqual(['n', 'a']);
    expect(fixture.state.view.selected).toBe('n');
    expect(changes()).toBe(1);
  });

  it('restores the prompt before newer text when refused', async () => {
    const { fixture, operations } = startOperations();
    operations.create(PROMPT);
    fixture.store.dispatch({
      type: 'draft-changed',
      key: NEW_TASK_KEY,
      buffer: { text: 'next', cursor: 4, goalColumn: null },
    });
    await fixture.clock.advance(5_000);
    fixture.backend.open('create').refuse(failure({ kind: 'invalid', message: 'No such template.' }));
    await fixture.clock.settle();
    expect(fixture.state.pendingCreations).toEqual([]);
    expect(fixture.state.drafts.get(NEW_TASK_KEY)?.text).toBe('fix it\nplease\nnext');
    expect(fixture.state.notice).toMatchObject({
      tone: 'bad',
      text: `Cannot create the task: No such template. Press ${keyFor('new')} to restore your prompt.`,
    });
  });

  it('keeps two pending tasks apart', async () => {
    const { fixture, operations } = startOperations();
    operations.create({ ...PROMPT, prompt: 'one' });
    operations.create({ ...PROMPT, prompt: 'two' });
    fixture.backend.calls('create')[0]?.refuse(refused);
    await fixture.clock.settle();
    expect(fixture.state.pendingCreations.map(({ prompt }) => prompt)).toEqual(['two']);
    expect(fixture.state.drafts.get(NEW_TASK_KEY)?.text).toBe('one');
  });
});

describe('the templates', () => {
  it('are in the state when received', async () => {
    const { fixture, operations } = startOperations();
    const loaded = operations.loadTemplates();
    fixture.backend.open('templates').answer([TEMPLATE]);
    await loaded;
    expect(fixture.state.templates).toEqual([TEMPLATE]);
  });

  it('show a notice after a failure, and do not reject', async () => {
    const { fixture, operations } = startOperations();
    const loaded = operations.loadTemplates();
    fixture.backend.open('templates').refuse(failure({ message: 'Out of order.' }));
    await loaded;
    expect(fixture.state.templates).toBeNull();
    expect(fixture.state.notice?.text).toBe('Cannot list the templates: Out of order.');
  });
});

describe('the end', () => {
  it('aborts requests without a notice, and the prompt is a draft again', async () => {
    const { fixture, operations } = startOperations(makeTask({ id: 'a' }));
    operations.act('pause', 'a');
    operations.create(PROMPT);
    operations.stop();
    // At once, because drafts are saved right after `stop`.
    expect(fixture.state.drafts.get(NEW_TASK_KEY)?.text).toBe(PROMPT.prompt);
    await fixture.clock.settle();
    expect(fixture.backend.calls('pause')[0]?.signal.aborted).toBe(true);
    expect(fixture.backend.calls('create')[0]?.signal.aborted).toBe(true);
    expect(fixture.state.notice).toBeNull();
    expect(fixture.state.drafts.get(NEW_TASK_KEY)?.text).toBe(PROMPT.prompt);
  });
});

describe('in another scope', () => {
  const choose = ({ store, clock }: SyncFixture, scope: OwnerScope): void =>
    store.dispatch({ type: 'scope-selected', scope, now: clock.now() });

  it('an earlier action continues, and shows when the task is listed again', async () => {
    const { fixture, operations } = startOperations(makeTask({ id: 'a' }));
    operations.act('pause', 'a');
    choose(fixture, scopeOfOwner('bob'));
    fixture.receiveList(makeTask({ id: 'x', ownerName: 'bob' }));
    expect(fixture.backend.open('pause').signal.aborted).toBe(false);
    fixture.backend.open('pause').answer(BUILD);
    await fixture.clock.settle();
    choose(fixture, MINE);
    expect(phase(fixture)).toBe('pausing');
  });

  it('no task of another user counts as the created one', async () => {
    const { fixture, operations } = startOperations(makeTask({ id: 'a' }));
    fixture.store.dispatch({ type: 'user-received', user: { id: 'u1', username: 'ada', name: 'Ada' } });
    operations.create(PROMPT);
    fixture.backend.open('create').refuse(failure({ tookEffect: 'maybe' }));
    await fixture.clock.settle();
    choose(fixture, EVERYONE);
    const alike = makeTask({ id: 'x', ownerName: 'bob', initialPrompt: PROMPT.prompt });
    fixture.receiveList(alike, makeTask({ id: 'a' }));
    choose(fixture, MINE);
    fixture.receiveList(makeTask({ id: 'a' }));
    expect(fixture.state.drafts.get(NEW_TASK_KEY)?.text).toBe(PROMPT.prompt);
    fixture.receiveList({ ...alike, id: 'mine', ownerName: 'ada' }, makeTask({ id: 'a' }));
    expect(fixture.state.drafts.has(NEW_TASK_KEY)).toBe(false);
  });
});

describe('a new prompt for a paused task', () => {
  const paused = makeTask({ id: 'a', status: 'paused', initialPrompt: 'old' });
  const draftOf = (fixture: SyncFixture) => fixture.state.drafts.get(initialPromptKey('a'))?.text;

  it('is a draft until the server accepts it', async () => {
    const { fixture, operations } = startOperations(paused);
    fixture.store.dispatch({ type: 'draft-changed', key: initialPromptKey('a'), buffer: bufferOf('new') });
    operations.updateInput('a', 'new');
    expect(fixture.backend.open('updateInput').args).toEqual([paused, 'new']);
    expect(draftOf(fixture)).toBe('new');
    fixture.backend.open('updateInput').answer(undefined);
    await fixture.clock.settle();
    expect(draftOf(fixture)).toBeUndefined();
    expect(fixture.state.tasks[0]?.initialPrompt).toBe('new');
    expect(fixture.state.notice).toMatchObject({ tone: 'good' });
  });

  it('stays a draft when refused', async () => {
    const { fixture, operations } = startOperations(paused);
    fixture.store.dispatch({ type: 'draft-changed', key: initialPromptKey('a'), buffer: bufferOf('new') });
    operations.updateInput('a', 'new');
    fixture.backend
      .open('updateInput')
      .refuse(failure({ kind: 'conflict', message: 'Task must be paused.' }));
    await fixture.clock.settle();
    expect(draftOf(fixture)).toBe('new');
    expect(fixture.state.tasks[0]?.initialPrompt).toBe('old');
    expect(fixture.state.notice?.text).toContain('Task must be paused.');
  });
});
