import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ChatChanges, Task } from '../../../src/domain/task.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { State } from '../../../src/store/state.ts';
import { createTheme } from '../../../src/ui/theme.ts';
import { headingLines } from '../../../src/view/detail/detail-lines.ts';
import { headingOf } from '../../../src/view/detail/heading.ts';
import { listLines } from '../../../src/view/list/list-lines.ts';
import { taskWords } from '../../../src/view/list/list-words.ts';
import { ASCII } from '../../../src/view/theme.ts';
import { type ChatFields, MINUTE, makeChat, makeQuestion, NOON } from '../../domain/builders.ts';
import {
  applyEvents,
  chatsReceived,
  emptyState,
  delivery as makeDelivery,
} from '../../store/state-builders.ts';
import { WORDS } from '../../ui/scenes.ts';
import { plain } from '../themes.ts';

const chat = (id: string, about: ChatFields = {}): Task =>
  makeChat({ id, displayName: `Chat ${id}`, state: null, updatedAt: NOON - 10 * MINUTE, ...about });
const changes = (about: Partial<ChatChanges> = {}): ChatChanges => ({
  url: 'https://example.com/pull/812',
  pullRequest: {
    number: 812,
    state: 'open',
    title: 'Pin the clock',
    isDraft: false,
    isApproved: true,
    changesRequested: false,
  },
  additions: 41,
  deletions: 12,
  files: 3,
  ...about,
});
const listed = (...chats: readonly Task[]): State => applyEvents(emptyState(), chatsReceived(chats));
const bare = (state: State, width: number, theme = plain): readonly string[] =>
  listLines(state, theme, width, 20, 0).map((line) => stripVTControlCharacters(line));

/** Columns of the list at 80x24 and 120x40. */
const [AT_80, AT_120] = [32, 44];

const family = [
  chat('a', { status: 'running', updatedAt: NOON - MINUTE }),
  chat('b'),
  chat('x', { parentId: 'a', status: 'running' }),
  chat('y', { parentId: 'a' }),
];

describe('the tree', () => {
  it('has signs for folded tasks, unfolded ones and sub-agents', () => {
    const folded = listed(...family);
    expect(bare(folded, AT_80)).toEqual([
      '▌◐ ▸ Chat a        working   1m ',
      ' ✔   Chat b        complete 10m ',
    ]);
    const open = applyEvents(folded, { type: 'fold-changed', taskId: 'a', isUnfolded: true });
    expect(bare(open, AT_80)).toEqual([
      '▌◐ ▾ Chat a        working   1m ',
      ' ◐ ├ Chat x        working  10m ',
      ' ✔ └ Chat y        complete 10m ',
      ' ✔   Chat b        complete 10m ',
    ]);
    const ascii = { ...plain, glyphs: ASCII };
    expect(bare(open, AT_80, ascii).map((line) => line.slice(0, 11))).toEqual([
      '>@ - Chat a',
      ' @ | Chat x',
      ' v ` Chat y',
      ' v   Chat b',
    ]);
    expect(bare(folded, AT_80, ascii)[0]).toMatch(/^>@ \+ Chat a/u);
  });

  it('shows at a folded task that a sub-agent asks, or needs the user', () => {
    const asking = listed(...family.with(3, chat('y', { parentId: 'a', questions: [makeQuestion()] })));
    expect(bare(asking, AT_80)[0]).toMatch(/^▌● ▸!Chat a +asks you +1m $/u);
    const failed = listed(...family.with(3, chat('y', { parentId: 'a', status: 'error' })));
    expect(bare(failed, AT_80)[0]).toMatch(/^▌◐ ▸!Chat a +working +1m $/u);
  });

  it('is not there without sub-agents', () => {
    expect(bare(listed(chat('a')), AT_80)).toEqual(['▌✔ Chat a          complete 10m ']);
  });

  it('is read out', () => {
    const state = listed(...family);
    expect(taskWords(state, family[0] as Task)).toBe('Chat a: working for 1 minute, 2 sub-agents hidden.');
    expect(taskWords(state, family[2] as Task)).toBe('Chat x, sub-agent of Chat a: working for 10 minutes.');
    const asking = family.with(3, chat('y', { parentId: 'a', questions: [makeQuestion()] }));
    expect(taskWords(listed(...asking), family[0] as Task)).toContain('a sub-agent asks you');
  });
});

