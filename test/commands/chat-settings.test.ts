import { describe, expect, it } from 'vitest';
import { pickerContent } from '../../src/commands/picker.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import type { LoadResult } from '../../src/store/slices/chat-options.ts';
import type { State } from '../../src/store/state.ts';
import { type ChatFields, makeChat, makeExtension } from '../domain/builders.ts';
import { chatOptions, onlyChats, WORKSPACE } from '../store/chat-form-states.ts';
import { applyEvents, chatsReceived, onDeployment, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const withChat = (about: ChatFields = {}): State =>
  applyEvents(onlyChats(), chatsReceived([makeChat({ id: 'c1', displayName: 'Auth', ...about })]));

const loadedWorkspace = (app: AppFixture, result: LoadResult<Workspace>): void =>
  app.dispatch({ type: 'workspace-loaded', id: 'w1', result });

describe('W', () => {
  const opened = (status = 'running'): AppFixture => {
    const app = appFixture(withChat({ workspaceId: 'w1' }));
    app.press('W');
    loadedWorkspace(app, { value: { ...WORKSPACE, status } });
    return app;
  };

  it('loads the workspace of the chat and shows its state', () => {
    const app = appFixture(withChat({ workspaceId: 'w1' }));
    app.press('W');
    expect(app.calls).toEqual([{ what: 'workspace', id: 'w1' }]);
    expect(pickerContent(app.state())).toMatchObject({
      title: 'Workspace of the chat',
      found: [],
      note: 'Loading…',
    });
    loadedWorkspace(app, { error: 'Not here.' });
    expect(pickerContent(app.state())?.note).toBe('Not here.');
    loadedWorkspace(app, { value: WORKSPACE });
    expect(pickerContent(app.state())).toMatchObject({
      title: 'Workspace auth: running',
      found: [
        { id: 'start', reason: 'It is running.' },
        { id: 'stop' },
        { id: 'open', about: 'https://coder.example.com/@ada/auth' },
      ],
    });
  });

  it('stops a running workspace, and says why it cannot be started', () => {
    const app = opened();
    app.press('enter');
    expect(app.notice()).toBe('It is running.');
    app.press('W');
    app.type('stop');
    app.press('enter');
    expect(app.calls.at(-1)).toEqual({ what: 'stop', workspaceId: 'w1' });
    expect(app.state().view.overlay).toBeNull();
  });

  it('starts a stopped workspace', () => {
    const app = opened('stopped');
    app.press('enter');
    expect(app.calls.at(-1)).toEqual({ what: 'start', workspaceId: 'w1' });
  });

  it('opens its page in the browser', async () => {
    const app = opened();
    app.type('browser');
    app.press('enter');
    expect(app.calls.at(-1)).toEqual({ what: 'open', address: 'https://coder.example.com/@ada/auth' });
    await new Promise(setImmediate);
    expect(app.notice()).toBe('Opened https://coder.example.com/@ada/auth');
  });

  it('acts on the chat for which it was opened, also when another one is selected meanwhile', () => {
    const app = opened('stopped');
    app.dispatch(chatsReceived([makeChat({ id: 'c2', workspaceId: 'w2' })]));
    app.press('enter');
    expect(app.calls.filter(({ what }) => what === 'start' || what === 'stop')).toEqual([]);
  });

  it('says that a chat has no workspace, and which keys act on that of a task', () => {
    const chat = appFixture(withChat());
    chat.press('W');
    expect(chat.notice()).toBe('This chat has no workspace. Its agent creates one when it needs it.');
    const task = appFixture(onDeployment(stateWithTasks('a')));
    task.press('W');
    expect(task.notice()).toBe(
      'The workspace of a task starts and stops with it: p pauses the task, r resumes it.',
    );
  });
});

describe('M', () => {
  it('changes the plan mode of the next turn', () => {
    const app = appFixture(withChat());
    app.press('M');
    expect(pickerContent(app.state())?.found.map(({ label }) => label)).toEqual([
      'Act at once (now)',
      'Plan first',
    ]);
    app.press('down', 'enter');
    expect(app.calls).toEqual([{ what: 'plan-mode', taskId: 'c1', on: true }]);
    const planning = appFixture(withChat({ planMode: true }));
    planning.press('M', 'enter');
    expect(planning.calls).toEqual([{ what: 'plan-mode', taskId: 'c1', on: false }]);
  });

  it('chooses the model and its effort for the next message', () => {
    const app = appFixture(
      applyEvents(withChat({ organizationId: 'o1', modelId: 'sonnet', effort: 'high' }), ...chatOptions()),
    );
    const labels = () => pickerContent(app.state())?.found.map(({ label }) => label);
    app.press('M');
    expect(app.calls).toEqual([{ what: 'chat-models', organizationId: 'o1' }]);
    expect(labels()).toEqual([
      'Act at once (now)',
      'Plan first',
      'Effort low',
      'Effort medium',
      'Effort high (now)',
      'Sonnet · Anthropic (default) (now)',
      'GPT 6 · OpenAI',
      'Opus · Anthropic',
      'Llama 5 · Our own',
    ]);
    app.type('llama');
    app.press('enter');
    expect(app.notice()).toBe('Llama 5 · Our own cannot be used: its provider has no API key');
    expect(app.state().nextTurns.size).toBe(0);
    app.press('ctrl+u');
    app.type('opus');
    app.press('enter');
    expect(app.notice()).toBe('The next message goes to Opus · Anthropic.');
    app.press('M');
    expect(labels()).toContain('Opus · Anthropic (now)');
    app.type('effort high');
    app.press('enter');
    expect(app.state().nextTurns.get('c1')).toEqual({ modelId: 'opus', effort: 'high' });
    app.press('M');
    app.type('sonnet');
    app.press('enter');
    expect(app.state().nextTurns.get('c1')).toEqual({ modelId: 'sonnet' });
  });

  it('says why a row has no mode', () => {
    const why = (state: State) => {
      const app = appFixture(state);
      app.press('M');
      return app.notice();
    };
    expect(why(stateWithTasks('a'))).toBe('A task has no modes. Its agent has them.');
    expect(why(withChat({ archived: true }))).toBe('It is archived. Restore it first.');
  });
});

describe('M on a chat of this machine', () => {
  const opened = (about: ChatFields = {}): AppFixture => {
    const app = appFixture(withChat({ extension: makeExtension(), ...about }));
    app.press('M');
    return app;
  };

  it('offers the permission modes, and changes the running session', () => {
    const app = opened();
    expect(
      pickerContent(app.state())
        ?.found.map(({ label }) => label)
        .slice(0, 3),
    ).toEqual(['Asks first (now)', 'Edits files without asking', 'Does everything without asking']);
    app.press('down', 'enter');
    expect(app.calls.at(-1)).toEqual({
      what: 'configure',
      taskId: 'c1',
      setting: { permissionMode: 'edits' },
    });
    expect(app.state().nextTurns.size).toBe(0);
  });

  it('offers none where the server names no permissions', () => {
    const app = opened({ extension: makeExtension({ names: [] }) });
    expect(pickerContent(app.state())?.found[0]?.label).toBe('Act at once (now)');
  });
});
