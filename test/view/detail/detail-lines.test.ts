import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mergeTranscript } from '../../../src/domain/merge-transcript.ts';
import type { Phase } from '../../../src/domain/phase.ts';
import { EMPTY_CONVERSATION } from '../../../src/domain/stored-conversation.ts';
import type { Task } from '../../../src/domain/task.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import type { State } from '../../../src/store/state.ts';
import { createTheme } from '../../../src/ui/theme.ts';
import { detailFrame } from '../../../src/view/detail/detail-frame.ts';
import { detailStatus, headingLines, transcriptLines } from '../../../src/view/detail/detail-lines.ts';
import { headingOf } from '../../../src/view/detail/heading.ts';
import { taskIn } from '../../commands/phase-builders.ts';
import {
  agent,
  live,
  MINUTE,
  makeReport,
  makeTask,
  NOON,
  snapshot,
  withFields,
  you,
} from '../../domain/builders.ts';
import {
  applyEvents,
  delivery,
  emptyState,
  listReceived,
  transcriptReceived,
} from '../../store/state-builders.ts';
import { failure, WORDS } from '../../ui/scenes.ts';
import { plain } from '../themes.ts';

const showing = (task: Task, ...actions: readonly StoreEvent[]): State =>
  applyEvents(emptyState(), listReceived([task]), ...actions);
const bareRow = (line: string): string => stripVTControlCharacters(line);
const bare = (lines: readonly string[]): string[] => lines.map((line) => stripVTControlCharacters(line));

const headingIn = (task: Task, width: number, height: number, theme = plain): string[] => {
  const lines = headingLines(headingOf(showing(task), task, width, height), theme, width);
  return theme === plain ? bare(lines) : lines;
};

describe('the heading', () => {
  const task = makeTask({
    id: 'a',
    ownerName: 'ada',
    templateDisplayName: 'Docker AI',
    state: makeReport({ message: 'Which branch\nshould I target?', at: NOON - 3 * MINUTE }),
  });
  const heading = (width: number) => headingIn(task, width, 0)[0];

  it('has phase, age and report', () => {
    expect(heading(50)).toBe('idle 3m · “Which branch should I target?”');
    expect(heading(20)).toBe('idle 3m · “Which br…');
  });

  it('has the origin if there is room', () => {
    expect(heading(70)).toMatch(/^idle 3m · “Which branch should I target\?” +Docker AI · ada$/u);
    expect(heading(70)).toHaveLength(70);
  });

  it('wraps a long report to up to three rows if the pane is high enough', () => {
    expect(headingIn(task, 30, 20)).toEqual(['idle 3m', '“Which branch should I', 'target?”']);
    const long = { ...task, state: makeReport({ message: 'word '.repeat(100) }) };
    const rows = headingIn(long, 30, 20);
    expect(rows).toHaveLength(4);
    expect(rows.at(-1)).toMatch(/…$/u);
    expect(headingIn(long, 30, 3)).toHaveLength(1);
  });

  it('has the full title if the frame cuts it', () => {
    const named = { ...task, state: null, displayName: 'Fix the login redirect after the token has expired' };
    expect(headingIn(named, 30, 20).slice(0, 2)).toEqual([
      'Fix the login redirect after',
      'the token has expired',
    ]);
    expect(headingIn(named, 60, 20)).toHaveLength(1);
    const frame = detailFrame(showing(named), plain, { width: 40, height: 20 }).map(bareRow).join('\n');
    expect(frame).toContain('token has expired');
  });

  it('is never wider than the pane, and uses at most a quarter of its rows', () => {
    for (const words of WORDS)
      for (const width of [20, 37, 44, 60, 90])
        for (const height of [0, 4, 8, 20]) {
          const odd = makeTask({
            id: 'a',
            displayName: words.repeat(3),
            state: makeReport({ message: words.repeat(4) }),
          });
          const rows = headingIn(odd, width, height);
          for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(width);
          expect(rows.length).toBeLessThanOrEqual(1 + height / 4);
        }
  });
});

