import { describe, expect, it } from 'vitest';
import { renderProse } from '../../../src/domain/markdown/prose.ts';
import { type Message, type MessagePart, textParts } from '../../../src/domain/message.ts';
import type { LiveTurn } from '../../../src/domain/transcript.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import { selectedTask } from '../../../src/store/selectors.ts';
import type { State } from '../../../src/store/state.ts';
import { transcriptLines } from '../../../src/view/detail/detail-lines.ts';
import { sentencesEnd } from '../../../src/view/detail/live-sentences.ts';
import { liveStatusWords } from '../../../src/view/detail/live-words.ts';
import { NOTHING_ANNOUNCED, newMessageWords } from '../../../src/view/detail/transcript-words.ts';
import { PLAIN_THEME } from '../../../src/view/theme.ts';
import { searchTranscript } from '../../../src/view/transcript/transcript-search.ts';
import { transcriptView, visibleLines } from '../../../src/view/transcript/transcript-view.ts';
import { agent, hostileParts, live, makeChat, NOON, toolCall, you } from '../../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState } from '../../store/state-builders.ts';
import { ALL_HOSTILE_TEXT } from '../../support/hostile-text.ts';

const WIDTH = 42;
const turn = (...parts: readonly MessagePart[]): LiveTurn => ({ parts, at: NOON + 1_000, retry: null });
const written = (text: string): LiveTurn => turn(...textParts(text));

let received = NOON;
const pushed = (messages: readonly Message[], shown: LiveTurn | null): StoreEvent => {
  received++;
  return {
    type: 'transcript-received',
    taskId: 'c',
    transcript: { ...live(...messages), hasOlder: false, ...(shown !== null && { live: shown }) },
    startedAt: received,
    refreshMs: Number.POSITIVE_INFINITY,
    pushed: true,
    now: received,
  };
};

const BEFORE = [you(1, 'go'), agent(2, 'on it')];

const following = (shown: LiveTurn | null, messages: readonly Message[] = BEFORE): State => ({
  ...applyEvents(
    emptyState(),
    chatsReceived([makeChat({ id: 'c', status: 'running' })]),
    { type: 'task-selected', taskId: 'c' },
    { type: 'transcript-followed', taskId: 'c' },
    pushed(messages, shown),
  ),
  proseRenderer: renderProse,
});

const screen = (state: State, height = 40, width = WIDTH): readonly string[] => {
  const task = selectedTask(state);
  if (task === null) throw new Error('No task is selected.');
  return transcriptLines(state, task, PLAIN_THEME, width, height);
};

