import { describe, expect, it } from 'vitest';
import { commandFor, keyBindingErrors, settingsKeyFaults } from '../../src/commands/keymap.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { helpRowsOf } from '../view/command-lines.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

describe('a command with another key', () => {
  const state = {
    ...applyEvents(emptyState(), listReceived([taskIn('working', 'a')])),
    customKeys: { pause: ['ctrl+s'], places: [] },
  };

  it('runs with it, and no longer with its default key', () => {
    const app = appFixture(state);
    app.press('p');
    expect(app.calls).toEqual([]);
    app.press('ctrl+s', 'y');
    expect(app.calls).toEqual([{ what: 'act', action: 'pause', taskId: 'a' }]);
  });

  it('is listed in the help with it', () => {
    const rows = helpRowsOf(state, 100);
    expect(rows).toContainEqual(expect.objectContaining({ kind: 'entry', keys: 'ctrl+s' }));
    expect(commandFor('list', 'P', state.customKeys)).toBeNull();
  });
});

describe('valid keys', () => {
  it.each([
    [{ pause: ['X'] }],
    [{ pause: ['r'], resume: ['p'] }],
    [{ pause: [] }],
    [{ down: ['j', 'down', 'ctrl+n'] }],
    [{ help: ['ctrl+y', 'alt+left', 'ö', '漢'] }],
    // The default keys again.
    [{ pause: ['p'], clear: ['esc'] }],
  ])('%j', (changes) => {
    expect(keyBindingErrors(changes)).toEqual([]);
  });
});

describe('invalid keys', () => {
  it.each([
    [{ paus: ['x'] }, 'paus', /not a command; Did you mean "pause"\?/],
    [{ dance: ['x'] }, 'dance', /not a command; see the list/],
    [
      { pause: ['r'] },
      'pause',
      /"r" already belongs to "resume" \(.+\)\. Change the key of that command too/,
    ],
    // In the list its keys and the global ones are looked up.
    [{ down: ['q'] }, 'down', /already belongs to "quit"/],
    [{ 'quit-anywhere': ['p'] }, 'quit-anywhere', /already|types text/],
    [{ pause: ['x'], resume: ['x'] }, 'pause', /already belongs to "resume"/],
    [{ pause: ['esc'] }, 'pause', /always goes back/],
    [{ repaint: ['x'] }, 'repaint', /types text there/],
    [{ repaint: ['ctrl+w'] }, 'repaint', /edits the text there/],
    ...['ctrl+P', 'strg+p', 'pp', '', 'shift+a', 'ctrl+alt+p', 'Enter', 'ctrl+'].map(
      (key) => [{ pause: [key] }, 'pause', /is not a key name/] as const,
    ),
  ] as const)('%j', (changes, id, what) => {
    expect(keyBindingErrors(changes)[0]).toMatchObject({ id, what: expect.stringMatching(what) });
  });

  it.each([
    [{}, { a: 'p' }, 'a', /"p" already belongs to "pause"/u],
    [{ pause: ['ctrl+s'] }, { a: 'ctrl+s' }, 'a', /already belongs to "pause"/u],
    [{}, { a: 'alt+1', b: 'alt+1' }, 'b', /already belongs to the view "a"/u],
    [{}, { a: '1' }, 'a', /already belongs to "answer-option"/u],
    [{}, { a: 'ctrl+l' }, 'a', /already belongs to "repaint"/u],
    [{}, { a: 'alt+one' }, 'a', /is not a key name/u],
    [{}, { a: 'esc' }, 'a', /always goes back/u],
  ] as const)('of saved views: %j and %j', (keys, viewKeys, id, what) => {
    expect(settingsKeyFaults(keys, viewKeys)).toEqual([
      { path: ['views', id, 'key'], message: expect.stringMatching(what) },
    ]);
  });

  it('leave a key to a view that no command has', () => {
    expect(settingsKeyFaults({ pause: ['ctrl+s'] }, { a: 'p', b: 'alt+1' })).toEqual([]);
    // With a fault in the keys, the command keeps its own.
    expect(settingsKeyFaults({ pause: ['r'] }, { a: 'p' }).map(({ path }) => path.join('.'))).toEqual([
      'keys.pause',
      'views.a.key',
    ]);
  });

  it('are all reported', () => {
    const faults = keyBindingErrors({ pause: ['r'], down: ['q'], help: ['?'], open: ['pp'] });
    expect(faults.map(({ id }) => id)).toEqual(['pause', 'down', 'open']);
  });
});

describe('the keys of commands of the user', () => {
  it('must be free, and are reported by field', () => {
    const faults = settingsKeyFaults({ pause: ['ctrl+s'] }, { a: 'alt+1' }, [
      'p',
      'r',
      'alt+1',
      undefined,
      'alt+g',
      'alt+g',
      'ctrl+s',
      'nokey!',
      'esc',
    ]);
    expect(faults.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      expect.stringMatching(/^commands\.1\.key: "r" already belongs to "resume"/u),
      'commands.2.key: "alt+1" already belongs to the view "a". Use another key',
      'commands.5.key: "alt+g" already belongs to another command. Use another key',
      expect.stringMatching(/^commands\.6\.key: "ctrl\+s" already belongs to "pause"/u),
      expect.stringMatching(/^commands\.7\.key: "nokey!" is not a key name/u),
      'commands.8.key: "esc" always goes back',
    ]);
  });
});
