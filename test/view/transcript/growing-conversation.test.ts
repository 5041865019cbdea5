import { describe, expect, it } from 'vitest';
import { renderProse } from '../../../src/domain/markdown/prose.ts';
import { type Message, type MessagePart, textParts } from '../../../src/domain/message.ts';
import { mergedTranscriptOf } from '../../../src/store/merged-transcript.ts';
import type { State } from '../../../src/store/state.ts';
import { transcriptItems } from '../../../src/store/transcript-items.ts';
import {
  type TranscriptView,
  transcriptView,
  visibleLines,
} from '../../../src/view/transcript/transcript-view.ts';
import { agent, live, NOON, snapshot, toolCall, you } from '../../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks, transcriptReceived } from '../../store/state-builders.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const WIDTH = 60;
const HOUR = 60 * 60_000;

describe('a poll of a conversation of 4,000 messages', () => {
  const COUNT = 4_000;

  /** A message that counts the reads of its fields. */
  function countingMessage(message: Message, count: () => void): Message {
    return {
      get id() {
        count();
        return message.id;
      },
      get role() {
        count();
        return message.role;
      },
      get parts() {
        count();
        return message.parts;
      },
      get at() {
        count();
        return message.at;
      },
    };
  }

  it.each([
    ['grows', (n: number) => [agent(COUNT - 1, `Some **bold** words${' and more'.repeat(n)}`, NOON + n)]],
    [
      'is followed by another',
      (n: number) => Array.from({ length: n }, (_, index) => you(COUNT + index, 'go on')),
    ],
  ])('whose last one %s looks at what changed only', (_, end) => {
    let reads = 0;
    let rendered = 0;
    const begin = Array.from({ length: COUNT - 1 }, (_, id) =>
      countingMessage(
        id % 2 === 0 ? agent(id, `Answer **${id}**`) : you(id, `Question ${id}`),
        () => reads++,
      ),
    );
    let state: State = {
      ...stateWithTasks('a'),
      proseRenderer: (lines, columns) => {
        rendered++;
        return renderProse(lines, columns);
      },
    };
    const poll = (n: number): TranscriptView => {
      state = applyEvents(state, transcriptReceived('a', live(...begin, ...end(n)), NOON + n));
      const view = transcriptView(state, 'a', WIDTH);
      visibleLines(view, undefined, 20);
      return view;
    };
    poll(1);
    const before = poll(2);
    expect(reads).toBeGreaterThan(COUNT);
    [reads, rendered] = [0, 0];
    const after = poll(3);
    expect(reads).toBeLessThan(100);
    expect(rendered).toBeLessThan(3);
    expect(after.blocks.slice(0, COUNT - 1)).toEqual(before.blocks.slice(0, COUNT - 1));
    expect(after.blocks[0]).toBe(before.blocks[0]);
  });
});

describe('a conversation that changes', () => {
  const text = (next: (below: number) => number): string =>
    ['', ' \n', 'word', 'Some **bold** words that need two rows at least, or even three', '- a\n- b'][
      next(5)
    ] ?? '';

  const parts = (next: (below: number) => number): readonly MessagePart[] =>
    next(4) === 0 ? [toolCall({ input: 'ls' }), ...textParts(text(next))] : textParts(text(next));

  /** Grows, changes, loses and repeats messages, over several days. */
  function change(messages: readonly Message[], next: (below: number) => number): readonly Message[] {
    const last = messages.at(-1);
    const at = (last?.at ?? NOON) + next(3) * 9 * HOUR;
    switch (next(6)) {
      case 0:
        return messages.slice(0, -1);
      case 1: {
        const index = next(messages.length + 1);
        return messages.map((message, each) =>
          each === index ? { ...message, parts: parts(next) } : message,
        );
      }
      case 2:
        return last === undefined
          ? messages
          : [...messages.slice(0, -1), { ...last, parts: parts(next), at }];
      case 3:
        return [agent(0, 'Welcome again', at)];
      default:
        return [
          ...messages,
          { ...agent(messages.length, '', at), role: next(2) === 0 ? 'user' : 'agent', parts: parts(next) },
        ];
    }
  }

  const linesOf = (state: State, taskId: string) =>
    visibleLines(transcriptView(state, taskId, WIDTH), undefined, 10_000).lines.map((line) =>
      line.kind === 'text'
        ? [line.text, line.spans]
        : line.kind === 'heading'
          ? [line.block.separator, line.block.at]
          : [],
    );

  it('has the same items and rows as when it is built at once', () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const next = seededRandom(seed);
      let messages: readonly Message[] = [];
      // All messages are near the screen, so all are rendered.
      let state: State = {
        ...stateWithTasks('a', 'b'),
        size: { columns: 80, rows: 10_000 },
        proseRenderer: renderProse,
      };
      for (let step = 0; step < 40; step++) {
        messages = change(messages, next);
        const transcript = next(8) === 0 ? snapshot(...messages.slice(-3)) : live(...messages);
        state = applyEvents(state, transcriptReceived('a', transcript, NOON + step));
        // The user reads the task, leaves it and comes back.
        if (next(5) === 0)
          state = applyEvents(state, { type: 'task-selected', taskId: next(2) === 0 ? 'a' : 'b' });
        if (next(6) === 0)
          state = applyEvents(state, {
            type: 'deliveries-loaded',
            deliveries: next(2) === 0 ? [] : [delivery()],
          });
        const merged = mergedTranscriptOf(state, 'a');
        const fresh: State = {
          ...state,
          mergedTranscripts: new Map([['fresh', structuredClone(merged)]]),
          deliveries: state.deliveries.map((one) => ({ ...one, taskId: 'fresh' })),
        };
        for (const item of transcriptItems(merged)) kinds.add(item === 'new' ? item : item.kind);
        const where = `seed ${seed}, step ${step}`;
        expect(transcriptItems(merged), where).toEqual(transcriptItems(mergedTranscriptOf(fresh, 'fresh')));
        expect(linesOf(state, 'a'), where).toEqual(linesOf(fresh, 'fresh'));
      }
    }
    expect([...kinds].toSorted()).toEqual(['day', 'message', 'new', 'restart', 'retracted']);
  });
});
