import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { footerHints } from '../../src/commands/footer-hints.ts';
import type { Task } from '../../src/domain/task.ts';
import type { WorktreeActionOffer, WorktreeActions } from '../../src/domain/worktree.ts';
import { questionOf } from '../../src/view/questions/question.ts';
import { describeChange } from '../../src/view/screen-reader/describe-change.ts';
import { PLAIN_THEME } from '../../src/view/theme.ts';
import { worktreeLines, worktreeStatus, worktreeWindow } from '../../src/view/worktree/worktree-window.ts';
import { makeChat, makeExtension, makeWorktree, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const worktree = makeWorktree();

const chatWith = (about: Partial<typeof worktree> = {}, fields: Parameters<typeof makeChat>[0] = {}): Task =>
  makeChat({
    id: 'c1',
    displayName: 'Fix login',
    extension: makeExtension({ worktree: { ...worktree, ...about } }),
    ...fields,
  });

const offer = (
  action: WorktreeActionOffer['action'],
  about: Partial<WorktreeActionOffer> = {},
): WorktreeActionOffer => ({
  action,
  steps: [{ command: `git ${action}`, directory: '/home/ada/auth' }],
  reasons: [],
  remarks: [],
  ...about,
});

const OFFERS: WorktreeActions = {
  actions: [
    offer('merge', {
      steps: [{ command: 'git merge --no-edit taskdeck/fix-login-77aa', directory: '/home/ada/auth' }],
    }),
    offer('rebase', { reasons: ['2 files are not committed: a.ts, b.ts.', 'A turn runs.'] }),
    offer('push', { steps: [{ command: 'git push', directory: worktree.path }] }),
    offer('pull-request'),
    offer('remove', { remarks: ['31 ignored files are deleted with it.'] }),
  ],
  mayDeleteBranch: true,
};

const loaded = (value: WorktreeActions = OFFERS) =>
  ({ type: 'worktree-loaded', taskId: 'c1', result: { value } }) as const;

/** A list on this machine with this chat selected. */
const listing = (chat: Task, size = { columns: 100, rows: 40 }): AppFixture =>
  appFixture(
    applyEvents(
      { ...emptyState(size), deployment: { ...emptyState().deployment, local: true, home: '/home/ada' } },
      listReceived([]),
      chatsReceived([chat]),
    ),
  );

/** The same with its worktree open, and what can be done. */
function opened(offers = OFFERS, size?: { columns: number; rows: number }): AppFixture {
  const app = listing(chatWith(), size);
  app.press('W');
  app.dispatch(loaded(offers));
  return app;
}

/** The rows of the overlay without its frame. */
function screen(app: AppFixture): readonly string[] {
  const window = worktreeWindow(app.state());
  if (window === null) throw new Error('No worktree is open.');
  return worktreeLines(window, PLAIN_THEME).map((line) => stripVTControlCharacters(line).trimEnd());
}

const selected = (app: AppFixture): string =>
  (screen(app).find((line) => line.startsWith(PLAIN_THEME.glyphs.pointer)) ?? '').slice(2);

const finished = (app: AppFixture) => app.calls.filter(({ what }) => what === 'finish-worktree');

describe('W', () => {
  it('is in the footer of the list for a chat with a worktree, beside the key of its diff', () => {
    const words = (app: AppFixture) => footerHints(app.state()).map((each) => `${each.key} ${each.words}`);
    const own = words(listing(chatWith()));
    expect(own.slice(0, 3)).toEqual(['enter write', 'D diff', 'W worktree']);
    expect(own).toEqual([...new Set(own)]);
    expect(words(listing(makeChat({ id: 'c1', extension: makeExtension() })))).not.toContain('W worktree');
  });

  it('opens the worktree of a chat, and loads what can be done with it', () => {
    const app = listing(chatWith({ ahead: 3, behind: 1, dirty: 2, untracked: 1 }));
    app.press('W');
    expect(app.calls).toEqual([{ what: 'worktree', taskId: 'c1' }]);
    expect(screen(app)).toEqual([
      '  taskdeck/fix-login-77aa, made from main',
      '  ~/.state/worktrees/auth-1a2b3c4d/fix-login-77aa',
      '  3 commits ahead of main, 1 behind · 2 modified, 1 untracked',
      '',
      '  Loading what can be done…',
    ]);
  });

  it('shows what each choice runs and where, or why it cannot', () => {
    expect(screen(opened()).slice(4)).toEqual([
      '▌ Merge into main',
      '      In ~/auth: git merge --no-edit taskdeck/fix-login-77aa',
      '  Rebase onto main (not now)',
      '      - 2 files are not committed: a.ts, b.ts.',
      '      - A turn runs.',
      '  Push taskdeck/fix-login-77aa',
      '      In the worktree: git push',
      '  Open a pull request',
      '      In ~/auth: git pull-request',
      '  Keep it and archive the chat',
      '      Archives the chat.',
      '      The worktree and its branch stay.',
      '  Remove the worktree',
      '      In ~/auth: git remove',
    ]);
  });

  it('shows a long reason in full once', () => {
    const reason = `Files are not committed: ${'src/file.ts, '.repeat(20)}end.ts.`;
    const actions = [offer('merge', { reasons: [reason] }), offer('remove', { reasons: [reason] })];
    const rows = screen(opened({ ...OFFERS, actions }));
    expect(rows.filter((row) => row.includes('end.ts.'))).toHaveLength(1);
    expect(rows.filter((row) => row.includes('Files are not'))).toHaveLength(2);
    expect(rows.at(-1)).toMatch(/^ {6}- Files are not committed: .*…$/u);
  });

  it.each<[string, Task, boolean, RegExp]>([
    [
      'a chat here without a worktree',
      makeChat({ id: 'c1', extension: makeExtension() }),
      true,
      /no worktree/u,
    ],
    ['a chat elsewhere without a workspace', makeChat({ id: 'c1' }), false, /no workspace/u],
  ])('says why it cannot for %s', (_, chat, local, reason) => {
    const app = appFixture(
      applyEvents(
        { ...emptyState(), deployment: { ...emptyState().deployment, local } },
        listReceived([]),
        chatsReceived([chat]),
      ),
    );
    app.press('W');
    expect(app.notice()).toMatch(reason);
    expect(app.state().view.overlay).toBeNull();
  });

  it('acts on the selected chat alone while others are marked, and says so', () => {
    const app = listing(chatWith());
    app.dispatch({ type: 'marks-changed', marked: new Set(['c1']) });
    app.press('W');
    expect(app.notice()).toMatch(/^Only the worktree of “Fix login”/u);
    expect(app.state().view.marked.size).toBe(1);
  });

  it('is closed by the same key, by q and by esc', () => {
    for (const key of ['W', 'q', 'esc']) {
      const app = opened();
      app.press(key);
      expect(app.state().view.overlay).toBeNull();
      expect(app.calls.some(({ what }) => what === 'quit')).toBe(false);
    }
  });
});

describe('a choice', () => {
  it('asks with what runs where, and does nothing for enter', () => {
    const app = opened();
    app.press('enter');
    expect(questionOf(app.state())?.words).toBe('Merge into main?');
    expect(screen(app)).toEqual(['  In ~/auth:', '      git merge --no-edit taskdeck/fix-login-77aa']);
    app.press('enter');
    expect(app.state().view.overlay).toMatchObject({ kind: 'worktree', selected: 'merge' });
    expect(finished(app)).toEqual([]);
  });

  it('runs with y, and the overlay shows the progress', () => {
    const app = opened();
    app.press('enter', 'y');
    expect(finished(app)).toEqual([
      { what: 'finish-worktree', taskId: 'c1', action: 'merge', deleteBranch: false },
    ]);
    app.dispatch(
      { type: 'worktree-action-started', taskId: 'c1', action: 'merge', now: NOON },
      { type: 'clock-ticked', now: NOON + 12_000 },
    );
    expect(screen(app)).toContain('  Merging into main, 12s');
    app.press('enter');
    expect(app.notice()).toBe('Wait for the result: Merging into main.');
    expect(app.state().view.overlay).toMatchObject({ kind: 'worktree' });
  });

  it('is refused with its reasons, and while the facts are loading', () => {
    const app = opened();
    app.press('down', 'enter');
    expect(app.notice()).toBe(
      'Rebase onto main: not now. 2 files are not committed: a.ts, b.ts. 1 more below it.',
    );
    app.press('up');
    app.dispatch({ type: 'worktree-requested', taskId: 'c1' });
    app.press('enter');
    expect(app.notice()).toMatch(/^Loading/u);
    expect(app.state().view.overlay).toMatchObject({ kind: 'worktree', selected: 'merge' });
  });

  it('of a removal says what is deleted, and offers the branch where it may go', () => {
    const app = opened();
    app.press('down', 'down', 'down', 'down', 'down', 'enter');
    expect(screen(app)).toEqual([
      '  In ~/auth:',
      '      git remove',
      '',
      '  31 ignored files are deleted with it.',
      '',
      '  b deletes the branch, too:',
      '  In ~/auth:',
      '      git branch -d taskdeck/fix-login-77aa',
    ]);
    app.press('b');
    expect(finished(app)).toMatchObject([{ action: 'remove', deleteBranch: true }]);
  });

  it('of a removal does not take b where the branch must stay', () => {
    const app = opened({ ...OFFERS, mayDeleteBranch: false });
    app.press('down', 'down', 'down', 'down', 'down', 'enter', 'b');
    expect(finished(app)).toEqual([]);
    expect(selected(app)).toBe('Remove the worktree');
  });

  it('to keep it archives the chat, and says where the worktree stays', () => {
    const app = opened();
    app.press('down', 'down', 'down', 'down', 'enter');
    expect(screen(app)).toEqual([
      '  Archives the chat.',
      '  The worktree and its branch stay.',
      '      ~/.state/worktrees/auth-1a2b3c4d/fix-login-77aa',
    ]);
    app.press('y');
    expect(app.calls.at(-1)).toEqual({ what: 'act', action: 'archive', taskId: 'c1' });
    expect(app.state().view.overlay).toBeNull();
  });
});

describe('the result', () => {
  const ended = (text: string, isFailure = false, action: 'push' | 'remove' | 'pull-request' = 'push') =>
    ({ type: 'worktree-action-ended', taskId: 'c1', result: { action, isFailure, text } }) as const;

  it('of a refusal lists all reasons', () => {
    const app = opened();
    app.dispatch(ended('The worktree was not removed.\nFile a.ts is not committed.\nProcess 7 (vim).', true));
    expect(screen(app).slice(4, 7)).toEqual([
      '  The worktree was not removed.',
      '    - File a.ts is not committed.',
      '    - Process 7 (vim).',
    ]);
  });

  it('of a pull request opens with o, also when the worktree is opened again', () => {
    const app = opened();
    app.press('o');
    expect(app.notice()).toBe('No pull request was opened from here.');
    app.dispatch(ended('Opened https://github.com/acme/auth/pull/8.', false, 'pull-request'));
    app.press('esc', 'W', 'o');
    expect(app.calls.at(-1)).toEqual({ what: 'open', address: 'https://github.com/acme/auth/pull/8' });
    expect(footerHints(app.state()).map(({ words }) => words)).toContain('pull request');
  });

  it('of another action goes when the worktree is opened again', () => {
    const app = opened();
    app.dispatch(ended('Pushed.'));
    expect(screen(app)).toContain('  Pushed.');
    app.press('esc', 'W');
    expect(screen(app)).not.toContain('  Pushed.');
  });
});

describe('on a small screen', () => {
  const files = Array.from({ length: 60 }, (_, index) => `src/file-${index}.ts`);
  const long = {
    ...OFFERS,
    actions: [offer('merge', { reasons: files.map((name) => `${name} is not committed.`) }), offer('remove')],
  };

  it('all reasons can be read with the arrow keys, then the other choices', () => {
    const app = opened(long, { columns: 60, rows: 16 });
    const seen = new Set(screen(app));
    for (let count = 0; count < 70; count++) {
      app.press('down');
      for (const line of screen(app)) seen.add(line);
    }
    for (const name of files) expect([...seen].join('\n')).toContain(name);
    expect(selected(app)).toBe('Remove the worktree');
    expect(worktreeStatus(worktreeWindow(app.state()) as never)[0]).toMatch(/of \d+$/u);
    for (let count = 0; count < 80; count++) app.press('up');
    expect(selected(app)).toMatch(/^Merge into main/u);
    expect(screen(app)[0]).toContain('taskdeck/fix-login-77aa');
  });

  it('a question that is longer than the screen scrolls, and stays open meanwhile', () => {
    const remarks = files.map((name) => `${name} is deleted.`);
    const app = opened({ ...OFFERS, actions: [offer('remove', { remarks })] }, { columns: 60, rows: 16 });
    app.press('down', 'enter', 'pagedown', 'pagedown', 'pagedown', 'pagedown', 'pagedown', 'pagedown');
    expect(screen(app).join('\n')).toContain('file-59.ts');
    expect(questionOf(app.state())?.words).toBe('Remove the worktree?');
    app.press('y');
    expect(finished(app)).toMatchObject([{ action: 'remove' }]);
  });
});

describe('a screen reader hears', () => {
  const words = (app: AppFixture, act: () => void): readonly string[] => {
    const before = app.state();
    act();
    return describeChange(before, app.state(), () => null);
  };

  it('the worktree, each choice, the question and the result', () => {
    const app = listing(chatWith());
    expect(words(app, () => app.press('W'))).toEqual([
      'Worktree of Fix login.',
      'taskdeck/fix-login-77aa, made from main',
      '~/.state/worktrees/auth-1a2b3c4d/fix-login-77aa',
      '1 commit ahead of main',
      'Loading what can be done…',
    ]);
    expect(words(app, () => app.dispatch(loaded()))).toEqual([
      '6 choices. Enter chooses, escape closes.',
      'Merge into main, 1 of 6.',
      'In ~/auth: git merge --no-edit taskdeck/fix-login-77aa',
    ]);
    expect(words(app, () => app.press('down'))).toEqual([
      'Rebase onto main, 2 of 6. Not now:',
      '2 files are not committed: a.ts, b.ts.',
      'A turn runs.',
    ]);
    app.press('down');
    expect(words(app, () => app.press('enter'))).toEqual([
      'In ~/.state/worktrees/auth-1a2b3c4d/fix-login-77aa:',
      'git push',
      'Question: Push taskdeck/fix-login-77aa? y: pushes it, other keys: back.',
    ]);
    expect(words(app, () => app.press('n'))).toEqual([
      'Push taskdeck/fix-login-77aa, 3 of 6.',
      'In the worktree: git push',
    ]);
    app.press('enter');
    const started = { type: 'worktree-action-started', taskId: 'c1', action: 'push', now: NOON } as const;
    expect(
      words(app, () => {
        app.press('y');
        app.dispatch(started);
      }),
    ).toEqual(['Pushing taskdeck/fix-login-77aa.']);
    expect(
      words(app, () =>
        app.dispatch({
          type: 'worktree-action-ended',
          taskId: 'c1',
          result: { action: 'push', isFailure: false, text: 'Pushed to origin.' },
        }),
      ),
    ).toEqual(['Pushed to origin.']);
  });
});
