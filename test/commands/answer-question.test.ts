import { beforeEach, describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/question.ts';
import type { Task } from '../../src/domain/task.ts';
import { type ChatFields, makeChat, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, delivery, draftTyped, emptyState } from '../store/state-builders.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const FLOW: Question = {
  id: 'call_1:0',
  kind: 'choice',
  header: 'Auth',
  text: 'Which flow?',
  options: [
    { label: 'OIDC', description: 'One sign-in.' },
    { label: 'SAML', description: '' },
  ],
  takesText: true,
  index: 0,
  count: 1,
};
const STORE: Question = {
  ...FLOW,
  id: 'call_1:1',
  header: 'Store',
  text: 'Which database?',
  options: [
    { label: 'Postgres', description: '' },
    { label: 'SQLite', description: '' },
  ],
  index: 1,
};
const TWO = [
  { ...FLOW, count: 2 },
  { ...STORE, count: 2 },
];
const PLAN: Question = {
  ...FLOW,
  id: 'call_2:0',
  kind: 'plan',
  header: 'Plan',
  text: 'Implement the proposed plan?',
  options: [{ label: 'Implement the plan', description: '' }],
};

const chat = (id: string, questions: readonly Question[], about: ChatFields = {}): Task =>
  makeChat({ id, displayName: `Chat ${id}`, questions, ...about });

let clock: ManualClock;
let app: AppFixture;

const open = (...tasks: readonly Task[]): AppFixture => {
  clock = manualClock(NOON);
  return appFixture(applyEvents(emptyState(), chatsReceived(tasks)), clock);
};
/** The same after the time in which keys do not answer. */
async function openAndRead(...tasks: readonly Task[]): Promise<AppFixture> {
  const opened = open(...tasks);
  await clock.advance(300);
  return opened;
}

const sent = (): readonly unknown[] => app.calls.filter(({ what }) => what === 'send');
const send = (text: string, questionId: string, taskId = 'a', more = {}) => ({
  what: 'send',
  taskId,
  text,
  extras: { questionId, isChosen: true, ...more },
});
/** The same with words in it, which return to the prompt when the answer is refused. */
const sendWords = (text: string, questionId: string) => ({
  what: 'send',
  taskId: 'a',
  text,
  extras: { questionId },
});
const kindOfOverlay = (): string | undefined => app.state().view.overlay?.kind;

