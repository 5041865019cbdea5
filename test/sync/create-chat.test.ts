import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import { NO_CHAT_CHOICE } from '../../src/domain/new-chat.ts';
import type { SubmittedForm } from '../../src/domain/new-task.ts';
import type { NewChat } from '../../src/domain/ports/source.ts';
import { openFormAt } from '../../src/store/form.ts';
import { NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import { EMPTY_FORM } from '../../src/store/slices/new-task.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { makeChat } from '../domain/builders.ts';
import {
  MODELS,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  WORKSPACE,
  WORKSPACE_TEMPLATE,
} from '../store/chat-form-states.ts';
import { chatsReceived } from '../store/state-builders.ts';
import { eventLoopTurn } from '../support/manual-clock.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const CHAT: NewChat = { kind: 'chat', prompt: 'Fix it', organizationId: 'o1' };
const form = { ...EMPTY_FORM, chat: { ...NO_CHAT_CHOICE, planMode: true } };
const SUBMITTED: SubmittedForm = { form, prompt: 'Fix it' };
const IN_NEW_WORKSPACE: SubmittedForm = { ...SUBMITTED, newWorkspace: { template: WORKSPACE_TEMPLATE } };

/** A deployment with Tasks and Chats. The scripted source creates both. */
function started() {
  const fixture = syncFixture({ local: false });
  fixture.store.dispatch({ type: 'sources-known', sources: ['tasks', 'chats'] }, chatsReceived([]));
  fixture.receiveList();
  const operations = createTaskOperations({ ...fixture, changed: () => undefined });
  const notice = () => {
    const { notice: shown, keyNames } = fixture.state;
    return shown === null ? null : withKeyNames(shown.text, keyNames);
  };
  return { fixture, operations, notice, backend: fixture.backend };
}

const draft = ({ fixture }: ReturnType<typeof started>) => fixture.state.drafts.get(NEW_TASK_KEY)?.text;

describe('a rejected chat', () => {
  it('restores the form, and shows the error at its field', async () => {
    const run = started();
    run.operations.create(CHAT, SUBMITTED);
    run.backend
      .open('create')
      .refuse(failure({ kind: 'invalid', message: 'Invalid model_config_id: not found.' }));
    await eventLoopTurn();
    expect(draft(run)).toBe('Fix it');
    expect(run.fixture.state.newTaskForm).toEqual({
      ...form,
      fieldErrors: { model: 'Invalid model_config_id: not found.' },
    });
    expect(run.fixture.state.view.openForm?.field).toBe('model');
    expect(run.notice()).toBe('Cannot create the chat: Invalid model_config_id: not found.');
  });

  it('restores its files', async () => {
    const run = started();
    const attachments = [{ path: '/a.txt', name: 'a.txt', mediaType: 'text/plain', size: 9, modifiedAt: 1 }];
    run.operations.create({ ...CHAT, attachments }, { ...SUBMITTED, attachments });
    run.backend.open('create').refuse(failure({ kind: 'invalid', message: 'Cannot upload a.txt: no.' }));
    await eventLoopTurn();
    expect(draft(run)).toBe('Fix it');
    expect(run.fixture.state.attachments.get(NEW_TASK_KEY)).toEqual(attachments);
  });

  it('that may have been created says so, and is recognised in the list by its title', async () => {
    const run = started();
    run.operations.create(CHAT, SUBMITTED);
    run.backend
      .open('create')
      .refuse(failure({ kind: 'timeout', message: 'No answer.', tookEffect: 'maybe' }));
    await eventLoopTurn();
    expect(run.notice()).toBe('The chat may or may not have been created: No answer.');
    expect(draft(run)).toBe('Fix it');
    run.fixture.store.dispatch(
      chatsReceived([makeChat({ id: 'new', displayName: 'Fix…', ownerName: 'ada' })]),
    );
    expect(run.notice()).toBe('Task created after all: “Fix…”.');
    expect(draft(run)).toBeUndefined();
  });
});

describe('a chat in a new workspace', () => {
  it('is created when the workspace exists', async () => {
    const run = started();
    run.operations.create(CHAT, IN_NEW_WORKSPACE);
    expect(run.notice()).toMatch(/^Creating the workspace “dev-[\da-f]{6}”\. The chat starts in it\.$/u);
    expect(run.fixture.state.pendingCreations).toHaveLength(1);
    const request = run.backend.open('createWorkspace');
    expect(request.args[0]).toBe('wt1');
    expect(run.backend.calls('create')).toEqual([]);
    request.answer({ ...WORKSPACE, id: 'w9' });
    await eventLoopTurn();
    const create = run.backend.open('create');
    expect(create.args[0]).toEqual({ ...CHAT, workspaceId: 'w9' });
    create.answer(makeChat({ id: 'new', ownerName: 'ada' }));
    await eventLoopTurn();
    expect(run.fixture.state.pendingCreations).toEqual([]);
    expect(run.fixture.state.tasks.map(({ id }) => id)).toEqual(['new']);
  });

  it('is not created when the workspace is rejected: the error is at its field', async () => {
    const run = started();
    run.operations.create(CHAT, IN_NEW_WORKSPACE);
    run.backend
      .open('createWorkspace')
      .refuse(failure({ kind: 'invalid', message: 'Parameter region is required.' }));
    await eventLoopTurn();
    expect(run.backend.calls('create')).toEqual([]);
    expect(draft(run)).toBe('Fix it');
    expect(run.fixture.state.newTaskForm.fieldErrors).toEqual({ workspace: 'Parameter region is required.' });
    expect(run.notice()).toBe('Cannot create the workspace of the chat: Parameter region is required.');
  });

  it('goes into the same workspace after a rejection of the chat: no second one is created', async () => {
    const run = started();
    run.operations.create(CHAT, IN_NEW_WORKSPACE);
    run.backend.open('createWorkspace').answer({ ...WORKSPACE, id: 'w9' });
    await eventLoopTurn();
    run.backend
      .open('create')
      .refuse(failure({ kind: 'invalid', message: 'Invalid reasoning_effort value.' }));
    await eventLoopTurn();
    const { newTaskForm, workspaces } = run.fixture.state;
    expect(newTaskForm.chat.workspace).toEqual({ existing: 'w9' });
    expect(newTaskForm.fieldErrors).toEqual({ effort: 'Invalid reasoning_effort value.' });
    expect(workspaces.value?.map(({ id }) => id)).toEqual(['w9']);
  });

  it('restores the form when taskdeck quits meanwhile', () => {
    const run = started();
    run.operations.create(CHAT, IN_NEW_WORKSPACE);
    run.operations.stop();
    expect(draft(run)).toBe('Fix it');
  });
});

describe('the options of the form', () => {
  const openForm = (run: ReturnType<typeof started>): void =>
    run.fixture.store.dispatch(
      { type: 'form-changed', change: { template: 'coder-agents' } },
      { type: 'open-form-changed', openForm: openFormAt('prompt') },
    );

  it('are loaded when the form becomes that of a chat, and once at a time', async () => {
    const run = started();
    openForm(run);
    const shared = run.operations.loadChatOptions();
    run.backend.open('organizations').answer([ORGANIZATION, OTHER_ORGANIZATION]);
    run.backend.open('workspaces').answer([WORKSPACE]);
    run.backend.open('workspaceTemplates').refuse(failure({ message: 'Broken.' }));
    await shared;
    const { organizations, workspaces, workspaceTemplates, chatModels } = run.fixture.state;
    expect(organizations.value).toHaveLength(2);
    expect(workspaces.value).toEqual([WORKSPACE]);
    expect(workspaceTemplates).toEqual({ value: null, error: 'Cannot list the templates: Broken.' });
    // The scripted backend has no source of chats, which would list models.
    expect(chatModels.get('o1')).toEqual({ value: [], error: null });
  });

  it('include the models of the chosen organization, and keep them when a later request fails', async () => {
    const fixture = syncFixture({ local: false });
    const asked: string[] = [];
    let isBroken = false;
    const [tasks] = fixture.backend.sources;
    const chats = {
      ...tasks,
      id: 'chats',
      async models(organizationId: string) {
        asked.push(organizationId);
        if (isBroken) throw failure({ message: 'Broken.' });
        return MODELS;
      },
    };
    const backend = { ...fixture.backend, sources: [tasks, chats] } as typeof fixture.backend;
    const operations = createTaskOperations({ ...fixture, backend, changed: () => undefined });
    const load = async () => {
      const done = operations.loadChatOptions();
      backend.open('organizations').answer([ORGANIZATION]);
      backend.open('workspaces').answer([]);
      backend.open('workspaceTemplates').answer([]);
      await done;
    };
    await load();
    isBroken = true;
    await load();
    expect(asked).toEqual(['o1', 'o1']);
    expect(fixture.state.chatModels.get('o1')).toEqual({
      value: MODELS,
      error: 'Cannot list the models: Broken.',
    });
  });
});

describe('the workspace of a chat', () => {
  it('is starting after the server has accepted it', async () => {
    const { operations, backend, fixture, notice } = started();
    operations.changeWorkspace({ ...WORKSPACE, status: 'stopped' }, 'start');
    expect(backend.open('changeWorkspace').args).toEqual(['w1', 'start']);
    backend.open('changeWorkspace').answer({} as never);
    await eventLoopTurn();
    expect(notice()).toBe('The workspace “auth” is starting.');
    expect(fixture.state.openedWorkspaces.get('w1')?.value?.status).toBe('starting');
  });

  it('is loaded again after a refusal', async () => {
    const { operations, backend, notice } = started();
    operations.changeWorkspace(WORKSPACE, 'stop');
    backend
      .open('changeWorkspace')
      .refuse(failure({ kind: 'conflict', message: 'A build is already active.' }));
    await eventLoopTurn();
    expect(notice()).toBe('Cannot stop the workspace “auth”: A build is already active.');
    expect(backend.open('workspace').args).toEqual(['w1']);
  });
});

it('plan mode is shown at once after the server has accepted it', async () => {
  const fixture = syncFixture({ local: false });
  const modes: unknown[] = [];
  const [tasks] = fixture.backend.sources;
  const chats = {
    ...tasks,
    id: 'chats',
    async setPlanMode({ id }: { readonly id: string }, on: boolean) {
      modes.push([id, on]);
    },
  };
  const backend = { ...fixture.backend, sources: [tasks, chats] } as typeof fixture.backend;
  fixture.store.dispatch(chatsReceived([makeChat({ id: 'c1', displayName: 'Auth' })]));
  const operations = createTaskOperations({ ...fixture, backend, changed: () => undefined });
  operations.setPlanMode('c1', true);
  await eventLoopTurn();
  expect(modes).toEqual([['c1', true]]);
  expect(fixture.state.tasks[0]?.facts).toMatchObject({ planMode: true });
  expect(fixture.state.notice?.text).toBe('The next turn of “Auth” plans and asks first.');
});

it('a draft that the user wrote meanwhile stays after the rejected prompt', async () => {
  const run = started();
  run.operations.create(CHAT, SUBMITTED);
  run.fixture.store.dispatch({ type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('Another') });
  run.backend.open('create').refuse(failure({ kind: 'invalid', message: 'Content is required.' }));
  await eventLoopTurn();
  expect(draft(run)).toMatch(/^Fix it\n[\s\S]*Another$/u);
});
