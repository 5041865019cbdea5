import { expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { makeChat, makeExtension, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { appFixture } from './app-fixture.ts';

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

it('says why not on a deployment, and without a directory', () => {
  const remote = appFixture(applyEvents(on(false), chatsReceived([CHAT])), manualClock(NOON));
  remote.press('ctrl+o');
  expect(remote.notice()).toBe('Its files are on another machine.');
  const app = open(makeChat({ id: 'a', extension: makeExtension({ directory: '' }) }));
  app.press('E');
  expect(app.notice()).toBe('The server does not report its directory.');
  expect([...remote.calls, ...app.calls]).toEqual([]);
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