describe('in the list', () => {
  it('a digit answers the question of the selected row, also when others are marked', async () => {
    app = await openAndRead(chat('a', [FLOW]), chat('b', [PLAN]));
    app.dispatch({ type: 'marks-changed', marked: new Set(['b']) });
    app.press('2');
    expect(sent()).toEqual([send('SAML', 'call_1:0')]);
    expect(app.state().view.overlay).toBe(null);
  });

  it('a digit without a question, or without that option, does nothing and says so', async () => {
    app = await openAndRead(chat('a', []), chat('b', [FLOW]));
    app.press('1');
    expect(app.notice()).toBe('It asks nothing.');
    app.press('down');
    await clock.advance(300);
    app.press('3');
    expect(app.notice()).toContain('It has 2 options.');
    expect(app.calls).toEqual([]);
  });

  it('keys answer only 300 ms after the row was selected', async () => {
    app = await openAndRead(chat('a', []), chat('b', [FLOW]));
    app.press('down');
    await clock.advance(299);
    app.press('1');
    expect(app.notice()).toContain('just appeared');
    app.press('enter');
    expect(app.notice()).toContain('just appeared');
    expect(kindOfOverlay()).toBe(undefined);
    expect(sent()).toEqual([]);
    await clock.advance(1);
    app.press('1');
    expect(sent()).toEqual([send('OIDC', 'call_1:0', 'b')]);
  });

  it('keys answer only 300 ms after the question appeared', async () => {
    app = await openAndRead(chat('a', []));
    await clock.advance(5_000);
    app.dispatch(chatsReceived([chat('a', [PLAN])], NOON + 5_300));
    app.press('1');
    expect(app.notice()).toContain('just appeared');
    expect(sent()).toEqual([]);
    await clock.advance(300);
    app.press('2');
    app.press('1');
    expect(sent()).toEqual([send('Implement the plan.', 'call_2:0', 'a', { planMode: false })]);
  });

  it('a question counts as new when a menu that hid it closes', async () => {
    app = await openAndRead(chat('a', [FLOW]));
    app.press(':');
    await clock.advance(300);
    app.press('esc', '1');
    expect(app.notice()).toContain('just appeared');
    expect(sent()).toEqual([]);
  });

  it('a held digit answers only the first of two questions', async () => {
    app = await openAndRead(chat('a', TWO));
    for (let repeat = 0; repeat < 40; repeat++) {
      app.press('1');
      await clock.advance(repeat === 0 ? 660 : 33);
    }
    expect(app.state().answersSoFar.get('a')?.answers).toEqual([{ option: 0 }]);
    expect(app.notice()).toContain('A held key answers only one question.');
    expect(sent()).toEqual([]);
    await clock.advance(700);
    app.press('1');
    expect(sent()).toEqual([send('1. Auth: OIDC\n2. Store: Postgres', 'call_1:0')]);
  });

  it('while the answer is on its way, digits say so', async () => {
    app = await openAndRead(chat('a', [FLOW]));
    const extras = { questionId: FLOW.id };
    app.dispatch({ type: 'delivery-added', delivery: delivery({ taskId: 'a', text: 'OIDC', extras }) });
    app.press('2');
    expect(app.notice()).toBe('The answer is being sent.');
    expect(sent()).toEqual([]);
  });

  it('digits are text in the prompt, and i writes an ordinary message', async () => {
    app = await openAndRead(chat('a', [FLOW]));
    app.press('i');
    app.type('1');
    app.press('enter');
    expect(sent()).toEqual([{ what: 'send', taskId: 'a', text: '1' }]);
  });

  it('V and a digit apply a saved view', async () => {
    const state = applyEvents(emptyState(), chatsReceived([chat('a', []), chat('b', [])]));
    app = appFixture({
      ...state,
      settings: {
        ...state.settings,
        views: { 1: { name: 'One', filter: 'b' }, 2: { name: 'Two 1', filter: 'a' } },
      },
    });
    app.press('V', '1', 'enter');
    expect(app.state().view).toMatchObject({ filter: 'b', overlay: null });
    app.press('V', 'enter');
    expect(app.state().view).toMatchObject({ filter: '', overlay: null });
    expect(app.calls).toEqual([]);
  });
});

describe('in the options', () => {
  beforeEach(async () => {
    app = await openAndRead(chat('a', [FLOW]), chat('b', [PLAN]));
    app.press('enter');
    await clock.advance(700);
  });

  it('enter opens them, arrows choose, enter answers', () => {
    expect(app.state().view).toMatchObject({ focus: 'list', overlay: { kind: 'options', option: 0 } });
    app.press('j', 'j', 'down', 'k', 'k');
    expect(app.state().view.overlay).toMatchObject({ option: 1 });
    app.press('enter');
    expect(sent()).toEqual([send('SAML', 'call_1:0')]);
    expect(kindOfOverlay()).toBe(undefined);
  });

  it('digits answer, esc goes back, y and n do nothing', () => {
    app.press('y', 'n', 'q');
    expect(kindOfOverlay()).toBe('options');
    app.press('esc');
    expect(app.state().view).toMatchObject({ overlay: null, focus: 'list' });
    app.press('enter');
    expect(sent()).toEqual([]);
  });

  it.each([['i'], ['k', 'enter']])('%s %s writes an answer in words', async (...keys) => {
    app.press(...keys);
    expect(app.state().view).toMatchObject({ overlay: null, focus: 'prompt' });
    app.press('enter');
    expect(app.notice()).toBe('The answer is empty.');
    app.type('12 factors');
    app.press('enter');
    expect(sent()).toEqual([sendWords('Other: 12 factors', 'call_1:0')]);
    expect(app.state().view).toMatchObject({ focus: 'list', answeredQuestion: null });
    expect(app.state().drafts.size).toBe(0);
  });

  it('the draft of the task is the beginning of the answer, and stays when the user goes back', () => {
    app.press('esc');
    app.dispatch(draftTyped('a', 'Ask Grace'));
    app.press('enter', 'i');
    app.type(' first');
    app.press('esc');
    expect(app.state().view).toMatchObject({ focus: 'list', answeredQuestion: null });
    expect(app.state().drafts.get('a')?.text).toBe('Ask Grace first');
    expect(sent()).toEqual([]);
  });

  it('an answer in words to a question that is gone stays as the draft', () => {
    app.press('i');
    app.type('Basic');
    app.dispatch(chatsReceived([chat('a', []), chat('b', [PLAN])], NOON + 2_000));
    app.press('enter');
    expect(app.notice()).toContain('The draft stays.');
    expect(sent()).toEqual([]);
    expect(app.state().drafts.get('a')?.text).toBe('Basic');
  });

  it('they close when the question was answered elsewhere', () => {
    app.dispatch(chatsReceived([chat('a', []), chat('b', [PLAN])], NOON + 2_000));
    expect(kindOfOverlay()).toBe(undefined);
    expect(app.notice()).toContain('The question is no longer open');
    app.press('enter');
    expect(app.state().view.focus).toBe('prompt');
    expect(sent()).toEqual([]);
  });

  it('another question shows its own options, which keys reach after 300 ms', async () => {
    app.press('down');
    app.dispatch(chatsReceived([chat('a', [STORE]), chat('b', [PLAN])], NOON + 2_000));
    expect(app.state().view.overlay).toMatchObject({ kind: 'options', questionId: 'a call_1:1', option: 0 });
    app.press('enter');
    expect(sent()).toEqual([]);
    expect(app.notice()).toContain('just appeared');
    await clock.advance(300);
    app.press('2');
    expect(sent()).toEqual([send('SQLite', 'call_1:1')]);
  });

  it('v shows all of the question', () => {
    app.press('v');
    expect(kindOfOverlay()).toBe('texts');
  });
});

