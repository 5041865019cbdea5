import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../../src/domain/question.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import type { State } from '../../../src/store/state.ts';
import { detailFrame } from '../../../src/view/detail/detail-frame.ts';
import { screenLayout } from '../../../src/view/layout/screen-layout.ts';
import { fullTextRows } from '../../../src/view/overlays/full-texts.ts';
import { agent, live, makeChat, makeQuestion, you } from '../../domain/builders.ts';
import {
  applyEvents,
  chatsReceived,
  delivery,
  emptyState,
  transcriptReceived,
} from '../../store/state-builders.ts';
import { WORDS } from '../../ui/scenes.ts';
import { plain } from '../themes.ts';

const SIZES = {
  wide: { columns: 120, rows: 40 },
  usual: { columns: 80, rows: 24 },
  narrow: { columns: 60, rows: 20 },
  smallest: { columns: 40, rows: 10 },
} as const;

const opened = (question: Question, option = 0): StoreEvent => ({
  type: 'overlay-opened',
  overlay: { kind: 'options', taskId: 'c1', questionId: `c1 ${question.id}`, option },
});

const asking = (
  size: State['size'],
  questions: readonly Question[],
  ...events: readonly StoreEvent[]
): State =>
  applyEvents(
    emptyState(size),
    chatsReceived([makeChat({ id: 'c1', displayName: 'Pin the clock', questions })]),
    ...events,
  );

/** The rows inside the detail pane. */
function inside(state: State): readonly string[] {
  const layout = screenLayout(state);
  const extent = layout.kind === 'tiny' ? null : layout.detail;
  if (extent === null) return [];
  const rows = detailFrame(state, plain, extent).map((row) => stripVTControlCharacters(row));
  for (const row of rows) expect(displayWidth(row)).toBe(extent.width);
  expect(rows).toHaveLength(extent.height);
  return rows.slice(1, -1).map((row) => row.slice(2, -1).trimEnd());
}

const LONG = 'Before I go on I need to know a lot of things. '.repeat(40);
const MANY = makeQuestion({
  text: LONG,
  options: Array.from({ length: 9 }, (_, index) => ({ label: `Option ${index}`, description: LONG })),
});

describe('the question below the conversation', () => {
  it('has its text, its options by number with descriptions, other words and the keys', () => {
    expect(inside(asking(SIZES.usual, [makeQuestion()])).slice(-6)).toEqual([
      expect.stringMatching(/^── \? Auth ─+$/u),
      'Which flow?',
      '  1 OIDC  By a provider',
      '  2 SAML',
      '  i Other: your own words',
      '1-2 answer, enter chooses',
    ]);
  });

  it('marks the selected option by a sign, also on a narrow screen', () => {
    const rows = inside(asking(SIZES.narrow, [makeQuestion()], opened(makeQuestion(), 1)));
    expect(rows.slice(-4)).toEqual([
      '  1 OIDC  By a provider',
      '▌ 2 SAML',
      '  i Other: your own words',
      '1-2 answer, enter chooses, esc back',
    ]);
  });

  it('says which of several it is, and what was answered', () => {
    const questions = [
      makeQuestion({ count: 2 }),
      makeQuestion({ id: 'call_1:1', index: 1, count: 2, header: 'Store', text: 'Which database?' }),
    ];
    const answered: StoreEvent = {
      type: 'answers-changed',
      taskId: 'c1',
      soFar: { questionIds: 'call_1:0 call_1:1', answers: [{ option: 1 }] },
    };
    expect(inside(asking(SIZES.usual, questions)).join('\n')).toContain('? Auth, question 1 of 2 ─');
    const rows = inside(asking(SIZES.usual, questions, answered)).slice(-7, -4);
    expect(rows).toEqual([
      expect.stringContaining('? Store, question 2 of 2 ─'),
      'answered: 1 SAML',
      'Which database?',
    ]);
  });

  it('a plan takes a comment, and a menu takes no words', () => {
    const plan = makeQuestion({ kind: 'plan', options: [{ label: 'Implement the plan', description: '' }] });
    expect(inside(asking(SIZES.usual, [plan]))).toContain('  i Comment on the plan');
    const menu = makeQuestion({ kind: 'menu', header: '', takesText: false });
    const rows = inside(asking(SIZES.usual, [menu]));
    expect(rows.join('\n')).toContain('── ? menu ─');
    expect(rows.join('\n')).not.toContain('words');
  });

  it.each(Object.entries(SIZES))('keeps the options of a long question on a %s screen', (_, size) => {
    const rows = inside(asking(size, [MANY], opened(MANY, 4)));
    expect(rows.some((row) => row.startsWith('▌ 5 Option 4'))).toBe(true);
    if (size.rows < 20) return;
    for (let option = 1; option <= 9; option++)
      expect(rows.some((row) => row.slice(2).startsWith(`${option} Option`))).toBe(true);
    expect(rows.join('\n')).toContain('v shows all');
  });

  it('leaves room for the conversation', () => {
    const messages = live(you(1, 'Pin it'), agent(2, Array(60).fill('line').join('\n\n')));
    const question = makeQuestion({ text: LONG });
    const rows = inside(asking(SIZES.usual, [question], transcriptReceived('c1', messages)));
    // The conversation is newer than the list, and asks nothing.
    expect(rows.join('\n')).not.toContain('OIDC');
    const both = inside(asking(SIZES.usual, [question], opened(question)));
    expect(both.findIndex((row) => row.includes('? Auth'))).toBeGreaterThan(4);
  });

  it('is sanitised and fits for all texts', () => {
    for (const text of WORDS)
      for (const size of Object.values(SIZES)) {
        const hostile = makeQuestion({
          header: text,
          text,
          options: [
            { label: text, description: text },
            { label: text, description: LONG },
          ],
        });
        const rows = inside(asking(size, [hostile], opened(hostile)));
        expect(rows.join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
      }
  });

  it('can be read in full', () => {
    const rows = fullTextRows(asking(SIZES.usual, [MANY]), 200).map(({ text }) => text);
    expect(rows).toContain('Auth');
    expect(rows.join(' ')).toContain(LONG.trim().slice(-60));
    expect(rows).toContain('Option 9');
  });

  it('says that the answer is being sent until a server has it', () => {
    const answer = (stage: 'sending' | 'queued'): StoreEvent => ({
      type: 'delivery-added',
      delivery: delivery({ taskId: 'c1', text: 'OIDC', stage, extras: { questionId: 'call_1:0' } }),
    });
    expect(inside(asking(SIZES.usual, [makeQuestion()], answer('sending'))).slice(-3)).toEqual([
      expect.stringMatching(/^── your answer is being sent ─+$/u),
      'OIDC',
      'sending…',
    ]);
    const accepted = inside(asking(SIZES.usual, [makeQuestion()], answer('queued')));
    expect(accepted.join('\n')).not.toContain('being sent');
  });
});
