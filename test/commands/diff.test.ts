import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { diffDocument } from '../../src/domain/diff-document.ts';
import type { DiffOf } from '../../src/domain/ports/source.ts';
import type { Task } from '../../src/domain/task.ts';
import { diffLines, diffStatus, diffWindow } from '../../src/view/diff/diff-window.ts';
import { taskInView } from '../../src/view/layout/task-in-view.ts';
import { diffWords } from '../../src/view/screen-reader/diff-words.ts';
import { PLAIN_THEME } from '../../src/view/theme.ts';
import { makeChat, makeTask } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { footerOf } from '../view/command-lines.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const file = (name: string, ...lines: readonly string[]): string =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1,${lines.length} +1,${lines.length} @@\n${lines.join('\n')}\n`;

const many = (count: number, word: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => `+${word} ${index}`);

const TWO_FILES =
  file('one.go', ...many(40, 'first'), '+the Needle') + file('two.go', ...many(40, 'second'), '+needle');

const CHANGES = {
  url: 'https://github.com/acme/auth/pull/812',
  pullRequest: null,
  additions: 1,
  deletions: 0,
  files: 1,
};

const documentOf = (text: string, of: DiffOf = 'base', reason = '') =>
  diffDocument(
    { repositories: text === '' ? [] : [{ name: 'auth', branch: '', text }], url: '', reason },
    of,
  );

/** A list with this chat selected, with its diff open. */
function opened(chat: Task = makeChat({ id: 'c1', changes: CHANGES, workspaceId: 'w' })): AppFixture {
  const app = appFixture(applyEvents(emptyState(), listReceived([]), chatsReceived([chat])));
  app.press('D');
  return app;
}

/** The same with these changes against the base. */
function reading(text = TWO_FILES): AppFixture {
  const app = opened();
  app.dispatch({ type: 'diff-received', taskId: 'c1', document: documentOf(text) });
  return app;
}

/** The screen without its frame. */
function screen(app: AppFixture): readonly string[] {
  const window = diffWindow(app.state());
  if (window === null) throw new Error('No diff is open.');
  return diffLines(app.state(), window, PLAIN_THEME).map((line) => line.trimEnd().slice(1));
}

/** The row with the sign of the cursor. */
function atCursor(app: AppFixture): string {
  const window = diffWindow(app.state());
  if (window === null) throw new Error('No diff is open.');
  const rows = diffLines(app.state(), window, PLAIN_THEME).filter((line) => line.startsWith('▌'));
  expect(rows).toHaveLength(1);
  return rows[0]?.trimEnd().slice(1) ?? '';
}

const status = (app: AppFixture): string => {
  const window = diffWindow(app.state());
  return window === null ? '' : (diffStatus(window)[0] ?? '');
};

const loads = (app: AppFixture) => app.calls.filter(({ what }) => what === 'diff');

describe('D', () => {
  it('opens the changes against the base of a chat with a branch, and loads them', () => {
    const app = opened();
    expect(loads(app)).toEqual([{ what: 'diff', taskId: 'c1', of: 'base' }]);
    app.dispatch({ type: 'diff-requested', taskId: 'c1', of: 'base' });
    expect(screen(app).join(' ')).toMatch(/^Loading the changes against the base\./);
  });

  it('opens the uncommitted changes of a chat without a branch', () => {
    const app = opened(makeChat({ id: 'c1', workspaceId: 'w' }));
    expect(loads(app)).toEqual([{ what: 'diff', taskId: 'c1', of: 'uncommitted' }]);
  });

  it.each([
    ['a Task', makeTask({ id: 't1' }), /Only chats have a diff/],
    ['a chat without workspace and branch', makeChat({ id: 'c1' }), /no workspace and no branch/],
  ])('says why there is none: %s', (_, task, reason) => {
    const app = appFixture(
      applyEvents(
        emptyState(),
        listReceived(task.source === 'tasks' ? [task] : []),
        chatsReceived(task.source === 'chats' ? [task] : []),
      ),
    );
    app.press('D');
    expect(app.state().view.openDiff).toBeNull();
    expect(app.notice()).toMatch(reason);
  });

  it('hides the task, so that it is not in view', () => {
    const app = opened();
    expect(taskInView(app.state())).toBeNull();
    app.press('esc');
    expect(taskInView(app.state())).toBe('c1');
  });
});

describe('an empty screen says why', () => {
  it.each([
    [
      'an error',
      { error: 'The git host does not answer.' },
      /^The git host does not answer\. r loads again, tab/,
    ],
    [
      'a reason of the server',
      { reason: 'Chat has no workspace to watch.' },
      /^Chat has no workspace to watch\./,
    ],
    ['no changes', { reason: '' }, /^No changes against the base\. r loads again/],
  ])('%s', (_, { error, reason }: { error?: string; reason?: string }, words) => {
    const app = opened();
    app.dispatch(
      error === undefined
        ? { type: 'diff-received', taskId: 'c1', document: documentOf('', 'base', reason) }
        : { type: 'diff-failed', taskId: 'c1', of: 'base', error },
    );
    expect(screen(app).join(' ')).toMatch(words);
  });
});

