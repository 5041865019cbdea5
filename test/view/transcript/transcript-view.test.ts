import { describe, expect, it } from 'vitest';
import { renderProse } from '../../../src/domain/markdown/prose.ts';
import type { Message } from '../../../src/domain/message.ts';
import type { ScrollAnchor } from '../../../src/store/slices/conversations.ts';
import type { State } from '../../../src/store/state.ts';
import {
  anchorAt,
  scrollTopOf,
  type TranscriptLine,
  type TranscriptView,
  transcriptView,
  visibleLines,
} from '../../../src/view/transcript/transcript-view.ts';
import { agent, live, NOON, you } from '../../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks, transcriptReceived } from '../../store/state-builders.ts';

const WIDTH = 42;

const stateOf = (...messages: readonly Message[]): State =>
  applyEvents(stateWithTasks('a'), transcriptReceived('a', live(...messages)));

const viewOf = (width: number, ...messages: readonly Message[]): TranscriptView =>
  transcriptView(stateOf(...messages), 'a', width);

const textOf = (line: TranscriptLine): string => {
  switch (line.kind) {
    case 'heading':
      return line.block.role === 'user' ? '[you]' : '[agent]';
    case 'text':
      return line.text;
    case 'status':
      return '[status]';
    case 'blank':
      return '';
  }
};

const linesFrom = (
  view: TranscriptView,
  anchor: ScrollAnchor | undefined,
  height: number,
): readonly string[] => visibleLines(view, anchor, height).lines.map(textOf);

/** All lines, each looked up alone. */
const all = (view: TranscriptView): readonly string[] =>
  Array.from({ length: view.total }, (_, line) =>
    linesFrom(view, anchorAt({ ...view, total: Number.POSITIVE_INFINITY }, line, 1) ?? undefined, 1),
  ).flat();

const numbered = (count: number, name = 'line'): string =>
  Array.from({ length: count }, (_, index) => `${name} ${index}`).join('\n');

describe('the lines of a transcript', () => {
  it('are a heading, the text and a blank line per message; no blank line after the last', () => {
    const view = viewOf(WIDTH, you(0, 'go'), agent(1, 'on it\nnow'));
    expect(view.total).toBe(6);
    expect(linesFrom(view, undefined, 10)).toEqual(['[you]', 'go', '', '[agent]', 'on it', 'now']);
    expect(all(view)).toEqual(['[you]', 'go', '', '[agent]', 'on it', 'now']);
  });

  it('omit messages without visible text, and the padding of a screen region', () => {
    const view = viewOf(
      WIDTH,
      agent(0, ''),
      agent(1, '  \n\t\n   '),
      you(2, 'go'),
      agent(3, '          \n\n  indented   \n\nend          \n        \n'),
    );
    expect(linesFrom(view, undefined, 20)).toEqual(['[you]', 'go', '', '[agent]', '  indented', '', 'end']);
  });

  it('are sanitised', () => {
    expect(all(viewOf(WIDTH, agent(0, 'a\x1b[2Jb\x07c')))).toEqual(['[agent]', 'abc']);
  });

  it('are wrapped to the width minus the indent', () => {
    const text = 'one two three four five';
    expect(all(viewOf(10, agent(0, text)))).toEqual(['[agent]', 'one two', 'three', 'four', 'five']);
    expect(all(viewOf(16, agent(0, text)))).toEqual(['[agent]', 'one two three', 'four five']);
  });

  it('exist at any width, even 0', () => {
    expect(all(viewOf(0, agent(0, 'ab')))).toEqual(['[agent]', 'a', 'b']);
  });

  it('are empty before the first transcript', () => {
    const view = transcriptView(stateWithTasks('a'), 'a', WIDTH);
    expect(view.total).toBe(0);
    expect(visibleLines(view, undefined, 10)).toEqual({ top: 0, lines: [] });
    expect(visibleLines(view, { message: 0, line: 3 }, 10)).toEqual({ top: 0, lines: [] });
    expect(anchorAt(view, 5, 10)).toBeNull();
  });

  it('end with the outbox messages to this task', () => {
    const state: State = {
      ...stateOf(you(0, 'go')),
      deliveries: [
        delivery({ id: 'd1', text: 'and then', stage: 'waiting' }),
        delivery({ id: 'd2', taskId: 'b', text: 'elsewhere' }),
        delivery({ id: 'd3', text: 'stop' }),
      ],
    };
    const view = transcriptView(state, 'a', WIDTH);
    expect(linesFrom(view, undefined, 20)).toEqual([
      '[you]',
      'go',
      '',
      '[you]',
      'and then',
      '',
      '[you]',
      'stop',
    ]);
    expect(view.blocks.map((block) => block.delivery?.id ?? null)).toEqual([null, 'd1', 'd3']);
    expect(view.blocks[1]?.at).toBe(NOON);
  });

  it('are computed once per message, even when others arrive', () => {
    const before = stateOf(you(0, 'go'), agent(1, 'so far'));
    const first = transcriptView(before, 'a', WIDTH);
    expect(transcriptView(applyEvents(before, { type: 'clock-ticked', now: NOON + 1 }), 'a', WIDTH)).toBe(
      first,
    );
    // The same response again causes no work.
    expect(
      transcriptView(
        applyEvents(before, transcriptReceived('a', live(you(0, 'go'), agent(1, 'so far')), NOON + 1)),
        'a',
        WIDTH,
      ),
    ).toBe(first);
    const grown = transcriptView(
      applyEvents(before, transcriptReceived('a', live(you(0, 'go'), agent(1, 'so far so good')), NOON + 2)),
      'a',
      WIDTH,
    );
    expect(grown.blocks[0]).toBe(first.blocks[0]);
    expect(grown.blocks[1]).not.toBe(first.blocks[1]);
  });
});

