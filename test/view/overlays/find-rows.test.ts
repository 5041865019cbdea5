import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import type { FoundMessage } from '../../../src/domain/ports/conversation-search.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { NO_RESULTS, type SearchResults } from '../../../src/store/slices/conversation-search.ts';
import type { State } from '../../../src/store/state.ts';
import { createTheme } from '../../../src/ui/theme.ts';
import { findFrame, foundWords } from '../../../src/view/overlays/find-rows.ts';
import { foundMessage, NOON } from '../../domain/builders.ts';
import { applyEvents, stateWithTasks } from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const HOSTILE = 'evil \x1b[31m\u202e\n title';

function stateWithResults(results: Partial<SearchResults>, text = 'needle'): State {
  return applyEvents(
    stateWithTasks('t1', 't2'),
    { type: 'overlay-opened', overlay: { kind: 'find' } },
    { type: 'conversation-search-typed', text },
    { type: 'conversation-search-progressed', results: { ...NO_RESULTS, text, ...results } },
  );
}

const rows = (state: State, width = 80, height = 20): readonly string[] =>
  findFrame(state, { width, height }, plain).map((row) => stripVTControlCharacters(row));

const messages: readonly FoundMessage[] = [
  foundMessage({ key: 3 }),
  foundMessage({
    key: 2,
    taskId: 'gone',
    taskTitle: '登录页面的修复工作和测试',
    role: 'user',
    at: NOON - 40 * 86_400_000,
  }),
  foundMessage({
    key: 1,
    taskId: 'other',
    taskTitle: HOSTILE,
    owner: 'bob',
    at: 0,
    isRetracted: true,
    excerpt: {
      text: `${'请修复登录页面 🚀 '.repeat(8)}needle after`,
      marks: [{ start: 88, end: 94 }],
    },
  }),
];

describe('the results of a search', () => {
  it('show time, task, role and the surroundings of the match; a star for a task that is not listed', () => {
    const [, , first = '', second = '', third = ''] = rows(stateWithResults({ messages }), 100);
    expect(first).toMatch(/\d\d:\d\d +name-t2 +agent {2}a Needle here/u);
    expect(second).toMatch(/Nov 2025 {2}\* 登录.* you {4}a Needle here/u);
    expect(third).toMatch(/\* evil title .*agent {2}….*needle after/u);
  });

  test.each([
    [40, 10],
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 50],
  ])('fill %i columns and %i rows', (width, height) => {
    const lines = rows(stateWithResults({ messages, hasMore: true, unindexed: 90_000 }), width, height);
    expect(lines).toHaveLength(height);
    for (const line of lines) expect(displayWidth(line), line).toBe(width);
    expect(lines.join('')).not.toMatch(/[\x1b\u202e]/u);
  });

  it('mark the match without colours, also in the selected row', () => {
    const theme = createTheme({ color: false, links: false, ascii: false });
    const [, , selected = '', other = ''] = findFrame(
      stateWithResults({ messages }),
      { width: 80, height: 20 },
      theme,
    );
    for (const row of [selected, other]) expect(row).toContain('\x1b[4mNeedle\x1b[24m');
  });

  it('have the selected message in full below them', () => {
    const state = applyEvents(stateWithResults({ messages }), { type: 'found-message-selected', key: 1 });
    const text = rows(state, 100).join('\n');
    expect(text).toContain('evil title');
    expect(text).toContain('agent · unknown time · owner bob · retracted later · * not in the list');
    expect(text).toContain('3 of 3');
  });

  it('name the key that lists the tasks of another owner of a deployment', () => {
    const state = applyEvents(stateWithResults({ messages }), { type: 'found-message-selected', key: 1 });
    const deployed = {
      ...state,
      deployment: { ...state.deployment, local: false },
      keyNames: { owner: 'O' },
    };
    expect(rows(deployed, 110).join('\n')).toContain('* opens in the pager; O lists tasks of bob');
  });

  it('keep the selected one in sight', () => {
    const many = Array.from({ length: 50 }, (_, at) =>
      foundMessage({ key: 100 - at, excerpt: { text: `needle ${at}`, marks: [] } }),
    );
    const state = applyEvents(stateWithResults({ messages: many }), {
      type: 'found-message-selected',
      key: 60,
    });
    expect(rows(state).join('\n')).toContain('needle 40');
  });
});

describe('without results', () => {
  test.each([
    [{}, '', 'All must be in one message'],
    [{ isRunning: true }, 'needle', 'Searching'],
    [{}, 'needle', 'No stored message has all of these words.'],
    [{ unindexed: 5 }, 'needle', 'No match yet.'],
    [{ problem: HOSTILE }, 'needle', 'evil title'],
  ] as const)('%j says why', (results, text, words) => {
    expect(rows(stateWithResults(results, text)).join('\n')).toContain(words);
    expect(foundWords(stateWithResults(results, text))).toContain(words);
  });

  it('says how many messages are still to prepare', () => {
    expect(rows(stateWithResults({ messages, unindexed: 1_234 }), 100).at(-1)).toContain(
      '1 of 3 · 1234 older messages still to prepare',
    );
  });
});

it('a screen reader gets task, sender, time and text of the selected result', () => {
  expect(foundWords(stateWithResults({ messages }))).toMatch(
    /^name-t2, agent, \w+ 1 Jan 2026 \d\d:\d\d: a Needle here\. 1 of 3\.$/u,
  );
  const state = applyEvents(stateWithResults({ messages }), { type: 'found-message-selected', key: 1 });
  expect(foundWords(state)).toMatch(/^evil title, not in the list, agent, unknown time: .*3 of 3\.$/u);
});