describe('what the agent links to', () => {
  const linking = (uri: string) =>
    makeTask({ id: 'a', ownerName: 'ada', state: makeReport({ message: 'See my pull request', uri }) });
  const task = linking('https://github.com/acme/app/pull/12');
  const linked = createTheme({ color: false, links: true });
  const styled = (of: Task, width: number) => headingIn(of, width, 0, linked);

  it('is in the heading if there is room', () => {
    const heading = (width: number) => headingIn(task, width, 0)[0] ?? '';
    expect(heading(43)).not.toContain('→');
    expect(heading(50)).toMatch(/^idle \S+ · “See my pul….* → github\.com…$|^idle .* → github\.com\S+$/u);
    expect(heading(100)).toMatch(/“See my pull request” → github\.com\/acme\/app\/pull\/12 +.* ada$/u);
    for (let width = 10; width <= 120; width++)
      expect(displayWidth(styled(task, width)[0] ?? '')).toBeLessThanOrEqual(width);
  });

  it('is a hyperlink if the terminal has them, complete even if its text is cut', () => {
    const [heading = ''] = styled(task, 50);
    expect(heading).toContain('\x1b]8;;https://github.com/acme/app/pull/12\x1b\\→ github.com');
    expect(heading.match(/\x1b\]8;;/gu)).toHaveLength(2);
  });

  it.each(['file:///x', 'javascript:x', 'https://e.com/\x1b\\\x1b]8;;x', ''])(
    'is nothing when it is %j',
    (uri) => {
      const hostile = linking(uri);
      expect(styled(hostile, 100).join('\n')).not.toMatch(/→|\x1b\]/u);
    },
  );
});

describe('the conversation', () => {
  const task = makeTask({ id: 'a' });

  it('has a heading for each message and the text below', () => {
    const at = new Date(2026, 0, 1, 9, 5).getTime();
    const state = showing(
      task,
      transcriptReceived('a', live(you(0, 'Fix it', at), agent(1, '\n I looked\n  at it  \n', at))),
    );
    expect(bare(transcriptLines(state, task, plain, 40, 20))).toEqual([
      'you 09:05',
      '  Fix it',
      '',
      'agent 09:05',
      '   I looked',
      '    at it',
    ]);
  });

  it('marks the edge of unwrapped lines, and scrolls sideways', () => {
    const text = 'abcdefghij klmnopqrst 漢字漢字 uvwxyz';
    const unwrapped = showing(task, transcriptReceived('a', live(agent(0, `${text}\nshort`))), {
      type: 'transcript-options-changed',
      change: { wrap: false, times: false },
    });
    const lines = (state: State) => bare(transcriptLines(state, task, plain, 22, 20));
    expect(lines(unwrapped)).toEqual(['agent', '  abcdefghij klmnopqr›', '  short']);
    const moved = applyEvents(unwrapped, { type: 'scroll-column-changed', column: 8 });
    expect(lines(moved)).toEqual(['agent', '  ‹j klmnopqrst 漢字 ›', '  ‹']);
  });

  it('marks restarts, missing messages and retracted ones', () => {
    const at = new Date(2026, 0, 1, 9, 5).getTime();
    const state = showing(
      task,
      transcriptReceived('a', live(you(0, 'Fix it', at), agent(1, 'Wait', at))),
      transcriptReceived('a', live(you(0, 'Fix it', at))),
      transcriptReceived('a', snapshot(agent(5, 'Done', at + MINUTE))),
      transcriptReceived('a', live(agent(0, 'Welcome', at + 2 * MINUTE))),
    );
    expect(bare(transcriptLines(state, task, plain, 40, 30)).filter((line) => line !== '')).toEqual([
      'you 09:05',
      '  Fix it',
      'agent 09:05 retracted',
      '  Wait',
      '── some messages are missing ──',
      'agent 09:06',
      '  Done',
      '── restarted 09:07 ──',
      'agent 09:07',
      '  Welcome',
    ]);
  });

  it.each([
    ['waiting', 'you queued until the agent is ready'],
    ['sending', 'you sending…'],
    ['accepted', 'you sent'],
    ['queued', 'you queued on the server'],
    ['unsure', 'you no answer, checking the delivery'],
  ] as const)('shows a message that is %s with its delivery status', (stage, expected) => {
    const state = showing(task, { type: 'delivery-added', delivery: delivery({ stage, text: 'use main' }) });
    expect(bare(transcriptLines(state, task, plain, 43, 20))).toEqual([expected, '  use main']);
  });

  it.each([
    ['error', /^Cannot read the messages: .* r restarts the task\.$/u],
    ['unknown', /^Cannot read the messages: the server does not know/u],
    ['pausing', /^The task is pausing/u],
    ['deleting', /^The task is being deleted\.$/u],
    ['starting', /^The task is starting\. Its messages appear/u],
    ['idle', /^Loading…$/u],
  ] as const)('has the reason for an empty transcript while the task is %s', (phase: Phase, expected) => {
    const state = showing(taskIn(phase, 'a'));
    const [current] = state.tasks;
    expect(bare(transcriptLines(state, current ?? task, plain, 200, 20)).join(' ')).toMatch(expected);
  });

  it('has the server’s error if it cannot be read', () => {
    const state = showing(task, {
      type: 'transcript-failed',
      taskId: 'a',
      error: failure('server', 'Failed to fetch\x1b[31m logs.'),
      retryAt: NOON,
      now: NOON,
    });
    expect(bare(transcriptLines(state, state.tasks[0] ?? task, plain, 200, 20))).toEqual([
      'Failed to fetch logs. Its detail.',
    ]);
  });

  it('says if it is empty', () => {
    const words = (state: State) => bare(transcriptLines(state, state.tasks[0] ?? task, plain, 200, 20));
    expect(words(showing(task, transcriptReceived('a', live())))).toEqual(['No messages yet.']);
    expect(words(showing(taskIn('paused', 'a'), transcriptReceived('a', snapshot())))).toEqual([
      'No messages were saved at the pause.',
    ]);
  });
});