describe('markdown', () => {
  const messages = (): readonly Message[] => [
    you(0, '**mine**'),
    agent(1, 'an **old** one'),
    agent(2, numbered(200)),
    agent(3, 'a **new** one'),
  ];
  const withRenderer = (...messages: readonly Message[]): State =>
    applyEvents(stateOf(...messages), { type: 'markdown-loaded', proseRenderer: renderProse });
  const styled = (state: State, top: number) => {
    const view = transcriptView(state, 'a', WIDTH);
    const lines = visibleLines(view, anchorAt(view, top, 1) ?? undefined, 3).lines;
    return lines.flatMap((line) => (line.kind === 'text' ? [[line.text, line.spans.length]] : []));
  };

  it('is rendered in messages of the agent once the renderer is loaded', () => {
    expect(styled(stateOf(...messages().slice(0, 2)), 4)).toEqual([['an **old** one', 0]]);
    const state = withRenderer(...messages().slice(0, 2));
    expect(all(transcriptView(state, 'a', WIDTH))).toEqual([
      '[you]',
      '**mine**',
      '',
      '[agent]',
      'an old one',
    ]);
    expect(styled(state, 4)).toEqual([['an old one', 1]]);
  });

  it('is rendered only near the screen', () => {
    const state = withRenderer(...messages());
    const { blocks } = transcriptView(state, 'a', WIDTH);
    expect(blocks.map(({ needsRendering }) => needsRendering)).toEqual([false, true, false, false]);
    const scrolled = applyEvents(state, {
      type: 'transcript-scrolled',
      taskId: 'a',
      anchor: { message: 0, line: 0 },
    });
    expect(transcriptView(scrolled, 'a', WIDTH).blocks[1]).toMatchObject({
      needsRendering: false,
      lines: ['an old one'],
    });
    // Rendered messages stay rendered, also after a visit to another task.
    const back = applyEvents(scrolled, { type: 'transcript-scrolled', taskId: 'a', anchor: null });
    const view = transcriptView(back, 'a', WIDTH);
    expect(view.blocks[1]?.needsRendering).toBe(false);
    transcriptView(back, 'b', WIDTH);
    expect(transcriptView(back, 'a', WIDTH)).toBe(view);
  });

  it('is not rendered in raw mode', () => {
    const state = applyEvents(withRenderer(...messages()), {
      type: 'transcript-options-changed',
      change: { raw: true },
    });
    expect(transcriptView(state, 'a', WIDTH).blocks[3]?.lines).toEqual(['a **new** one']);
    const back = applyEvents(state, { type: 'transcript-options-changed', change: { raw: false } });
    expect(transcriptView(back, 'a', WIDTH).blocks[3]?.lines).toEqual(['a new one']);
  });

  it('stays rendered in a message that grows', () => {
    const before = withRenderer(agent(0, 'so **far**'));
    transcriptView(before, 'a', WIDTH);
    const grown = applyEvents(
      before,
      transcriptReceived('a', live(agent(0, 'so **far**\n\nand **further**')), NOON + 1),
    );
    expect(transcriptView(grown, 'a', WIDTH).blocks[0]?.lines).toEqual(['so far', '', 'and further']);
  });
});

