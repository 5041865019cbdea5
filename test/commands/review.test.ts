import { describe, expect, it } from 'vitest';
import { dispatchKey } from '../../src/commands/dispatch-key.ts';
import { diffDocument } from '../../src/domain/diff-document.ts';
import type { DiffOf } from '../../src/domain/ports/source.ts';
import { commentsOf } from '../../src/store/review.ts';
import type { State } from '../../src/store/state.ts';
import { promptLines } from '../../src/view/bars/prompt-lines.ts';
import { diffLines, diffStatus, diffWindow } from '../../src/view/diff/diff-window.ts';
import { describeChange } from '../../src/view/screen-reader/describe-change.ts';
import { PLAIN_THEME } from '../../src/view/theme.ts';
import { makeChat } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const hunk = (from: number, name: string, ...lines: readonly string[]): string =>
  `@@ -${from},${lines.length} +${from},${lines.length} @@ ${name}\n${lines.join('\n')}\n`;

const TEXT = [
  'diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n',
  hunk(10, 'one', '+first', '-second', ' third'),
  hunk(90, 'two', '+ninety'),
  'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
].join('');

const documentOf = (text = TEXT, of: DiffOf = 'uncommitted') =>
  diffDocument({ repositories: [{ name: 'r', branch: '', text }], url: '', reason: '' }, of);

const LOCAL = {
  names: ['diff-scope'],
  directory: '/home/ada/code',
  agent: { name: 'Fake', version: '1' },
  permissionMode: '',
  stage: null,
  checklist: [],
  commands: [{ name: 'review', description: '', hint: '' }],
  worktree: null,
};

/** The open uncommitted changes of a local chat, with the cursor on the heading of the first hunk. */
function reading(options: Parameters<typeof makeChat>[0] = {}): AppFixture {
  const chat = makeChat({ id: 'c1', extension: LOCAL, ...options });
  const app = appFixture(applyEvents(emptyState(), listReceived([]), chatsReceived([chat])));
  app.press('D');
  receive(app);
  app.press('}', 'k');
  return app;
}

const receive = (app: AppFixture, text = TEXT): void =>
  app.dispatch({ type: 'diff-received', taskId: 'c1', document: documentOf(text) });

function screen(app: AppFixture): readonly string[] {
  const window = diffWindow(app.state());
  if (window === null) throw new Error('No diff is open.');
  return diffLines(app.state(), window, PLAIN_THEME).map((line) => line.trimEnd());
}

const atCursor = (app: AppFixture): string =>
  screen(app)
    .filter((line) => line.startsWith('▌'))
    .join('\n')
    .slice(1);

const status = (app: AppFixture): string => {
  const window = diffWindow(app.state());
  return window === null ? '' : (diffStatus(window)[0] ?? '');
};

const comments = (state: State): readonly string[] => commentsOf(state, 'c1').map(({ text }) => text);

/** Writes a comment on the line of the cursor. */
function comment(app: AppFixture, text: string): void {
  app.press('c');
  app.type(text);
  app.press('enter');
}

const sent = (app: AppFixture) => app.calls.filter(({ what }) => what === 'send');

describe('hunks', () => {
  it('} and { go to their first changed lines, and to files without one; the last and the first say so', () => {
    const app = reading();
    app.press('}');
    expect(atCursor(app)).toBe('10 +first');
    app.press('}');
    expect(atCursor(app)).toBe('90 +ninety');
    app.press('}');
    expect(atCursor(app)).toBe('── run.sh · mode 100644 to 100755');
    app.press('}');
    expect(app.notice()).toBe('This is the last hunk.');
    app.press('{', '{', '{');
    expect(atCursor(app)).toBe('10 +first');
    expect(app.notice()).toBe('This is the first hunk.');
  });

  it('scroll only where the hunk is not on screen', () => {
    const app = reading();
    const [first] = screen(app);
    app.press('}', '}');
    expect(screen(app)[0]).toBe(first);
    const long = hunk(1, 'long', ...Array.from({ length: 90 }, (_, index) => `+line ${index}`));
    receive(app, `${TEXT}diff --git a/z b/z\n--- a/z\n+++ b/z\n${long}`);
    app.press('}', '}');
    expect(screen(app).slice(0, 2)).toEqual([' ── z · +90 -0', ' @@ -1,90 +1,90 @@ long']);
  });
});