describe('the corner', () => {
  const task = makeTask({ id: 'a' });
  const long = transcriptReceived(
    'a',
    live(agent(0, Array.from({ length: 50 }, (_, index) => `${index}`).join('\n'))),
  );
  const corner = (state: State) => detailStatus(state, state.tasks[0] ?? task, 40, 10);

  it('shows the freshness', () => {
    expect(corner(showing(task, long))[0]).toBe('live');
    expect(corner(showing(task, long, { type: 'clock-ticked', now: NOON + 45_000 }))[0]).toBe('stale 45s');
    expect(corner(showing(task))[0]).toBe('');
  });

  it('shows the number of lines below, and that it does not follow', () => {
    const scrolled = showing(task, long, {
      type: 'transcript-scrolled',
      taskId: 'a',
      anchor: { message: 0, line: 40 },
    });
    expect(corner(scrolled)).toEqual(['1 line below · live', '1 below · live', '1 below']);
    const held = showing(task, long, {
      type: 'transcript-scrolled',
      taskId: 'a',
      anchor: { message: 0, line: 41 },
    });
    expect(corner(held)[0]).toBe('not following · live');
  });

  it('shows the number of new lines since the user scrolled up', () => {
    const scrolled = showing(task, long, {
      type: 'transcript-scrolled',
      taskId: 'a',
      anchor: { message: 0, line: 5 },
    });
    const grown = applyEvents(
      scrolled,
      transcriptReceived(
        'a',
        live(agent(0, Array.from({ length: 57 }, (_, index) => `${index}`).join('\n'))),
        NOON + 1,
      ),
    );
    expect(corner(grown)).toEqual(['7 new lines · live', '7 new · live', '7 new']);
  });

  it('says that it is a stored conversation if the server has no messages', () => {
    const history = mergeTranscript(EMPTY_CONVERSATION, live(you(0, 'Fix it')));
    const state = showing(taskIn('error', 'a'), {
      type: 'stored-conversation-loaded',
      taskId: 'a',
      part: { conversation: history, hasOlder: false, readUpTo: null },
    });
    expect(corner(state)[0]).toBe('stored conversation');
  });

  it('is not live for a snapshot from a pause', () => {
    const state = showing(
      taskIn('paused', 'a'),
      transcriptReceived('a', snapshot(agent(0, 'x')), NOON, Number.POSITIVE_INFINITY),
    );
    expect(corner(state)[0]).toBe('snapshot from the pause, 1m ago');
  });

  it.each([null, 0, Date.parse('0001-01-01T00:00:00Z')])(
    'names no age of a snapshot that the server gives no time for: %j',
    (snapshotAt) => {
      const kept = { ...snapshot(agent(0, 'x')), snapshotAt };
      expect(corner(showing(taskIn('paused', 'a'), transcriptReceived('a', kept)))[0]).toBe(
        'snapshot from the pause',
      );
    },
  );

  it.each(['queued', 'starting'] as const)('mentions no pause at a first start: %s', (phase) => {
    const state = showing(taskIn(phase, 'a'), transcriptReceived('a', snapshot(agent(0, 'x')), NOON));
    expect(corner(state).join(' ')).not.toMatch(/kept|pause/u);
  });

  describe('after a first start that failed', () => {
    const again = (phase: Phase): Task => taskIn(phase, 'a', { buildNumber: 2 });
    const yearOne = Date.parse('0001-01-01T00:00:00Z');

    it.each(
      (['resuming', 'error', 'working', 'idle', 'complete', 'failed'] as const).flatMap((phase) =>
        [null, yearOne].map((snapshotAt) => [phase, snapshotAt] as const),
      ),
    )('mentions no pause in phase %s with snapshot time %j', (phase, snapshotAt) => {
      const state = showing(again(phase), transcriptReceived('a', { ...snapshot(), snapshotAt }));
      expect(corner(state).join(' ')).not.toMatch(/kept|pause/u);
      const [task = again(phase)] = state.tasks;
      expect(bare(transcriptLines(state, task, plain, 60, 10)).join(' ')).not.toContain('paused');
    });

    it('mentions no pause after a restart by the user', () => {
      const state = showing(again('error'), transcriptReceived('a', { ...snapshot(), snapshotAt: null }), {
        type: 'action-started',
        taskId: 'a',
        action: 'resume',
        now: NOON,
      });
      expect(corner(state).join(' ')).not.toMatch(/kept|pause/u);
    });
  });

  it.each([
    ['with a time', { ...snapshot(), snapshotAt: NOON - MINUTE }],
    ['with messages', { ...snapshot(agent(0, 'x')), snapshotAt: null }],
  ])('mentions the pause for a snapshot %s after it', (_, kept) => {
    for (const phase of ['resuming', 'error', 'working', 'idle'] as const) {
      const task = withFields(taskIn(phase, 'a'), { buildNumber: 3 });
      expect(corner(showing(task, transcriptReceived('a', kept)))[0]).toContain('snapshot from the pause');
    }
  });

  it('mentions the pause while the task resumes', () => {
    const state = showing(taskIn('resuming', 'a'), transcriptReceived('a', snapshot(agent(0, 'x')), NOON));
    expect(corner(state)[0]).toContain('snapshot from the pause, 1m ago');
  });

  it('counts the hits of a search', () => {
    const search = (text: string): StoreEvent => ({
      type: 'transcript-search-changed',
      search: { taskId: 'a', text, hit: null },
    });
    const said = transcriptReceived('a', live(agent(0, 'one two two')));
    expect(corner(showing(task, said, search('one')))[0]).toMatch(/^1 hit(?!s)/u);
    expect(corner(showing(task, said, search('two')))[0]).toMatch(/^2 hits/u);
    expect(corner(showing(task, said, search('three')))[0]).toMatch(/^no hits/u);
  });

  it('shows the time of the next retry', () => {
    const state = showing(task, long, {
      type: 'transcript-failed',
      taskId: 'a',
      error: failure('timeout'),
      retryAt: NOON + 7_000,
      now: NOON + 5_000,
    });
    expect(corner(state)[0]).toBe('offline 5s, next try in 2s');
  });
});
