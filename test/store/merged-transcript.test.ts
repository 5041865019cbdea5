import { describe, expect, it } from 'vitest';
import { mergeTranscript } from '../../src/domain/merge-transcript.ts';
import { EMPTY_CONVERSATION } from '../../src/domain/stored-conversation.ts';
import type { Message } from '../../src/domain/transcript.ts';
import type { StoredPart } from '../../src/store/merged-transcript.ts';
import type { State } from '../../src/store/state.ts';
import {
  anchorAt,
  newLineCount,
  scrollTopOf,
  transcriptView,
  visibleLines,
} from '../../src/store/transcript-view.ts';
import { agent, live, MINUTE, NOON, snapshot, you } from '../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks, transcriptReceived } from './state-builders.ts';

const WIDTH = 40;
const at = (minute: number): number => NOON + minute * MINUTE;
const asked = you(1, 'Fix it', at(1));
const answered = agent(2, 'Which branch?', at(2));

/** What the transcript pane of task a reads, heading and text. */
const shown = (state: State): readonly string[] =>
  visibleLines(transcriptView(state, 'a', WIDTH), undefined, 1_000).lines.flatMap((line) => {
    if (line.kind === 'blank') return [];
    return line.kind === 'text' ? [line.text] : [`[${line.block.separator ?? line.block.from}]`];
  });

const kept = (messages: readonly Message[], about: Partial<StoredPart> = {}): StoredPart => ({
  conversation: mergeTranscript(EMPTY_CONVERSATION, live(...messages)),
  hasOlder: false,
  readUpTo: null,
  ...about,
});

const recalled = (part: StoredPart) => ({ type: 'stored-conversation-loaded', taskId: 'a', part }) as const;

describe('the conversation that is shown', () => {
  it('is what the server says, with the mark of a restart and what was taken back', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      transcriptReceived('a', live(asked, answered)),
      transcriptReceived('a', live(asked)),
      transcriptReceived('a', live(you(1, 'Fix it', at(60)))),
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
    const state = applyEvents(
      stateWithTasks('a'),
      transcriptReceived('a', live(asked, answered)),
      transcriptReceived('a', snapshot(answered), NOON + 1),
    );
    expect(shown(state)).toEqual(['[you]', 'Fix it', '[agent]', 'Which branch?']);
    expect(state.transcripts.get('a')?.transcript?.messages).toEqual([answered]);
  });

  it('has what this machine kept, whether that is read before the server answers or after', () => {
    const now = transcriptReceived('a', snapshot(agent(9, 'Done', at(9))));
    const expected = ['[you]', 'Fix it', '[agent]', 'Which branch?', '[gap]', '[agent]', 'Done'];
    expect(shown(applyEvents(stateWithTasks('a'), recalled(kept([asked, answered])), now))).toEqual(expected);
    expect(shown(applyEvents(stateWithTasks('a'), now, recalled(kept([asked, answered]))))).toEqual(expected);
  });

  it('is there although the server cannot tell it', () => {
    expect(shown(applyEvents(stateWithTasks('a'), recalled(kept([asked]))))).toEqual(['[you]', 'Fix it']);
  });

  it('goes with its task', () => {
    const state = applyEvents(stateWithTasks('a', 'b'), recalled(kept([asked])), {
      type: 'task-disappeared',
      taskId: 'a',
      now: NOON,
    });
    expect(state.mergedTranscripts.has('a')).toBe(false);
  });
});