describe('the window', () => {
  const messages = [
    you(0, 'go'),
    agent(1, numbered(20)),
    you(2, 'more'),
    agent(3, numbered(20, 'next')),
  ] as const;
  const view = viewOf(WIDTH, ...messages);

  it('follows the end without an anchor', () => {
    expect(scrollTopOf(view, undefined, 5)).toBe(view.total - 5);
    expect(linesFrom(view, undefined, 3)).toEqual(['next 17', 'next 18', 'next 19']);
    const grown = viewOf(WIDTH, ...messages.slice(0, 3), agent(3, numbered(30, 'next')));
    expect(linesFrom(grown, undefined, 2)).toEqual(['next 28', 'next 29']);
  });

  it('starts at the top when everything fits', () => {
    expect(visibleLines(view, undefined, 1_000)).toMatchObject({ top: 0 });
    expect(linesFrom(view, undefined, 1_000)).toHaveLength(view.total);
  });

  it('finds every line by its anchor', () => {
    for (let top = 0; top < view.total - 5; top++) {
      const anchor = anchorAt(view, top, 5);
      expect(anchor).not.toBeNull();
      expect(scrollTopOf(view, anchor ?? undefined, 5)).toBe(top);
    }
  });

  it('follows again after scrolling to the end or beyond', () => {
    expect(anchorAt(view, view.total - 6, 5)).not.toBeNull();
    expect(anchorAt(view, view.total - 5, 5)).toBeNull();
    expect(anchorAt(view, view.total + 50, 5)).toBeNull();
    expect(anchorAt(view, -3, 5)).toEqual({ message: 0, line: 0 });
  });

  it('stays at its anchor while the transcript grows', () => {
    const anchor = anchorAt(view, 10, 5) ?? undefined;
    const before = linesFrom(view, anchor, 5);
    const grown = viewOf(WIDTH, ...messages.slice(0, 3), agent(3, numbered(300, 'next')), you(4, 'stop'));
    expect(linesFrom(grown, anchor, 5)).toEqual(before);
    expect(before[0]).toBe('line 6');
  });

  it('stays filled when the transcript gets shorter', () => {
    const anchor = anchorAt(view, view.total - 10, 5) ?? undefined;
    const shorter = viewOf(
      WIDTH,
      you(0, 'go'),
      agent(1, numbered(3)),
      you(2, 'more'),
      agent(3, numbered(4, 'next')),
    );
    expect(linesFrom(shorter, anchor, 5)).toEqual(['[agent]', 'next 0', 'next 1', 'next 2', 'next 3']);
    const begunAgain = viewOf(WIDTH, you(0, 'go'));
    expect(linesFrom(begunAgain, anchor, 5)).toEqual(['[you]', 'go']);
  });
});

describe('an anchor at another width', () => {
  const long = Array.from({ length: 40 }, (_, index) => `word${String(index).padStart(2, '0')}`).join(' ');
  const messages = [you(0, 'go'), agent(1, long), you(2, 'next'), agent(3, numbered(50))] as const;
  const narrow = viewOf(8, ...messages);
  const wide = viewOf(200, ...messages);

  it('stays with its message', () => {
    const anchor = { message: 1, line: 30 };
    expect(linesFrom(narrow, anchor, 1)).toEqual(['word29']);
    expect(narrow.total - wide.total).toBeGreaterThan(35);
    // In the wide window the message has two lines of text; the anchor stays within it.
    const top = scrollTopOf(wide, anchor, 4);
    expect(top).toBeLessThan(wide.starts[2] ?? 0);
    expect(top).toBeGreaterThanOrEqual(wide.starts[1] ?? 0);
  });

  it('returns to the same line', () => {
    const anchor = anchorAt(narrow, 34, 4) ?? undefined;
    scrollTopOf(wide, anchor, 4);
    expect(scrollTopOf(viewOf(8, ...messages), anchor, 4)).toBe(34);
  });

  it('on a heading stays on the heading', () => {
    const anchor = anchorAt(narrow, narrow.starts[2] ?? 0, 4) ?? undefined;
    expect(linesFrom(wide, anchor, 2)).toEqual(['[you]', 'next']);
  });
});

describe('the lines of tasks that are not in view', () => {
  const oneLong = (id: string): readonly Message[] => [agent(0, numbered(9_000, id))];

  /** A view of each of `count` tasks, all in one state. */
  const viewsOf = (count: number, messagesOf = oneLong) => {
    const ids = Array.from({ length: count }, (_, index) => `left ${index}`);
    const state = applyEvents(
      stateWithTasks(...ids),
      ...ids.map((id) => transcriptReceived(id, live(...messagesOf(id)))),
    );
    const see = (index: number): TranscriptView => transcriptView(state, ids[index] ?? '', WIDTH);
    const first = ids.map((_, index) => see(index));
    return { see, first };
  };

  it('stay for three tasks of any length', () => {
    const { see, first } = viewsOf(3, () => [agent(0, numbered(70_000))]);
    expect(first.map((view, index) => see(index) === view)).toEqual([true, true, true]);
  });

  it('stay for 15 tasks of 1,000 messages', () => {
    const { see, first } = viewsOf(15, (id) =>
      Array.from({ length: 1_000 }, (_, index) => agent(index, `${id} ${index}`)),
    );
    expect(first.map((view, index) => see(index) === view)).not.toContain(false);
  });

  it('stay for a task that was shown again, although it was built first', () => {
    const { see, first } = viewsOf(6);
    see(0);
    // One more than the limit: the task that was shown longest ago goes.
    viewOf(WIDTH, agent(0, numbered(9_000, 'another')));
    expect(see(0)).toBe(first[0]);
    expect(see(1)).not.toBe(first[1]);
  });

  it('are freed when they are many, and are the same when they are built again', () => {
    const { see, first } = viewsOf(8);
    const again = see(0);
    expect(again).not.toBe(first[0]);
    expect(again.blocks[0]).not.toBe(first[0]?.blocks[0]);
    expect(all(again)).toEqual(all(first[0] ?? again));
    expect(see(7)).toBe(first[7]);
  });
});