describe('a live turn on the screen', () => {
  it('is the message that the agent is writing, below the conversation', () => {
    expect(screen(following(written('I look at **it**')))).toEqual([
      'you 12:00',
      '  go',
      '',
      'agent 12:00',
      '  on it',
      '',
      'agent 12:00 writing…',
      '  I look at it …',
    ]);
  });

  it('shows calls in one line each, and reasoning folded', () => {
    const shown = turn(
      { type: 'reasoning', text: 'It is read twice.\nReally.' },
      toolCall({ id: 'r', title: 'Run the tests', status: 'running', output: 'ok\nok\nok' }),
    );
    expect(screen(following(shown)).slice(-3)).toEqual(
      ['  thinking: It is read twice. Really.', expect.stringContaining('Run the tests')].flatMap(
        (line, index) => (index === 0 ? ['', line] : [line]),
      ),
    );
  });

  it('has no sign where its last line fills the width', () => {
    const full = 'x'.repeat(WIDTH - 2);
    expect(screen(following(written(full))).at(-1)).toBe(`  ${full}`);
  });

  it('shows nothing of what could control the terminal', () => {
    const shown = turn(...hostileParts(() => ALL_HOSTILE_TEXT));
    const lines = screen(
      following({ ...shown, retry: { attempt: 1, error: ALL_HOSTILE_TEXT, at: NOON + 9_000 } }),
    );
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
  });

  it.each([
    ['text', textParts('I **pinned** the clock.\n\n- in two tests\n- and a third')],
    [
      'calls',
      [{ type: 'reasoning', text: 'why' }, toolCall({ id: 'r', title: 'Run', status: 'done' })] as const,
    ],
    ['text and calls', [...textParts('I run it.'), toolCall({ id: 'r', title: 'Run', status: 'done' })]],
  ])('keeps each line of %s in its row when it becomes a message', (_, parts) => {
    const calls = agent(3, '');
    for (const messages of [
      BEFORE,
      [...BEFORE, { ...calls, parts: [toolCall({ id: 'q', title: 'Read' })] }],
    ]) {
      const writing = following(turn(...parts), messages);
      const stored = applyEvents(
        writing,
        pushed([...messages, { id: 9, role: 'agent', parts, at: NOON + 1_000 }], null),
      );
      const bare = (lines: readonly string[]) => lines.map((line) => line.replace(/ …$| writing…$/u, ''));
      expect(bare(screen(writing))).toEqual(bare(screen(stored)));
    }
  });

  it('leaves the rows of a reader who scrolled up where they are', () => {
    const long = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n\n');
    const anchored = applyEvents(following(written(long)), {
      type: 'transcript-scrolled',
      taskId: 'c',
      anchor: { message: 2, line: 21 },
    });
    const grown = applyEvents(anchored, pushed(BEFORE, written(`${long}\n\nmore`)));
    const stored = applyEvents(grown, pushed([...BEFORE, agent(9, `${long}\n\nmore`, NOON + 1_000)], null));
    const next = applyEvents(
      stored,
      pushed([...BEFORE, agent(9, `${long}\n\nmore`, NOON + 1_000)], written('And now')),
    );
    expect(screen(anchored, 5)).toContain('  line 10');
    for (const state of [grown, stored, next]) expect(screen(state, 5)).toEqual(screen(anchored, 5));
  });

  it('stays at the end for a reader who follows it', () => {
    const text = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n\n');
    const writing = following(written(text));
    const stored = applyEvents(writing, pushed([...BEFORE, agent(9, text, NOON + 1_000)], null));
    expect(screen(writing, 5).at(-1)).toBe('  line 59 …');
    expect(screen(stored, 5).at(-1)).toBe('  line 59');
  });

  it('is found by the search', () => {
    const view = transcriptView(following(written('Running the linter')), 'c', WIDTH);
    expect(searchTranscript(view, 'linter').total).toBe(1);
  });
});

describe('one more part', () => {
  const COUNT = 4_000;
  /** Another width than before, so that nothing is rendered yet. */
  const width = WIDTH + 1;

  it('reads no message of the conversation, and renders only the end of a long live text', () => {
    let reads = 0;
    let rendered = 0;
    const messages = Array.from({ length: COUNT }, (_, id): Message => {
      const message = id % 2 === 0 ? agent(id, `Answer ${id}`) : you(id, `Question ${id}`);
      return {
        ...message,
        get parts() {
          reads++;
          return message.parts;
        },
      };
    });
    const paragraph = 'Some **bold** words about a long story.\n\n';
    let text = paragraph.repeat(1_400);
    let state: State = {
      ...following(written(text), messages),
      proseRenderer: (...args) => {
        rendered += args[0].join('\n').length;
        return renderProse(...args);
      },
    };
    visibleLines(transcriptView(state, 'c', width), undefined, 20);
    [reads, rendered] = [0, 0];
    const PARTS = 50;
    for (let part = 0; part < PARTS; part++) {
      text += '**word** ';
      state = applyEvents(state, pushed(messages, written(text)));
      expect(visibleLines(transcriptView(state, 'c', width), undefined, 20).lines.at(-1)).toMatchObject({
        text: expect.stringContaining('word'),
      });
    }
    expect(reads).toBeLessThan(PARTS * 4);
    // A section of the text, which has at most 4,000 characters.
    expect(rendered / PARTS).toBeGreaterThan(0);
    expect(rendered / PARTS).toBeLessThan(5_000);
  });
});