describe('what is new since the reader looked', () => {
  const readAll = { run: 0, id: 2, length: answered.content.length };
  const more = agent(4, 'Done', at(4));

  it('is below a line', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      recalled(kept([asked, answered], { readUpTo: readAll })),
      transcriptReceived('a', live(asked, answered, more)),
    );
    expect(shown(state)).toEqual(['[you]', 'Fix it', '[agent]', 'Which branch?', '[new]', '[agent]', 'Done']);
  });

  it('has no line when nothing is, nor when all of it is', () => {
    const nothing = applyEvents(
      stateWithTasks('a'),
      recalled(kept([asked, answered], { readUpTo: readAll })),
    );
    expect(shown(nothing)).not.toContain('[new]');
    expect(
      shown(applyEvents(stateWithTasks('a'), transcriptReceived('a', live(asked, answered)))),
    ).not.toContain('[new]');
  });

  it('is a message that grew, too', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      recalled(kept([asked, answered], { readUpTo: readAll })),
      transcriptReceived('a', live(asked, agent(2, 'Which branch?\nmain?', at(3)))),
    );
    expect(shown(state)).toEqual(['[you]', 'Fix it', '[new]', '[agent]', 'Which branch?', 'main?']);
  });

  it('is what came while another task was looked at', () => {
    const away = applyEvents(
      stateWithTasks('a', 'b'),
      transcriptReceived('a', live(asked, answered)),
      { type: 'task-selected', taskId: 'b' },
      transcriptReceived('a', live(asked, answered, more), NOON + 1),
      { type: 'task-selected', taskId: 'a' },
    );
    expect(shown(away)).toContain('[new]');
    const again = applyEvents(
      away,
      { type: 'task-selected', taskId: 'b' },
      { type: 'task-selected', taskId: 'a' },
    );
    expect(shown(again)).not.toContain('[new]');
  });

  it('is what came while the window had no focus, and not what came before the eyes', () => {
    const watching = applyEvents(
      stateWithTasks('a', 'b'),
      transcriptReceived('a', live(asked)),
      { type: 'window-focus-changed', focused: false, now: NOON },
      { type: 'window-focus-changed', focused: true, now: NOON },
      transcriptReceived('a', live(asked, answered), NOON + 1),
    );
    expect(shown(watching)).not.toContain('[new]');
    const away = applyEvents(
      watching,
      { type: 'window-focus-changed', focused: false, now: NOON },
      transcriptReceived('a', live(asked, answered, more), NOON + 2),
    );
    expect(shown(away)).toContain('[new]');
  });

  it('is read when it is answered', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      recalled(kept([asked, answered], { readUpTo: readAll })),
      transcriptReceived('a', live(asked, answered, more)),
      { type: 'delivery-added', delivery: delivery() },
    );
    expect(shown(state)).not.toContain('[new]');
  });
});

describe('who has scrolled up', () => {
  const long = (count: number, id = 2) =>
    agent(id, Array.from({ length: count }, (_, index) => `line ${index}`).join('\n'), at(2));
  const before = applyEvents(stateWithTasks('a'), transcriptReceived('a', live(asked, long(50))));
  const scrolled = applyEvents(before, {
    type: 'transcript-scrolled',
    taskId: 'a',
    anchor: anchorAt(transcriptView(before, 'a', WIDTH), 20, 10),
  });
  const count = (state: State): number => newLineCount(state, 'a', transcriptView(state, 'a', WIDTH));
  const firstLine = (state: State): unknown => {
    const view = transcriptView(state, 'a', WIDTH);
    const [line] = visibleLines(view, state.view.scrollAnchors.get('a'), 10).lines;
    return line?.kind === 'text' ? [line.block.message, line.line] : line;
  };

  it('is told how many lines came since', () => {
    expect(count(scrolled)).toBe(0);
    const grown = applyEvents(scrolled, transcriptReceived('a', live(asked, long(55)), NOON + 1));
    expect(count(grown)).toBe(5);
    const answer = applyEvents(
      grown,
      transcriptReceived('a', live(asked, long(55), agent(3, 'Done', at(3))), NOON + 2),
    );
    expect(count(answer)).toBe(5 + 3);
    expect(count(applyEvents(answer, { type: 'transcript-scrolled', taskId: 'a', anchor: null }))).toBe(0);
  });

  it('keeps the line that they look at when older messages come in above, and others are taken back', () => {
    const older = kept([you(0, 'Long ago', at(0)), asked]);
    const state = applyEvents(scrolled, recalled(older));
    expect(shown(state).slice(0, 2)).toEqual(['[you]', 'Long ago']);
    expect(firstLine(state)).toEqual(firstLine(scrolled));
    const taken = applyEvents(
      scrolled,
      transcriptReceived('a', live(you(1, 'Fix that', at(1)), long(50)), NOON + 1),
    );
    expect(shown(taken)[0]).toBe('[retracted]');
    expect(firstLine(taken)).toEqual(firstLine(scrolled));
  });

  it('asks for what is older once they come near the beginning', () => {
    const some = applyEvents(before, recalled(kept([asked, long(50)], { hasOlder: true })));
    const top = scrollTopOf(transcriptView(some, 'a', WIDTH), undefined, 10);
    const anchor = anchorAt(transcriptView(some, 'a', WIDTH), top - 1, 10);
    expect(some.mergedTranscripts.get('a')?.older).toBe('some');
    expect(
      applyEvents(some, { type: 'transcript-scrolled', taskId: 'a', anchor }).mergedTranscripts.get('a')
        ?.older,
    ).toBe('requested');
  });
});