describe('a row', () => {
  const withPr = (about: ChatFields = {}): Task => chat('a', { changes: changes(), ...about });

  it('has the pull request where there is room', () => {
    expect(bare(listed(withPr({ displayName: 'Fix the flaky auth tests' })), AT_80)).toEqual([
      '▌✔ Fix the f… #812 complete 10m ',
    ]);
    expect(bare(listed(withPr({ displayName: 'Fix the flaky auth tests' })), AT_120)).toEqual([
      '▌✔ Fix the flaky au… #812 open complete 10m ',
    ]);
    expect(bare(listed(withPr()), AT_120)).toEqual(['▌✔ Chat a    #812 open +41 -12 complete 10m ']);
    const draft = changes({ pullRequest: { ...changes().pullRequest, isDraft: true } as never });
    expect(bare(listed(withPr({ changes: draft })), AT_120)[0]).toContain('#812 draft +41 -12');
    expect(bare(listed(withPr({ changes: changes({ pullRequest: null }) })), AT_120)[0]).toContain('+41 -12');
  });

  it('has a sign for a pin, and words for a turn that stops', () => {
    expect(bare(listed(chat('a', { pinOrder: 1 })), AT_80)[0]).toMatch(/^▌✔ ⚑ Chat a +complete/u);
    expect(bare(listed(chat('a', { status: 'interrupting' })), AT_80)[0]).toMatch(/^▌◐ Chat a +stopping/u);
  });

  it('has the question, with a sign, and in a wide list the word, too', () => {
    const asking = listed(
      chat('a', { questions: [makeQuestion({ text: 'Which sign-in flow do we use?' })] }),
    );
    expect(bare(asking, AT_80)).toEqual(['▌● Chat a ? Which sign-in … 10m ']);
    expect(bare(asking, AT_120)).toEqual(['▌● Chat a ? Which sign-in flo… asks you 10m ']);
    const delivery = makeDelivery({ taskId: 'a', extras: { questionId: makeQuestion().id } });
    const answered = applyEvents(asking, { type: 'delivery-added', delivery });
    expect(bare(answered, AT_120)[0]).toMatch(/^▌● Chat a +answer is being sent idle/u);
    expect(taskWords(asking, asking.tasks[0] as Task)).toMatch(
      /asks you\. Auth: Which sign-in flow do we use\? 1: OIDC, By a provider\. 2: SAML\. .*: Other: your own words\.$/u,
    );
    expect(taskWords(answered, answered.tasks[0] as Task)).toMatch(/\. Your answer is being sent\.$/u);
  });

  it('has exactly the width of the list, for all texts', () => {
    const chats = WORDS.flatMap((words, index) => [
      chat(`r${index}`, {
        displayName: words,
        pinOrder: index,
        changes: changes({ pullRequest: { ...changes().pullRequest, state: words } as never }),
      }),
      chat(`s${index}`, { displayName: words, parentId: `r${index}` }),
    ]);
    const state = chats.reduce(
      (before, { id }) => applyEvents(before, { type: 'fold-changed', taskId: id, isUnfolded: true }),
      listed(...chats),
    );
    for (const width of [34, 38, 58, 62, 126])
      for (const line of listLines(state, plain, width, 200, 0)) expect(displayWidth(line), line).toBe(width);
  });
});

describe('the heading', () => {
  const heading = (about: ChatFields, width: number): readonly string[] => {
    const task = chat('a', about);
    const state = listed(task, chat('x', { parentId: 'a' }));
    return headingLines(headingOf(state, task, width, 20), plain, width).map((line) =>
      stripVTControlCharacters(line).trimEnd(),
    );
  };

  it('has what a chat has beyond a Task, as much as fits', () => {
    const about: ChatFields = {
      changes: changes(),
      planMode: true,
      effort: 'high',
      queueLength: 2,
      pinOrder: 1,
      shared: true,
    };
    expect(heading(about, 120)[1]).toBe(
      'PR 812 open, approved · +41 -12 in 3 files · plan mode · effort high · 2 queued messages · 1 sub-agent · pinned · shared',
    );
    expect(heading(about, 44)[1]).toBe('PR 812 open, approved · +41 -12 in 3 files');
    for (const line of heading(about, 44)) expect(displayWidth(line)).toBeLessThanOrEqual(44);
  });

  it.each<[string, ChatFields, string]>([
    ['capacity', { status: 'running', queuedForCapacity: true }, 'queued for capacity'],
    ['a turn that stops', { status: 'interrupting' }, 'stopping the turn'],
    ['a tool of its own program', { status: 'requires_action' }, 'waits for a tool of its own program'],
    ['an archived chat', { archived: true }, 'archived'],
  ])('says %s', (_, about, words) => {
    expect(heading(about, 80)[1]?.split(' · ')[0]).toBe(words);
  });

  it('says in place of the phase that a chat asks', () => {
    expect(heading({ questions: [makeQuestion()] }, 80)[0]).toMatch(/^asks you \S+/u);
  });

  it('names the model once it is known', () => {
    const task = chat('a', { modelId: 'm1', effort: 'high', organizationId: 'o1' });
    const model = {
      id: 'm1',
      name: 'Sonnet',
      provider: 'Anthropic',
      isDefault: true,
      efforts: [],
      unavailable: null,
    };
    const state = listed(task);
    expect(headingOf(state, task, 80, 20).facts).toBe('effort high');
    const loaded = applyEvents(state, {
      type: 'chat-models-loaded',
      organizationId: 'o1',
      result: { value: [model] },
    });
    expect(headingOf(loaded, task, 80, 20).facts).toBe('Sonnet high');
  });

  it('has no row of facts for a chat without any', () => {
    const task = chat('a');
    expect(headingOf(listed(task), task, 80, 20).facts).toBe('');
  });
});

it('ASCII themes have no other signs', () => {
  const theme = { ...createTheme({ color: false }), glyphs: ASCII };
  const state = listed(...family.with(1, chat('b', { pinOrder: 1, changes: changes() })));
  for (const line of bare(state, AT_120, theme)) expect(line).toMatch(/^[\x00-\x7f]*$/u);
});