describe('in a diff', () => {
  it('j and k move the cursor, page keys scroll, and the corner names the file of the cursor', () => {
    const app = reading();
    expect(screen(app)[0]).toBe('Changes against the base · 2 files · +82 -0');
    expect(atCursor(app)).toBe('Changes against the base · 2 files · +82 -0');
    app.press('j', 'j', 'down');
    expect(atCursor(app)).toBe('── one.go · +41 -0');
    expect(screen(app)[0]).toBe('Changes against the base · 2 files · +82 -0');
    expect(status(app)).toMatch(/^one\.go · file 1 of 2 · 5 % · base$/);
    app.press('space');
    expect(screen(app)[0]).toBe('14 +first 13');
    expect(atCursor(app)).toBe('14 +first 13');
    app.press('G');
    expect(screen(app).at(-1)).toBe('41 +needle');
    expect(atCursor(app)).toBe('41 +needle');
    app.press('k');
    expect(atCursor(app)).toBe('40 +second 39');
    expect(screen(app).at(-1)).toBe('41 +needle');
    app.press('g');
    expect(screen(app)[0]).toBe('Changes against the base · 2 files · +82 -0');
  });

  it('the cursor scrolls at the edges, and stays on the screen while the page scrolls', () => {
    const app = reading();
    const height = screen(app).length;
    const [, second] = screen(app);
    app.press(...Array.from({ length: height }, () => 'j'));
    expect(screen(app)[1]).not.toBe(second);
    expect(atCursor(app)).toBe(screen(app).at(-1));
    app.press('pageup');
    expect(screen(app)[1]).toBe(second);
    expect(screen(app)).toContain(atCursor(app));
    app.press('pageup');
    expect(atCursor(app)).toBe(screen(app)[0]);
  });

  it('] and [ go to the files', () => {
    const app = reading();
    app.press(']');
    expect(screen(app)[0]).toBe('── one.go · +41 -0');
    app.press(']');
    expect(screen(app)[0]).toBe('── two.go · +41 -0');
    app.press(']');
    expect(app.notice()).toBe('This is the last file.');
    app.press('down', '[');
    expect(screen(app)[0]).toBe('── two.go · +41 -0');
    app.press('[', '[');
    expect(screen(app)[0]).toBe('Changes against the base · 2 files · +82 -0');
  });

  it('tab shows the other changes, loads them once, and keeps both places', () => {
    const app = reading();
    app.press(']', 'tab');
    expect(loads(app).at(-1)).toEqual({ what: 'diff', taskId: 'c1', of: 'uncommitted' });
    app.dispatch({
      type: 'diff-received',
      taskId: 'c1',
      document: documentOf(file('three.go', '+x'), 'uncommitted'),
    });
    expect(screen(app)[0]).toBe('Uncommitted changes · 1 file · +1 -0');
    app.press('tab');
    expect(screen(app)[0]).toBe('── one.go · +41 -0');
    app.press('tab');
    expect(loads(app)).toHaveLength(2);
  });

  it.each(['r', 'ctrl+l'])('%s loads it again, and the place stays', (key) => {
    const app = reading();
    app.press(']', ']', 'j', 'j', 'j');
    const [first] = screen(app);
    app.press(key);
    expect(loads(app)).toHaveLength(2);
    app.dispatch({ type: 'diff-requested', taskId: 'c1', of: 'base' });
    expect(status(app)).toContain('loading…');
    expect(screen(app)[0]).toBe(first);
    app.dispatch({
      type: 'diff-received',
      taskId: 'c1',
      document: documentOf(file('a-new.go', '+x') + TWO_FILES),
    });
    expect(screen(app)[0]).toBe(first);
    expect(status(app)).toContain('file 3 of 3');
  });

  it('a failed reload keeps the changes and says so', () => {
    const app = reading();
    app.dispatch({ type: 'diff-failed', taskId: 'c1', of: 'base', error: 'No connection.' });
    expect(screen(app)[0]).toMatch(/^Changes against the base/);
    expect(status(app)).toMatch(/not loaded again: No connection\.$/);
  });

  it('w cuts long lines, and the arrows show the rest', () => {
    const app = reading(file('x', `+${'a'.repeat(100)}END`));
    app.press(']', 'right');
    expect(app.notice()).toBe('Lines are wrapped.');
    app.press('w');
    expect(screen(app)[2]).toMatch(/^1 \+a+›$/);
    app.press('right', 'right', 'right', 'right', 'right');
    expect(screen(app)[2]).toMatch(/^1 \+‹a+END$/);
    app.press('left', 'left', 'left', 'left', 'left', 'w');
    expect(screen(app)[3]).toMatch(/^ {2}↳ a+END$/);
  });

  it('v opens the pager, y copies the file, o opens the pull request', async () => {
    const app = reading();
    app.press('v', ']', ']', 'y', 'o');
    expect(app.calls.filter(({ what }) => ['page', 'copy', 'open'].includes(what))).toEqual([
      { what: 'page', text: TWO_FILES },
      { what: 'copy', text: file('two.go', ...many(40, 'second'), '+needle') },
      { what: 'open', address: 'https://github.com/acme/auth/pull/812' },
    ]);
  });

  it('o says that there is no pull request, and opens no other address', () => {
    const app = opened(
      makeChat({ id: 'c1', workspaceId: 'w', changes: { ...CHANGES, url: 'javascript:x' } }),
    );
    app.press('o');
    expect(app.notice()).toBe('The server knows no pull request.');
  });

  it.each(['esc', 'q', 'D'])('%s goes back to the list', (key) => {
    const app = reading();
    app.press(key);
    expect(app.state().view.openDiff).toBeNull();
    expect(app.calls.some(({ what }) => what === 'quit')).toBe(false);
  });

  it('keys of the list and pasted text do nothing', () => {
    const app = reading();
    const before = app.state().view;
    app.press('d', 'x', '1', 'enter', '*');
    app.paste('d');
    expect({ ...app.state().view }).toEqual(before);
    expect(loads(app)).toHaveLength(1);
    expect(app.calls).toHaveLength(1);
  });

  it('the footer has its keys, and ? its help, from which esc returns', () => {
    const app = reading();
    expect(stripVTControlCharacters(footerOf(app.state()))).toMatch(
      /move.*esc back.*\} hunk.*c comment.*\] file.*\? help/,
    );
    app.press('?');
    expect(app.state().view.overlay?.kind).toBe('help');
    app.press('esc');
    expect(screen(app)[0]).toMatch(/^Changes/);
  });
});