describe('a comment', () => {
  it('is written below the diff, shown below its line and counted', () => {
    const app = reading();
    app.press('j', 'c');
    expect(app.state().view.focus).toBe('prompt');
    const field = promptLines(app.state(), [], true, PLAIN_THEME, () => []);
    expect(field[0]).toBe(' comment on src/a.ts:10  first');
    app.type('Use a');
    app.press('alt+enter');
    app.type('constant');
    expect(screen(app).join('\n')).not.toContain('Use a');
    app.press('enter');
    expect(app.state().view.focus).toBe('list');
    const start = screen(app).indexOf(' @@ -10,3 +10,3 @@ one');
    expect(screen(app).slice(start, start + 4)).toEqual([
      ' @@ -10,3 +10,3 @@ one',
      '▌10 +first',
      '    ┃ comment: Use a',
      '    ┃ constant',
    ]);
    expect(status(app)).toContain('1 comment');
    expect(sent(app)).toEqual([]);
  });

  it('is on screen after it was written at the lower edge', () => {
    const app = reading();
    receive(app, `${TEXT}${hunk(200, 'long', ...Array.from({ length: 90 }, (_, index) => `+${index}`))}`);
    while (screen(app).at(-1) !== atCursor(app).replace(/^/u, '▌')) app.press('j');
    comment(app, 'At the edge');
    expect(screen(app).at(-1)).toMatch(/┃ comment: At the edge$/);
    expect(screen(app).at(-2)).toMatch(/^▌/);
  });

  it('on a removed line belongs to the old side', () => {
    const app = reading();
    app.press('j', 'j');
    comment(app, 'Keep it');
    expect(commentsOf(app.state(), 'c1')[0]).toMatchObject({ side: 'old', line: 10, lineText: 'second' });
  });

  it('keeps its draft after esc, and goes away without text', () => {
    const app = reading();
    app.press('j', 'c', 'esc');
    expect(comments(app.state())).toEqual([]);
    app.press('c');
    app.paste('half\r\na thought');
    app.press('esc');
    expect(screen(app)).toContain('    ┃ unfinished comment: half');
    app.press('S');
    expect(app.notice()).toMatch(/^1 comment is not finished\./);
    app.press('c', 'enter');
    expect(comments(app.state())).toEqual(['half\na thought']);
    expect([...app.state().drafts.keys()]).toEqual([]);
  });

  it('is edited with its text; esc keeps the old text beside the draft', () => {
    const app = reading();
    app.press('j');
    comment(app, 'one');
    app.press('j', 'c');
    app.type(' two');
    app.press('esc');
    expect(comments(app.state())).toEqual(['one']);
    expect(screen(app)).toContain('▌   ┃ unfinished comment: one two');
    app.press('enter', 'enter');
    expect(comments(app.state())).toEqual(['one two']);
  });

  it('cannot be empty, and cannot be on a heading of a hunk', () => {
    const app = reading();
    app.press('c');
    expect(app.notice()).toBe('Choose a line of a file to comment on.');
    app.press('j', 'c', 'enter');
    expect(app.notice()).toBe('The comment is empty.');
    expect(app.state().view.focus).toBe('prompt');
  });

  it('takes no files, no history and no commands of the agent', () => {
    const app = reading();
    app.dispatch({ type: 'prompt-recorded', text: 'an earlier prompt' });
    app.press('j', 'c', 'up');
    expect(app.state().drafts.size).toBe(0);
    app.press('ctrl+x', 'f');
    expect(app.notice()).toBe('A comment takes no files.');
    app.press('ctrl+r');
    expect(app.notice()).toBe('A comment has no history.');
    app.type('/rev');
    app.press('tab');
    expect(app.state().drafts.get([...app.state().drafts.keys()][0] ?? '')?.text).toBe('/rev');
  });

  it('is deleted after a question, from its line or from itself', () => {
    const app = reading();
    app.press('j');
    comment(app, 'one');
    app.press('x', 'enter');
    expect(comments(app.state())).toEqual(['one']);
    app.press('j', 'x');
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-comment' });
    app.press('y');
    expect(comments(app.state())).toEqual([]);
    app.press('x');
    expect(app.notice()).toBe('No comments.');
  });

  it('follows its line, and stays as outdated at the heading of its file', () => {
    const app = reading();
    app.press('j');
    comment(app, 'Here');
    receive(app, TEXT.replace('@@ -10,3 +10,3 @@', '@@ -50,3 +50,3 @@'));
    const moved = screen(app).indexOf('    ┃ comment: Here');
    expect(screen(app)[moved - 1]).toMatch(/50 \+first$/);
    receive(app, TEXT.replace('+first', '+other'));
    const heading = screen(app).findIndex((line) => line.includes('── src/a.ts'));
    expect(screen(app).slice(heading + 1, heading + 3)).toEqual([
      '    ┃ outdated comment on line 10: Here',
      '    ┃ > first',
    ]);
  });

  it(') and ( step through comments, and survive the end of the diff', () => {
    const app = reading();
    app.press('j');
    comment(app, 'one');
    app.press('}');
    comment(app, 'two');
    app.press('g', ')');
    expect(atCursor(app)).toBe('   ┃ comment: one');
    app.press(')', ')');
    expect(atCursor(app)).toBe('   ┃ comment: two');
    expect(app.notice()).toBe('This is the last comment.');
    app.press('(', 'q');
    expect(app.notice()).toBe('2 comments not sent yet: D shows them.');
    app.press('D');
    receive(app);
    expect(status(app)).toContain('2 comments');
  });

  it('is sanitised', () => {
    const app = reading();
    app.press('j', 'c');
    app.paste('\x1b[31mred\x1b[0m\x07');
    app.press('enter');
    expect(screen(app).join('\n')).toContain('comment: red');
    expect(comments(app.state())).toEqual(['red']);
  });
});

