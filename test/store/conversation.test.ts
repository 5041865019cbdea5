import { describe, expect, it } from 'vitest';
import { NOTHING_SEEN } from '../../src/domain/history.ts';
import { takeTranscriptInto } from '../../src/domain/take-transcript.ts';
import type { Message } from '../../src/domain/transcript.ts';
import type { RecalledPart } from '../../src/store/conversation.ts';
import type { State } from '../../src/store/state.ts';
import { anchorAt, newLines, topOf, transcriptView, windowOf } from '../../src/store/transcript-view.ts';
import { agent, live, MINUTE, NOON, snapshot, you } from '../domain/make.ts';
import { delivery, play, showing, transcribed } from './make.ts';

const WIDTH = 40;
const at = (minute: number): number => NOON + minute * MINUTE;
const asked = you(1, 'Fix it', at(1));
const answered = agent(2, 'Which branch?', at(2));

/** What the transcript pane of task a reads, heading and text. */
const shown = (state: State): readonly string[] =>
  windowOf(transcriptView(state, 'a', WIDTH), undefined, 1_000).lines.flatMap((line) => {
    if (line.kind === 'blank') return [];
    return line.kind === 'text' ? [line.text] : [`[${line.block.mark ?? line.block.from}]`];
  });

const kept = (messages: readonly Message[], about: Partial<RecalledPart> = {}): RecalledPart => ({
  history: takeTranscriptInto(NOTHING_SEEN, live(...messages)),
  hasOlder: false,
  read: null,
  ...about,
});

const recalled = (part: RecalledPart) => ({ type: 'conversation-recalled', taskId: 'a', part }) as const;

describe('the conversation that is shown', () => {
  it('is what the server says, with the mark of a restart and what was taken back', () => {
    const state = play(
      showing('a'),
      transcribed('a', live(asked, answered)),
      transcribed('a', live(asked)),
      transcribed('a', live(you(1, 'Fix it', at(60)))),
    );
    expect(shown(state)).toEqual([
      '[you]',
      'Fix it',
      '[retracted]',
      'Which branch?',
      '[restart]',
      '[you]',
      'Fix it',
    ]);
  });

  it('is whole in the pause, and the transcript by which deliveries are decided is the server’s alone', () => {
    const state = play(
      showing('a'),
      transcribed('a', live(asked, answered)),
      transcribed('a', snapshot(answered), NOON + 1),
    );
    expect(shown(state)).toEqual(['[you]', 'Fix it', '[agent]', 'Which branch?']);
    expect(state.transcripts.get('a')?.transcript?.messages).toEqual([answered]);
  });

  it('has what this machine kept, whether that is read before the server answers or after', () => {
    const now = transcribed('a', snapshot(agent(9, 'Done', at(9))));
    const expected = ['[you]', 'Fix it', '[agent]', 'Which branch?', '[gap]', '[agent]', 'Done'];
    expect(shown(play(showing('a'), recalled(kept([asked, answered])), now))).toEqual(expected);
    expect(shown(play(showing('a'), now, recalled(kept([asked, answered]))))).toEqual(expected);
  });

  it('is there although the server cannot tell it', () => {
    expect(shown(play(showing('a'), recalled(kept([asked]))))).toEqual(['[you]', 'Fix it']);
  });

  it('goes with its task', () => {
    const state = play(showing('a', 'b'), recalled(kept([asked])), {
      type: 'task-gone',
      taskId: 'a',
      now: NOON,
    });
    expect(state.conversations.has('a')).toBe(false);
  });
});