describe('a retry', () => {
  const waiting = (at: number, error = 'Provider is overloaded.'): LiveTurn => ({
    parts: [],
    at: NOON,
    retry: { attempt: 2, error, at },
  });

  it.each([
    [NOON + 5_000, 'Provider is overloaded. Tries again in 5 s (attempt 2).'],
    [NOON + 4_001, 'Provider is overloaded. Tries again in 5 s (attempt 2).'],
    [NOON + 900, 'Provider is overloaded. Tries again in 1 s (attempt 2).'],
    [NOON - 900, 'Provider is overloaded. Tries again now (attempt 2).'],
  ])('counts whole seconds down', (at, words) => {
    expect(screen({ ...following(waiting(at)), now: NOON }, 40, 80).slice(-2)).toEqual([
      'agent 12:00',
      `  ${words}`,
    ]);
  });

  it.each([
    ['a long error', 'The provider says that it cannot take any more requests', 40],
    ['a narrow pane', 'Overloaded', 34],
  ])('shows its time beside %s', (_, error, width) => {
    const item = { kind: 'live', key: 'live', taskId: 'c', isInterrupting: false } as const;
    const words = liveStatusWords({ ...item, turn: waiting(NOON + 5_000, error) }, NOON, width);
    expect(words).toContain('Tries again in 5 s (attempt 2).');
    expect(words.length).toBeLessThanOrEqual(width);
  });

  it('changes only its row with each second', () => {
    const state = following(waiting(NOON + 5_000));
    const [before, after] = [screen({ ...state, now: NOON }), screen({ ...state, now: NOON + 1_000 })];
    expect(after.filter((line, row) => line !== before[row])).toHaveLength(1);
    expect(after).toHaveLength(before.length);
  });
});

it('a live turn that is interrupted says so below its text', () => {
  const state = applyEvents(
    following(written('I look')),
    chatsReceived([makeChat({ id: 'c', status: 'interrupting' })], NOON + 60_000),
  );
  expect(screen(state).slice(-2)).toEqual(['  I look', '  Interrupting the turn…']);
});

describe('the words for a screen reader', () => {
  it.each([
    ['', 0],
    ['I look', 0],
    ['I look.', 0],
    ['I look. And', 7],
    ['Is it? “Yes.” No', 13],
    ['a\nb', 2],
    ['Version 1.2 of it', 0],
    ['見ました。次', 5],
  ])('of %j end at %d', (text, end) => {
    expect(sentencesEnd(text)).toBe(end);
  });

  it('are whole sentences, each once, also when the turn becomes a message', () => {
    let position = newMessageWords(following(null), NOTHING_ANNOUNCED).position;
    const said: string[] = [];
    const hear = (state: State): void => {
      const news = newMessageWords(state, position);
      ({ position } = news);
      said.push(...news.lines);
    };
    let text = '';
    for (const piece of ['I lo', 'ok at it. Th', 'en I ', 'run it. And ', 'I am done.']) {
      text += piece;
      hear(following(written(text)));
    }
    expect(said).toEqual(['Agent:', 'I look at it.', 'Then I run it.']);
    const stored = [...BEFORE, agent(9, text)];
    hear(following(null, stored));
    hear(following(null, stored));
    expect(said.slice(3)).toEqual(['And I am done.']);
    hear(following(written('Next. '), stored));
    expect(said.slice(4)).toEqual(['Agent:', 'Next.']);
  });

  it('say a retry and an interruption once', () => {
    const { position } = newMessageWords(following(null), NOTHING_ANNOUNCED);
    const waiting = (attempt: number, ms: number) =>
      following({ parts: [], at: NOON, retry: { attempt, error: 'Overloaded.', at: NOON + ms } });
    const first = newMessageWords({ ...waiting(1, 5_000), now: NOON }, position);
    const later = newMessageWords({ ...waiting(1, 5_000), now: NOON + 1_000 }, first.position);
    const second = newMessageWords({ ...waiting(2, 9_000), now: NOON }, later.position);
    expect([first.lines, later.lines, second.lines]).toEqual([
      ['Overloaded. Tries again in 5 s (attempt 1).'],
      [],
      ['Overloaded. Tries again in 9 s (attempt 2).'],
    ]);
  });
});
