import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { makeChat, makeExtension, makeTask, NOON } from '../domain/builders.ts';
import { WORKSPACE } from '../store/chat-form-states.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const on = (local: boolean, state = emptyState()) => ({
  ...state,
  deployment: { ...state.deployment, local },
});
const open = (...tasks: readonly Task[]) =>
  appFixture(applyEvents(on(true), chatsReceived(tasks)), manualClock(NOON));

const CHAT = makeChat({ id: 'a', organizationId: 'o1', modelId: 'm1', extension: makeExtension() });
const SIGNED_OUT = makeChat({
  id: 'a',
  organizationId: 'o1',
  modelId: 'm1',
  status: 'error',
  lastError: { kind: 'auth', message: 'Sign in first.' },
  extension: makeExtension(),
});
const modelsLoaded = (signIn?: string) =>
  ({
    type: 'chat-models-loaded',
    organizationId: 'o1',
    result: {
      value: [
        {
          id: 'm1',
          name: 'Default',
          provider: 'Gemini CLI',
          isDefault: true,
          efforts: [],
          unavailable: null,
          ...(signIn !== undefined && { signIn }),
        },
      ],
    },
  }) as const;

it('opens a shell or the editor in the directory of a chat or a task', () => {
  const app = open(CHAT);
  app.press('ctrl+o', 'E');
  expect(app.calls).toEqual([
    { what: 'directory', directory: '/home/ada/auth', program: { kind: 'shell' } },
    { what: 'directory', directory: '/home/ada/auth', program: { kind: 'editor' } },
  ]);
  const task = makeTask({ id: 't', directory: { path: '/tmp/t', owned: true } });
  const tasks = appFixture(applyEvents(on(true), listReceived([task])), manualClock(NOON));
  tasks.press('ctrl+o');
  expect(tasks.calls).toMatchObject([{ what: 'directory', directory: '/tmp/t' }]);
});

it('says why not without a directory', () => {
  const app = open(makeChat({ id: 'a', extension: makeExtension({ directory: '' }) }));
  app.press('E');
  expect(app.notice()).toBe('The server does not report its directory.');
  expect(app.calls).toEqual([]);
});

describe('on a deployment', () => {
  const ADA = { id: 'u', username: 'ada', name: 'Ada' };
  const onDeployment = (task: Task, workspace: Partial<Workspace> = {}) => {
    const received = task.facts.kind === 'chat' ? chatsReceived([task]) : listReceived([task]);
    const state = applyEvents({ ...on(false), user: ADA }, received);
    const app = appFixture(state, manualClock(NOON));
    app.dispatch({ type: 'workspace-loaded', id: 'w1', result: { value: { ...WORKSPACE, ...workspace } } });
    return app;
  };
  const opened = (app: AppFixture) => app.calls.filter(({ what }) => what === 'on-workspace');
  const task = makeTask({ id: 't', workspaceId: 'w1', workspaceStatus: 'running', agentId: 'g2' });
  const chat = makeChat({ id: 'a', workspaceId: 'w1' });

  it('opens a shell in the workspace, with the agent of the task', async () => {
    const agents = [
      { id: 'g1', name: 'main' },
      { id: 'g2', name: 'dev' },
    ];
    const app = onDeployment(task, { agents });
    app.press('ctrl+o');
    await expect
      .poll(() => opened(app))
      .toEqual([{ what: 'on-workspace', kind: 'shell', workspace: 'auth.dev' }]);
    expect(app.notice()).toBeNull();
  });

  it('names the owner of a workspace of another user', async () => {
    const app = onDeployment(chat, { ownerName: 'bob' });
    app.press('E');
    await expect
      .poll(() => opened(app))
      .toEqual([{ what: 'on-workspace', kind: 'editor', workspace: 'bob/auth' }]);
  });

  it('says what to do while the workspace does not run', async () => {
    const stopped = onDeployment(makeTask({ id: 't', workspaceId: 'w1', workspaceStatus: 'stopped' }));
    stopped.press('ctrl+o');
    expect(stopped.notice()).toBe('Its workspace is stopped. r resumes the task and starts it.');
    const building = onDeployment(makeTask({ id: 't', workspaceId: 'w1', workspaceStatus: 'stopping' }));
    building.press('ctrl+o');
    expect(building.notice()).toBe('Its workspace is stopping. Try again when it is running.');
    const ofChat = onDeployment(chat, { status: 'stopped' });
    ofChat.press('ctrl+o');
    await expect.poll(() => ofChat.notice()).toBe('Its workspace is stopped. W starts it.');
    for (const app of [stopped, building, ofChat]) expect(opened(app)).toEqual([]);
  });

  it('says why not without a workspace, and when the server refuses', async () => {
    const without = onDeployment(makeChat({ id: 'a' }));
    without.press('ctrl+o');
    expect(without.notice()).toBe('This chat has no workspace. Its agent creates one when it needs it.');
    const refused = onDeployment(chat);
    refused.dispatch({ type: 'workspace-loaded', id: 'w1', result: { error: 'Not allowed.' } });
    refused.press('ctrl+o');
    await expect.poll(() => refused.notice()).toBe('Cannot look up its workspace: Not allowed.');
  });

  it('takes no name that Coder does not allow', async () => {
    for (const name of ['-oProxyCommand=evil', 'a b', 'a;b', '', '修复', 'a/b']) {
      const app = onDeployment(chat, { name });
      app.press('ctrl+o');
      await expect.poll(() => app.notice()).toContain('that Coder does not allow');
      expect(opened(app)).toEqual([]);
    }
  });

  it('does not take the terminal after the user went on', async () => {
    const app = onDeployment(chat);
    app.press('ctrl+o', 'i');
    await new Promise(setImmediate);
    expect(opened(app)).toEqual([]);
    expect(app.state().view.focus).toBe('prompt');
  });
});

it('shows the command that signs in, and runs it after a yes', async () => {
  const app = open(SIGNED_OUT);
  app.dispatch(modelsLoaded('gemini'));
  app.press('ctrl+o');
  await expect.poll(() => app.state().view.overlay?.kind).toBe('confirm-sign-in');
  app.press('enter');
  app.press('ctrl+o');
  await expect.poll(() => app.state().view.overlay?.kind).toBe('confirm-sign-in');
  const ran = () => app.calls.filter(({ what }) => what === 'directory');
  expect(ran()).toEqual([]);
  app.press('y');
  expect(ran()).toMatchObject([{ program: { kind: 'command', command: 'gemini' } }]);
  app.press('ctrl+o');
  await expect.poll(() => app.state().view.overlay?.kind).toBe('confirm-sign-in');
  app.press('s');
  expect(ran()).toHaveLength(2);
});

it('opens a shell when the server names no command that signs in', async () => {
  const app = open(SIGNED_OUT);
  app.dispatch(modelsLoaded());
  app.press('ctrl+o');
  await expect.poll(() => app.calls.at(-1)).toMatchObject({ what: 'directory', program: { kind: 'shell' } });
});