it('enter that is held opens the options and answers nothing', async () => {
  app = await openAndRead(chat('a', [FLOW]));
  for (let repeat = 0; repeat < 40; repeat++) {
    app.press('enter');
    await clock.advance(repeat === 0 ? 500 : 33);
  }
  expect(kindOfOverlay()).toBe('options');
  expect(sent()).toEqual([]);
});

it('the palette opens the options', async () => {
  app = await openAndRead(chat('a', [FLOW]));
  app.press(':');
  app.type('Answer the question');
  await clock.advance(0);
  app.press('enter');
  expect(kindOfOverlay()).toBe('options');
});

describe('several questions', () => {
  it('are answered one after the other and sent once, in the options with words too', async () => {
    app = await openAndRead(chat('a', TWO));
    app.press('enter');
    await clock.advance(700);
    app.press('i');
    app.type('Passkeys');
    app.press('enter');
    expect(sent()).toEqual([]);
    expect(kindOfOverlay()).toBe('options');
    await clock.advance(700);
    app.press('2');
    expect(sent()).toEqual([sendWords('1. Auth: Other: Passkeys\n2. Store: SQLite', 'call_1:0')]);
  });

  it.each(['backspace', 'left'])('%s goes back to the question before', async (key) => {
    app = await openAndRead(chat('a', TWO));
    app.press('enter', key);
    expect(app.notice()).toBe('It is the first question.');
    await clock.advance(700);
    app.press('1', key);
    await clock.advance(700);
    app.press('2');
    await clock.advance(700);
    app.press('1');
    expect(sent()).toEqual([send('1. Auth: SAML\n2. Store: Postgres', 'call_1:0')]);
  });

  it('answers stay when the selection moves on, and are forgotten when the questions change', async () => {
    const other = [
      { ...FLOW, id: 'call_9:0', count: 2 },
      { ...STORE, id: 'call_9:1', count: 2 },
    ];
    app = await openAndRead(chat('a', TWO), chat('b', []));
    app.press('1', 'down', 'up');
    await clock.advance(300);
    app.dispatch(chatsReceived([chat('a', TWO), chat('b', [])], NOON + 2_000));
    app.press('2');
    expect(sent()).toEqual([send('1. Auth: OIDC\n2. Store: SQLite', 'call_1:0')]);
    app.press('1');
    app.dispatch(chatsReceived([chat('a', other), chat('b', [])], NOON + 3_000));
    await clock.advance(700);
    app.press('1');
    expect(sent()).toHaveLength(1);
    await clock.advance(700);
    app.press('1');
    expect(sent().at(-1)).toEqual(send('1. Auth: OIDC\n2. Store: Postgres', 'call_9:0'));
  });
});
