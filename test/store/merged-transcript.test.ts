import { describe, expect, it } from 'vitest';
import { mergeTranscript } from '../../src/domain/merge-transcript.ts';
import { type Message, textOf, textParts } from '../../src/domain/message.ts';
import { EMPTY_CONVERSATION } from '../../src/domain/stored-conversation.ts';
import type { StoredPart } from '../../src/store/merged-transcript.ts';
import type { State } from '../../src/store/state.ts';
import {
  anchorAt,
  newLineCount,
  scrollTopOf,
  transcriptView,
  visibleLines,
} from '../../src/view/transcript/transcript-view.ts';
import { agent, live, MINUTE, NOON, snapshot, you } from '../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks, transcriptReceived } from './state-builders.ts';

const WIDTH = 40;
const at = (minute: number): number => NOON + minute * MINUTE;
const prompt = you(1, 'Fix it', at(1));
const reply = agent(2, 'Which branch?', at(2));

/** Headings and text of task a's transcript. */
const visibleText = (state: State): readonly string[] =>
  visibleLines(transcriptView(state, 'a', WIDTH), undefined, 1_000).lines.flatMap((line) => {
    if (line.kind === 'blank') return [];
    return line.kind === 'text'
      ? [line.text]
      : [`[${line.block.separator ?? (line.block.role === 'user' ? 'you' : 'agent')}]`];
  });

const storedPart = (messages: readonly Message[], about: Partial<StoredPart> = {}): StoredPart => ({
  conversation: mergeTranscript(EMPTY_CONVERSATION, live(...messages)),
  hasOlder: false,
  readUpTo: null,
  ...about,
});

const loaded = (part: StoredPart) => ({ type: 'stored-conversation-loaded', taskId: 'a', part }) as const;

describe('the merged transcript', () => {
  it('is the server’s transcript with restart separators and retracted messages', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      transcriptReceived('a', live(prompt, reply)),
      transcriptReceived('a', live(prompt)),
      transcriptReceived('a', live(you(1, 'Fix it', at(60)))),
    );
    expect(visibleText(state)).toEqual([
      '[you]',
      'Fix it',
      '[retracted]',
      'Which branch?',
      '[restart]',
      '[you]',
      'Fix it',
    ]);
  });

  it('stays complete while the task is paused; deliveries are decided by the server’s transcript alone', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      transcriptReceived('a', live(prompt, reply)),
      transcriptReceived('a', snapshot(reply), NOON + 1),
    );
    expect(visibleText(state)).toEqual(['[you]', 'Fix it', '[agent]', 'Which branch?']);
    expect(state.transcripts.get('a')?.transcript?.messages).toEqual([reply]);
  });

  it('includes the stored conversation, loaded before or after the server’s response', () => {
    const now = transcriptReceived('a', snapshot(agent(9, 'Done', at(9))));
    const expected = ['[you]', 'Fix it', '[agent]', 'Which branch?', '[gap]', '[agent]', 'Done'];
    expect(visibleText(applyEvents(stateWithTasks('a'), loaded(storedPart([prompt, reply])), now))).toEqual(
      expected,
    );
    expect(visibleText(applyEvents(stateWithTasks('a'), now, loaded(storedPart([prompt, reply]))))).toEqual(
      expected,
    );
  });

  it('is available although the server cannot return it', () => {
    expect(visibleText(applyEvents(stateWithTasks('a'), loaded(storedPart([prompt]))))).toEqual([
      '[you]',
      'Fix it',
    ]);
  });

  it('disappears with its task', () => {
    const state = applyEvents(stateWithTasks('a', 'b'), loaded(storedPart([prompt])), {
      type: 'task-disappeared',
      taskId: 'a',
      now: NOON,
    });
    expect(state.mergedTranscripts.has('a')).toBe(false);
  });
});

