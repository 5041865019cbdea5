import { describe, expect, it } from 'vitest';
import type { Command, KeyContext } from '../../src/commands/command.ts';
import { commands, keyContextsFor } from '../../src/commands/command-registry.ts';
import { editByKey } from '../../src/commands/edit-keys.ts';
import { helpSectionsOf } from '../../src/commands/help-sections.ts';
import { commandFor } from '../../src/commands/keymap.ts';
import { promptHistoryKeys } from '../../src/commands/prompt.ts';
import { ACTION_TABLES } from '../../src/domain/action-tables.ts';
import { CHAT_ACTIONS } from '../../src/domain/chat-actions.ts';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import { helpColumns } from '../../src/view/overlays/help-rows.ts';
import { stateWithTasks } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const SCOPES: readonly KeyContext[] = [...new Set(commands.map(({ keyContext }) => keyContext))];

/** Commands without a default key. */
const KEYLESS: ReadonlySet<string> = new Set([
  'mouse',
  'arrange-panes',
  'reset-panes',
  'restart-server',
  'messages',
  'task-page',
  'more',
  'collapse-all',
  'invert-marks',
  'unmark-above',
  'columns',
  'row-lines',
  ...CHAT_ACTIONS.actions.filter(({ keys }) => keys.length === 0).map(({ id }) => id),
]);

describe('the command registry', () => {
  it.each(SCOPES)('has no key twice in context %s', (keyContext) => {
    const keys = commands
      .filter((command) => keyContextsFor(keyContext).includes(command.keyContext))
      // A command that has its key only sometimes may take it from another one.
      .filter(({ applies }) => applies === undefined)
      .flatMap((command) => command.keys);
    // During a search its keys win.
    const own = keyContext === 'hits' ? ['n', 'N', 'esc'] : [];
    const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
    expect(twice.filter((key) => !own.includes(key))).toEqual([]);
  });

  it('has every command once, with a title and a key unless only the palette runs it', () => {
    const ids = commands.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, title, keys } of commands) {
      expect(title, id).not.toBe('');
      if (!KEYLESS.has(id)) expect(keys.length, id).toBeGreaterThan(0);
    }
  });

  it('has every command in one section of the help, with a title that fits its column', () => {
    const listed = helpSectionsOf(ACTION_TABLES).flatMap((section) => section.commands.map(({ id }) => id));
    expect(listed.toSorted()).toEqual(commands.map(({ id }) => id).toSorted());
    const { text } = helpColumns(78);
    for (const { title } of commands) expect(displayWidth(title), title).toBeLessThanOrEqual(text);
  });

  it('uses no editing key in the prompt', () => {
    const app = appFixture(stateWithTasks('a'));
    app.dispatch({ type: 'pane-focused', pane: 'prompt' });
    const edits = (key: string): boolean => {
      app.dispatch({ type: 'draft-changed', key: 'a', buffer: bufferOf('some words', 5) });
      return editByKey(app.store, key);
    };
    const keys = commands
      .filter(({ keyContext }) => keyContextsFor('prompt').includes(keyContext))
      .flatMap((command) => command.keys);
    expect(keys.filter((key) => edits(key) || promptHistoryKeys.has(key))).toEqual([]);
  });
});

const DESIGN: readonly (readonly [scope: KeyContext, keys: string, id: string])[] = [
  ['list', 'down j', 'down'],
  ['list', 'up k', 'up'],
  ['list', 'g home', 'first'],
  ['list', 'G end', 'last'],
  ['list', 'pagedown', 'page-down'],
  ['list', 'pageup', 'page-up'],
  ['list', 'enter i', 'answer'],
  ['list', 'right', 'unfold'],
  ['list', 'left', 'fold'],
  ['list', 'e', 'acknowledge'],
  ['list', 'A', 'archived'],
  ['list', 'O', 'owner'],
  ['list', 'tab', 'other-pane'],
  ['list', 'p', 'pause'],
  ['list', 'r', 'resume'],
  ['list', 'd', 'delete'],
  ['list', 'n', 'new'],
  ['list', '/', 'filter'],
  ['list', ']', 'next-that-needs-you'],
  ['list', '[', 'previous-that-needs-you'],
  ['list', 'f', 'follow'],
  ['list', 'o', 'link'],
  ['list', 'Q', 'outbox'],
  ['list', 'P', 'places'],
  ['list', '?', 'help'],
  ['list', 'ctrl+l', 'repaint'],
  ['list', 'ctrl+z', 'suspend'],
  ['list', 'q', 'quit'],
  ['list', 'ctrl+c', 'quit-anywhere'],
  ['list', 'esc', 'clear'],
  ['transcript', 'down j', 'scroll-down'],
  ['transcript', 'up k', 'scroll-up'],
  ['transcript', 'g home', 'scroll-top'],
  ['transcript', 'G end', 'scroll-end'],
  ['transcript', 'pagedown space', 'scroll-page-down'],
  ['transcript', 'pageup', 'scroll-page-up'],
  ['transcript', 'enter i', 'answer'],
  ['transcript', 'tab', 'other-pane'],
  ['transcript', 'p', 'pause'],
  ['transcript', 'r', 'resume'],
  ['transcript', 'd', 'delete'],
  ['transcript', 'n', 'new'],
  ['transcript', 'f', 'follow'],
  ['transcript', '?', 'help'],
  ['transcript', 'q', 'quit'],
  ['prompt', 'enter', 'send'],
  ['prompt', 'esc', 'leave-prompt'],
  ['prompt', 'ctrl+l', 'repaint'],
  ['prompt', 'ctrl+z', 'suspend'],
  ['prompt', 'ctrl+c', 'quit-anywhere'],
  ['outbox', 'x', 'outbox-cancel'],
  ['outbox', 'e', 'outbox-edit'],
  ['outbox', 'J', 'outbox-later'],
  ['outbox', 'K', 'outbox-earlier'],
];

describe('the keys of the design', () => {
  it.each(DESIGN)('in %s, %s: %s', (keyContext, keys, id) => {
    const isAlways = ({ applies }: Command): boolean => applies === undefined;
    for (const key of keys.split(' '))
      expect(commandFor(keyContext, key, {}, ACTION_TABLES, isAlways)?.id, key).toBe(id);
  });

  it('letters type text in the prompt', () => {
    for (const key of 'jkgGpirdnfqQ/]?[') expect(commandFor('prompt', key, {})).toBeNull();
  });
});
