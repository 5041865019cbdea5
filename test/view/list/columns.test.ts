import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../../src/domain/list-display.ts';
import { EVERYONE } from '../../../src/domain/owner-scope.ts';
import type { Task } from '../../../src/domain/task.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { State } from '../../../src/store/state.ts';
import { listLines } from '../../../src/view/list/list-lines.ts';
import { makeChat, makeExtension, makeReport, makeTask, NOON } from '../../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../../store/state-builders.ts';
import { WORDS } from '../../ui/scenes.ts';
import { plain } from '../themes.ts';

const DAY = 24 * 60 * 60_000;

const withColumns = (state: State, ...columns: readonly Column[]): State =>
  applyEvents(state, { type: 'columns-chosen', columns });
const bare = (state: State, width: number): readonly string[] =>
  listLines(state, plain, width, 20, 0).map((line) => stripVTControlCharacters(line));
const listed = (...tasks: readonly Task[]): State => applyEvents(emptyState(), listReceived(tasks));

const docs = makeTask({
  id: 'a',
  displayName: 'Docs',
  createdAt: NOON - 400 * DAY,
  state: makeReport({ uri: 'https://git.example.com/ada/docs/pull/812', at: NOON }),
  templateName: 'docker',
});

describe('columns', () => {
  it('have the order of the setting', () => {
    const state = listed(docs);
    expect(bare(withColumns(state, 'age', 'template', 'phase'), 40)).toEqual([
      '▌● Docs             <1m docker idle     ',
    ]);
    expect(bare(withColumns(state, 'phase', 'template', 'age'), 40)).toEqual([
      '▌● Docs             idle     docker <1m ',
    ]);
    expect(bare(withColumns(state), 20)).toEqual(['▌● Docs             ']);
  });

  it('show the creation, the link with its end, and the directory of a chat with its agent', () => {
    const state = listed(docs);
    expect(bare(withColumns(state, 'created', 'age'), 40)[0]).toMatch(/ 20\d\d <1m $/u);
    expect(bare(withColumns(state, 'link', 'age'), 44)[0]).toMatch(/ …\S*\/pull\/812 <1m $/u);
    const chat = makeChat({
      id: 'c',
      displayName: 'Auth',
      extension: makeExtension({ directory: '/home/ada/auth', agent: { name: 'Claude Code', version: '1' } }),
    });
    const chats = applyEvents(emptyState(), chatsReceived([chat]));
    expect(bare(withColumns(chats, 'template', 'directory'), 60)[0]).toMatch(
      / Claude Code \/home\/ada\/auth $/u,
    );
  });

  it('take no room where they are empty in all rows that are shown', () => {
    const long = 'A title that is about as long as the list is wide';
    const state = withColumns(
      listed(makeTask({ id: 'b', displayName: long })),
      'owner',
      'link',
      'directory',
      'phase',
    );
    expect(bare(state, 60)).toEqual([
      expect.stringMatching(/^▌● A title that is about as long as the list is w… idle {5}$/u),
    ]);
  });

  it('leave their room to the title in a row where they are empty', () => {
    const long = 'A title that is about as long as the list is wide';
    const state = withColumns(listed(docs, makeTask({ id: 'b', displayName: long })), 'link', 'age');
    const [withLink, without] = bare(state, 60);
    expect(withLink).toMatch(/^▌● Docs +…\S*\/pull\/812 <1m $/u);
    expect(without).toMatch(/^•● A title that is about as long as the list is wide +10m $/u);
  });

  it('show owners in a list that can have several', () => {
    const everyone = applyEvents(
      emptyState(),
      { type: 'scope-selected', scope: EVERYONE, now: NOON },
      listReceived([{ ...docs, ownerName: 'grace' }]),
    );
    expect(bare(everyone, 44)[0]).toMatch(/Docs +grace idle/u);
    expect(bare(listed({ ...docs, ownerName: 'grace' }), 44)[0]).not.toContain('grace');
  });

  it('are left out where the title needs the room', () => {
    const task = makeTask({ ...docs, id: 'b', displayName: 'A title of some length that is cut' });
    expect(bare(withColumns(listed(task), 'template', 'phase', 'age'), 32)[0]).not.toContain('docker');
    expect(bare(withColumns(listed(task), 'template', 'phase', 'age'), 44)[0]).toContain('docker');
  });

  it('keep every row as wide as the list, for all texts', () => {
    const all = [
      'link',
      'created',
      'age',
      'changes',
      'phase',
      'template',
      'owner',
      'activity',
      'directory',
    ] as const;
    const tasks = WORDS.map((words, index) =>
      makeTask({
        id: `t${index}`,
        displayName: words,
        ownerName: words,
        templateName: words,
        directory: { path: `/${words}`, owned: false },
      }),
    );
    const state = applyEvents(
      emptyState({ columns: 200, rows: 30 }),
      { type: 'scope-selected', scope: EVERYONE, now: NOON },
      listReceived(tasks),
      { type: 'activity-received', activity: [{ taskId: 't1', at: NOON }] },
    );
    for (const width of [16, 20, 34, 58, 62, 90, 126, 198])
      for (const line of bare(withColumns(state, ...all), width))
        expect(displayWidth(line), line).toBe(width);
  });
});