describe('unread messages', () => {
  const readAll = { run: 0, id: 2, length: textOf(reply).length };
  const more = agent(4, 'Done', at(4));

  it('are below a line', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      loaded(storedPart([prompt, reply], { readUpTo: readAll })),
      transcriptReceived('a', live(prompt, reply, more)),
    );
    expect(visibleText(state)).toEqual([
      '[you]',
      'Fix it',
      '[agent]',
      'Which branch?',
      '[new]',
      '[agent]',
      'Done',
    ]);
  });

  it('have no line when none or all messages are unread', () => {
    const nothing = applyEvents(
      stateWithTasks('a'),
      loaded(storedPart([prompt, reply], { readUpTo: readAll })),
    );
    expect(visibleText(nothing)).not.toContain('[new]');
    expect(
      visibleText(applyEvents(stateWithTasks('a'), transcriptReceived('a', live(prompt, reply)))),
    ).not.toContain('[new]');
  });

  it('include a message that grew', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      loaded(storedPart([prompt, reply], { readUpTo: readAll })),
      transcriptReceived('a', live(prompt, agent(2, 'Which branch?\nmain?', at(3)))),
    );
    expect(visibleText(state)).toEqual(['[you]', 'Fix it', '[new]', '[agent]', 'Which branch?', 'main?']);
  });

  it('are those that arrived while another task was selected', () => {
    const away = applyEvents(
      stateWithTasks('a', 'b'),
      transcriptReceived('a', live(prompt, reply)),
      { type: 'task-selected', taskId: 'b' },
      transcriptReceived('a', live(prompt, reply, more), NOON + 1),
      { type: 'task-selected', taskId: 'a' },
    );
    expect(visibleText(away)).toContain('[new]');
    const again = applyEvents(
      away,
      { type: 'task-selected', taskId: 'b' },
      { type: 'task-selected', taskId: 'a' },
    );
    expect(visibleText(again)).not.toContain('[new]');
  });

  it('are those that arrived without window focus, not those that arrived on screen', () => {
    const watching = applyEvents(
      stateWithTasks('a', 'b'),
      transcriptReceived('a', live(prompt)),
      { type: 'window-focus-changed', focused: false, now: NOON },
      { type: 'window-focus-changed', focused: true, now: NOON },
      transcriptReceived('a', live(prompt, reply), NOON + 1),
    );
    expect(visibleText(watching)).not.toContain('[new]');
    const away = applyEvents(
      watching,
      { type: 'window-focus-changed', focused: false, now: NOON },
      transcriptReceived('a', live(prompt, reply, more), NOON + 2),
    );
    expect(visibleText(away)).toContain('[new]');
  });

  it('are read when the user writes a message', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      loaded(storedPart([prompt, reply], { readUpTo: readAll })),
      transcriptReceived('a', live(prompt, reply, more)),
      { type: 'delivery-added', delivery: delivery() },
    );
    expect(visibleText(state)).not.toContain('[new]');
  });
});

describe('a user who has scrolled up', () => {
  const messages = (count: number, id = 2) =>
    agent(id, Array.from({ length: count }, (_, index) => `line ${index}`).join('\n'), at(2));
  const before = applyEvents(stateWithTasks('a'), transcriptReceived('a', live(prompt, messages(50))));
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

  it('sees the number of new lines', () => {
    expect(count(scrolled)).toBe(0);
    const grown = applyEvents(scrolled, transcriptReceived('a', live(prompt, messages(55)), NOON + 1));
    expect(count(grown)).toBe(5);
    const answer = applyEvents(
      grown,
      transcriptReceived('a', live(prompt, messages(55), agent(3, 'Done', at(3))), NOON + 2),
    );
    expect(count(answer)).toBe(5 + 3);
    expect(count(applyEvents(answer, { type: 'transcript-scrolled', taskId: 'a', anchor: null }))).toBe(0);
  });

  it('counts no messages that wait here or on the server', () => {
    const queue = [{ id: '7', parts: textParts('Run the linter'), at: NOON }];
    const queued = applyEvents(
      scrolled,
      transcriptReceived('a', { ...live(prompt, messages(50)), queue }, NOON + 1),
      { type: 'delivery-added', delivery: delivery() },
    );
    expect(transcriptView(queued, 'a', WIDTH).total).toBeGreaterThan(
      transcriptView(scrolled, 'a', WIDTH).total,
    );
    expect(count(queued)).toBe(0);
  });

  it('keeps their line when older messages arrive above and others are retracted', () => {
    const older = storedPart([you(0, 'Long ago', at(0)), prompt]);
    const state = applyEvents(scrolled, loaded(older));
    expect(visibleText(state).slice(0, 2)).toEqual(['[you]', 'Long ago']);
    expect(firstLine(state)).toEqual(firstLine(scrolled));
    const taken = applyEvents(
      scrolled,
      transcriptReceived('a', live(you(1, 'Fix that', at(1)), messages(50)), NOON + 1),
    );
    expect(visibleText(taken)[0]).toBe('[retracted]');
    expect(firstLine(taken)).toEqual(firstLine(scrolled));
  });

  it('loads older messages near the beginning', () => {
    const some = applyEvents(before, loaded(storedPart([prompt, messages(50)], { hasOlder: true })));
    const top = scrollTopOf(transcriptView(some, 'a', WIDTH), undefined, 10);
    const anchor = anchorAt(transcriptView(some, 'a', WIDTH), top - 1, 10);
    expect(some.mergedTranscripts.get('a')?.older).toBe('some');
    expect(
      applyEvents(some, { type: 'transcript-scrolled', taskId: 'a', anchor }).mergedTranscripts.get('a')
        ?.older,
    ).toBe('requested');
  });
});