describe('S', () => {
  const MESSAGE = '1 comment on your changes:\n\nsrc/a.ts:10: Why?\n> first';

  function commented(options: Parameters<typeof makeChat>[0] = {}): AppFixture {
    const app = reading(options);
    app.press('j');
    comment(app, 'Why?');
    return app;
  }

  it('puts the comments into the prompt before its draft, and enter sends them', () => {
    const app = commented();
    app.dispatch({
      type: 'draft-changed',
      key: 'c1',
      buffer: { text: 'my draft', cursor: 0, goalColumn: null },
    });
    app.press('S');
    expect(app.state().drafts.get('c1')?.text).toBe(`${MESSAGE}\n\nmy draft`);
    expect(app.state().view.focus).toBe('prompt');
    app.type('!');
    app.press('enter');
    expect(sent(app)).toEqual([{ what: 'send', taskId: 'c1', text: `${MESSAGE}!\n\nmy draft` }]);
    expect(comments(app.state())).toEqual([]);
    expect(app.state().drafts.size).toBe(0);
    expect(app.state().view.openDiff).not.toBeNull();
  });

  it('and esc gives the comments and the draft back', () => {
    const app = commented();
    app.dispatch({
      type: 'draft-changed',
      key: 'c1',
      buffer: { text: 'my draft', cursor: 3, goalColumn: null },
    });
    app.press('S', 'esc');
    expect(comments(app.state())).toEqual(['Why?']);
    expect(app.state().drafts.get('c1')).toMatchObject({ text: 'my draft', cursor: 3 });
    app.press('S', 'esc', 'S', 'enter');
    expect(sent(app)).toHaveLength(1);
  });

  it('and esc after an edit keeps the text as the draft', () => {
    const app = commented();
    app.press('S');
    app.type(' Please.');
    app.press('esc');
    expect(comments(app.state())).toEqual([]);
    expect(app.state().drafts.get('c1')?.text).toBe(`${MESSAGE} Please.`);
  });

  it('sends while the agent works, too: the message waits in a queue', () => {
    const app = commented({ status: 'running' });
    app.press('S', 'enter');
    expect(sent(app)).toEqual([{ what: 'send', taskId: 'c1', text: MESSAGE }]);
  });

  it('leaves drafts of comments, and says so', () => {
    const app = commented();
    app.press('j', 'j', 'c');
    app.type('half');
    app.press('esc', 'S');
    expect(app.notice()).toBe('1 unfinished comment stays.');
    app.press('enter');
    expect(sent(app)).toEqual([{ what: 'send', taskId: 'c1', text: MESSAGE }]);
    expect(commentsOf(app.state(), 'c1')).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof makeChat>[0], RegExp]>([
    ['is archived', { archived: true }, /archived.*The comments stay\./],
  ])('says why it cannot: the chat %s', (_, options, reason) => {
    const app = commented(options);
    app.press('S');
    expect(app.notice()).toMatch(reason);
    expect(comments(app.state())).toEqual(['Why?']);
  });

  it('and says that there are no comments', () => {
    const app = reading();
    app.press('S');
    expect(app.notice()).toBe('No comments to send.');
  });
});

describe('E', () => {
  const opened = (app: AppFixture) => app.calls.filter(({ what }) => what === 'directory');
  it.each<[situation: string, keys: readonly string[], line: number]>([
    ['an added line', ['j'], 10],
    ['a removed line: the next one', ['j', 'j'], 11],
    ['a heading of a hunk: its first line', [], 10],
    ['the heading of the file: its first changed line', ['k'], 10],
  ])('opens the editor at %s, and loads the diff again', async (_, keys, line) => {
    const app = reading();
    expect(app.state().deployment.local).toBe(true);
    app.press(...keys, 'E');
    await new Promise(setImmediate);
    expect(opened(app)).toEqual([
      {
        what: 'directory',
        directory: '/home/ada/code',
        program: { kind: 'file', path: 'src/a.ts', line },
      },
    ]);
    expect(app.calls.filter(({ what }) => what === 'diff')).toHaveLength(2);
  });

  it('says why it cannot', () => {
    const app = reading({ extension: { ...LOCAL, directory: '' }, workspaceId: 'w' });
    app.press('E');
    expect(app.notice()).toBe('The server does not report its directory.');
    const top = reading();
    top.press('g', 'e');
    expect(top.notice()).toBe('Choose a line of a file first.');
    const deleted = reading();
    receive(
      deleted,
      'diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n',
    );
    deleted.press('G', 'E');
    expect(deleted.notice()).toBe('The file is deleted.');
  });
});

it('the wheel scrolls and leaves the cursor and a comment alone; a paste says where it goes', () => {
  const app = reading();
  receive(app, `${TEXT}${hunk(200, 'long', ...Array.from({ length: 90 }, (_, index) => `+${index}`))}`);
  app.press('j', 'j', 'j');
  const [first] = screen(app);
  const line = atCursor(app);
  const wheel = (key: 'up' | 'down') => dispatchKey(app.context, key, '', true);
  wheel('down');
  expect(screen(app)[0]).not.toBe(first);
  expect(atCursor(app)).toBe(line);
  wheel('up');
  app.press('c');
  app.type('half');
  wheel('down');
  expect(screen(app)[0]).not.toBe(first);
  app.press('esc');
  app.paste('text');
  expect(app.notice()).toBe('Press c to write a comment before you paste.');
});

it('V opens the pager with the diff of the file', () => {
  const app = reading();
  app.press('G', 'V');
  expect(app.calls.at(-1)).toEqual({
    what: 'page',
    text: 'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
  });
});

it('a screen reader hears the line of a comment, and the comment', () => {
  const app = reading();
  const heard = (...keys: readonly string[]): readonly string[] => {
    const before = app.state();
    app.press(...keys);
    return describeChange(before, app.state(), () => null);
  };
  expect(heard('j')).toEqual(['Added: first']);
  expect(heard('c')[0]).toBe('Comment on src/a.ts:10. first');
  app.type('Why?');
  expect(heard('enter').at(-1)).toBe('1 comment.');
  expect(heard('j')).toEqual(['Comment: Why?']);
  expect(heard('k')).toEqual(['Added: first', '1 comment below.']);
  expect(heard('}')).toEqual(['Added: ninety']);
});