describe('what is new since the reader looked', () => {
  const readAll = { run: 0, id: 2, length: answered.content.length };
  const more = agent(4, 'Done', at(4));

  it('is below a line', () => {
    const state = play(
      showing('a'),
      recalled(kept([asked, answered], { read: readAll })),
      transcribed('a', live(asked, answered, more)),
    );
    expect(shown(state)).toEqual(['[you]', 'Fix it', '[agent]', 'Which branch?', '[new]', '[agent]', 'Done']);
  });

  it('has no line when nothing is, nor when all of it is', () => {
    const nothing = play(showing('a'), recalled(kept([asked, answered], { read: readAll })));
    expect(shown(nothing)).not.toContain('[new]');
    expect(shown(play(showing('a'), transcribed('a', live(asked, answered))))).not.toContain('[new]');
  });

  it('is a message that grew, too', () => {
    const state = play(
      showing('a'),
      recalled(kept([asked, answered], { read: readAll })),
      transcribed('a', live(asked, agent(2, 'Which branch?\nmain?', at(3)))),
    );
    expect(shown(state)).toEqual(['[you]', 'Fix it', '[new]', '[agent]', 'Which branch?', 'main?']);
  });

  it('is what came while another task was looked at', () => {
    const away = play(
      showing('a', 'b'),
      transcribed('a', live(asked, answered)),
      { type: 'selected', taskId: 'b' },
      transcribed('a', live(asked, answered, more), NOON + 1),
      { type: 'selected', taskId: 'a' },
    );
    expect(shown(away)).toContain('[new]');
    const again = play(away, { type: 'selected', taskId: 'b' }, { type: 'selected', taskId: 'a' });
    expect(shown(again)).not.toContain('[new]');
  });

  it('is what came while the window had no focus, and not what came before the eyes', () => {
    const watching = play(
      showing('a', 'b'),
      transcribed('a', live(asked)),
      { type: 'focus-changed', focused: false, now: NOON },
      { type: 'focus-changed', focused: true, now: NOON },
      transcribed('a', live(asked, answered), NOON + 1),
    );
    expect(shown(watching)).not.toContain('[new]');
    const away = play(
      watching,
      { type: 'focus-changed', focused: false, now: NOON },
      transcribed('a', live(asked, answered, more), NOON + 2),
    );
    expect(shown(away)).toContain('[new]');
  });

  it('is read when it is answered', () => {
    const state = play(
      showing('a'),
      recalled(kept([asked, answered], { read: readAll })),
      transcribed('a', live(asked, answered, more)),
      { type: 'delivery-begun', delivery: delivery() },
    );
    expect(shown(state)).not.toContain('[new]');
  });
});

describe('who has scrolled up', () => {
  const long = (count: number, id = 2) =>
    agent(id, Array.from({ length: count }, (_, index) => `line ${index}`).join('\n'), at(2));
  const before = play(showing('a'), transcribed('a', live(asked, long(50))));
  const scrolled = play(before, {
    type: 'scrolled',
    taskId: 'a',
    anchor: anchorAt(transcriptView(before, 'a', WIDTH), 20, 10),
  });
  const count = (state: State): number => newLines(state, 'a', transcriptView(state, 'a', WIDTH));
  const firstLine = (state: State): unknown => {
    const view = transcriptView(state, 'a', WIDTH);
    const [line] = windowOf(view, state.view.scroll.get('a'), 10).lines;
    return line?.kind === 'text' ? [line.block.message, line.line] : line;
  };

  it('is told how many lines came since', () => {
    expect(count(scrolled)).toBe(0);
    const grown = play(scrolled, transcribed('a', live(asked, long(55)), NOON + 1));
    expect(count(grown)).toBe(5);
    const answer = play(grown, transcribed('a', live(asked, long(55), agent(3, 'Done', at(3))), NOON + 2));
    expect(count(answer)).toBe(5 + 3);
    expect(count(play(answer, { type: 'scrolled', taskId: 'a', anchor: null }))).toBe(0);
  });

  it('keeps the line that they look at when older messages come in above, and others are taken back', () => {
    const older = kept([you(0, 'Long ago', at(0)), asked]);
    const state = play(scrolled, recalled(older));
    expect(shown(state).slice(0, 2)).toEqual(['[you]', 'Long ago']);
    expect(firstLine(state)).toEqual(firstLine(scrolled));
    const taken = play(scrolled, transcribed('a', live(you(1, 'Fix that', at(1)), long(50)), NOON + 1));
    expect(shown(taken)[0]).toBe('[retracted]');
    expect(firstLine(taken)).toEqual(firstLine(scrolled));
  });

  it('asks for what is older once they come near the beginning', () => {
    const some = play(before, recalled(kept([asked, long(50)], { hasOlder: true })));
    const top = topOf(transcriptView(some, 'a', WIDTH), undefined, 10);
    const anchor = anchorAt(transcriptView(some, 'a', WIDTH), top - 1, 10);
    expect(some.conversations.get('a')?.older).toBe('some');
    expect(play(some, { type: 'scrolled', taskId: 'a', anchor }).conversations.get('a')?.older).toBe('asked');
  });
});
