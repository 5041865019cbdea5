import { describe, expect, it } from 'vitest';
import { availability } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/command-registry.ts';
import { footerHints } from '../../src/commands/footer-hints.ts';
import { PIN } from '../../src/domain/action.ts';
import { takesOwnFields } from '../../src/domain/own-fields.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { State } from '../../src/store/state.ts';
import { makeChat, makeTask } from '../domain/builders.ts';
import {
  applyEvents,
  draftTyped,
  emptyState,
  listReceived,
  stateWithTasks,
} from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const readOnly = (state: State): State => ({ ...state, settings: { ...defaultSettings, readOnly: true } });

/** Calls that read, or that stay on this machine. */
const LOCAL: ReadonlySet<string> = new Set([
  ...[
    'copy',
    'page',
    'write',
    'save',
    'open',
    'directory',
    'repaint',
    'suspend',
    'refresh',
    'quit',
    'switch',
  ],
  ...[
    'diff',
    'worktree',
    'workspace',
    'users',
    'templates',
    'template-options',
    'chat-options',
    'chat-models',
  ],
  ...['finish-all', 'cancel', 'edit', 'delivered', 'move'],
]);

/** taskdeck itself stores the pin of a Task. */
const isOwnPin = (state: State, call: object): boolean =>
  state.tasks.every(takesOwnFields) && 'action' in call && call.action === PIN;

const STATES: readonly (readonly [string, State])[] = [
  ['an idle task', stateWithTasks('a')],
  [
    'a paused task',
    applyEvents(emptyState(), listReceived([makeTask({ id: 'a', status: 'paused', initialPrompt: 'go' })])),
  ],
  ['an unread chat', applyEvents(emptyState(), listReceived([makeChat({ id: 'a', unread: true })]))],
  ['a read chat', applyEvents(emptyState(), listReceived([makeChat({ id: 'a', unread: false })]))],
  [
    'marked tasks',
    applyEvents(stateWithTasks('a', 'b'), { type: 'marks-changed', marked: new Set(['a', 'b']) }),
  ],
  [
    'a message in the prompt',
    applyEvents(stateWithTasks('a'), draftTyped('a', 'hello'), { type: 'pane-focused', pane: 'prompt' }),
  ],
];

describe('in read-only mode', () => {
  it.each(STATES)('no command sends anything with %s', (_, state) => {
    for (const command of commands) {
      const app = appFixture(readOnly(state));
      if (availability(command, app.state()) !== true || command.applies?.(app.state()) === false) continue;
      command.run(app.context, 0);
      // An overlay that asks first would send with the answer.
      app.press('enter');
      app.press('y');
      const sent = app.calls.filter((call) => !LOCAL.has(call.what) && !isOwnPin(app.state(), call));
      expect(sent, `the command ${command.id}`).toEqual([]);
    }
  });

  it('a key that would send says why it does not, and the footer leaves it out', () => {
    const app = appFixture(readOnly(stateWithTasks('a')));
    for (const key of ['p', 'd', 'n', 'N', '1']) {
      app.press(key);
      expect(app.notice()).toBe('Read-only: nothing is sent.');
    }
    expect(footerHints(app.state()).map(({ key }) => key)).not.toContain('p');
    expect(app.calls).toEqual([]);
  });

  it('a message can be written, and stays a draft', () => {
    const app = appFixture(readOnly(stateWithTasks('a')));
    app.press('i');
    app.type('hello');
    app.press('enter');
    expect(app.notice()).toBe('Read-only: nothing is sent. The draft stays.');
    expect(app.state().drafts.get('a')?.text).toBe('hello');
    expect(app.calls).toEqual([]);
  });

  it('marks and the filter work', () => {
    const app = appFixture(readOnly(stateWithTasks('a', 'b')));
    app.press('space', '/');
    app.type('a');
    app.press('enter');
    expect(app.state().view.marked.size).toBe(1);
    expect(app.state().view.filter).toBe('a');
    expect(app.notice()).toBeNull();
  });
});