describe('a search in a diff', () => {
  const search = (app: AppFixture, text: string): void => {
    app.press('ctrl+f');
    app.type(text);
  };

  it('shows the first hit below while the user types; n and N step around the end; esc ends it', () => {
    const app = reading();
    search(app, 'needle');
    expect(screen(app).join('\n')).toContain('41 +the Needle');
    expect(status(app)).toMatch(/^1 of 2 · /);
    app.press('enter', 'n');
    expect(status(app)).toMatch(/^2 of 2 · two\.go/);
    app.press('n');
    expect(status(app)).toMatch(/^1 of 2 · one\.go/);
    app.press('N');
    expect(status(app)).toMatch(/^2 of 2/);
    app.press('esc');
    expect(status(app)).toMatch(/^two\.go/);
    app.press('esc');
    expect(app.state().view.openDiff).toBeNull();
  });

  it('with a capital letter is case-sensitive', () => {
    const app = reading();
    search(app, 'Needle');
    expect(status(app)).toMatch(/^1 of 1/);
  });

  it('esc in the field returns to the place before it', () => {
    const app = reading();
    app.press(']');
    search(app, 'second 30');
    expect(screen(app)[0]).not.toBe('── one.go · +41 -0');
    app.press('esc');
    expect(screen(app)[0]).toBe('── one.go · +41 -0');
    expect(app.state().view.openDiff?.search).toBeNull();
  });

  it('without hits stays and says so', () => {
    const app = reading();
    search(app, 'nothing like it');
    expect(status(app)).toMatch(/^no hits/);
    app.press('enter', 'n');
    expect(app.notice()).toBe('No match for “nothing like it” in this diff.');
  });

  it('scrolls cut lines sideways to the hit', () => {
    const app = reading(file('x', `+${'a'.repeat(300)}END`));
    app.press('w');
    search(app, 'END');
    expect(screen(app).join('\n')).toContain('END');
  });
});

describe('a screen reader hears', () => {
  it('the diff, then only the new lines, with words instead of signs', () => {
    const app = reading(file('x.go', '+added words', '-removed words', ' context'));
    expect(diffWords(app.state(), null)).toEqual([
      'Diff: name-c1. Changes against the base.',
      'Changes against the base · 1 file · +1 -1',
      'File x.go · +1 -1.',
      '@@ -1,3 +1,3 @@',
      'Added: added words',
      'Removed: removed words',
      'context',
      'End of the diff.',
    ]);
    expect(diffWords(app.state(), app.state())).toEqual([]);
  });

  it('the line of the cursor, the lines that a page brings, and the hits of a search', () => {
    const app = reading();
    const before = app.state();
    app.press('down');
    expect(diffWords(app.state(), before)).toEqual(['one.go · +41 -0']);
    const start = app.state();
    app.press('pagedown');
    expect(diffWords(app.state(), start)[0]).toBe('Added: first 14');
    const top = app.state();
    app.press('ctrl+f');
    app.type('needle');
    expect(diffWords(app.state(), top)).toEqual(['Hit 1 of 2:', 'Added: the Needle']);
  });

  it('that it loads, and why there is nothing', () => {
    const app = opened();
    const before = app.state();
    app.dispatch({ type: 'diff-requested', taskId: 'c1', of: 'base' });
    expect(diffWords(app.state(), before).join(' ')).toMatch(/^Loading the changes against the base/);
    const loading = app.state();
    app.dispatch({ type: 'diff-received', taskId: 'c1', document: documentOf('', 'base', 'No agent.') });
    expect(diffWords(app.state(), loading).join(' ')).toMatch(/^No agent\./);
  });
});
