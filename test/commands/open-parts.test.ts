import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Message, MessagePart } from '../../src/domain/message.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { transcriptLines } from '../../src/view/detail/detail-lines.ts';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { describeChange } from '../../src/view/screen-reader/describe-change.ts';
import { agent, live, makeTask, NOON, toolCall, you } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, transcriptReceived } from '../store/state-builders.ts';
import { textFault } from '../support/strict-output.ts';
import { footerOf } from '../view/command-lines.ts';
import { plain } from '../view/themes.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const withParts = (id: number, ...parts: readonly MessagePart[]): Message => ({ ...agent(id, ''), parts });

const CALL = toolCall({
  id: 'call-7',
  input: { command: 'go test ./...' },
  output: 'ok auth\nFAIL login 漢字\n',
  status: 'failed',
  exitCode: 1,
  startedAt: NOON,
  endedAt: NOON + 12_000,
});
const EDIT = toolCall({
  id: 'call-8',
  name: 'edit_files',
  input: { files: [{ path: 'auth.go', edits: [{ search: 'now()', replace: 'clock.now()' }] }] },
});
const CITATION: MessagePart = { type: 'citation', title: 'Go docs', url: 'https://go.dev/doc' };
const REPLY = withParts(
  1,
  { type: 'reasoning', text: 'The clock is read twice' },
  CALL,
  EDIT,
  { type: 'text', text: 'It works.' },
  CITATION,
);

function reading(
  size = { columns: 80, rows: 24 },
  transcript: Transcript = live(you(0, 'Test it'), REPLY),
): AppFixture {
  const state = applyEvents(
    emptyState(size),
    listReceived([makeTask({ id: 'a' })]),
    transcriptReceived('a', transcript),
  );
  const app = appFixture(state);
  app.press('tab');
  return app;
}

function screenOf(app: AppFixture): readonly string[] {
  const state = app.state();
  const visible = visibleTranscript(state);
  if (visible === null) throw new Error('No transcript.');
  return transcriptLines(state, makeTask({ id: 'a' }), plain, visible.width, visible.height).map((line) =>
    stripVTControlCharacters(line),
  );
}

const footer = (app: AppFixture): string => stripVTControlCharacters(footerOf(app.state()));

/** The line with the cursor. */
const pointed = (app: AppFixture): string | undefined =>
  screenOf(app)
    .find((line) => line.startsWith('▌ '))
    ?.slice(2);

describe.each([
  ['80x24', { columns: 80, rows: 24 }],
  ['120x40', { columns: 120, rows: 40 }],
  ['40x20', { columns: 40, rows: 20 }],
])('the parts of a message on %s', (_, size) => {
  it('are a row each, which { and } select', () => {
    const app = reading(size);
    const stops: (string | undefined)[] = [];
    for (let step = 0; step < 6; step++) {
      app.press('{');
      stops.push(pointed(app)?.slice(0, 12));
    }
    expect(stops).toEqual([
      'citation: Go',
      '✓ edit files',
      '✗ run: go te',
      'thinking: Th',
      undefined,
      undefined,
    ]);
    app.press('}', '}');
    expect(pointed(app)?.slice(0, 8)).toBe('thinking');
  });

  it('open in place with enter, and fold again; every row fits', () => {
    const app = reading(size);
    app.press('{', '{', '{');
    const folded = screenOf(app);
    const at = folded.findIndex((line) => line.startsWith('▌'));
    app.press('enter');
    const open = screenOf(app);
    expect(open[at]).toBe(folded[at]);
    expect(open.slice(at + 1, at + 5).map((line) => line.trimEnd())).toEqual([
      '    command: go test ./...',
      '    output:',
      '    │ ok auth',
      '    │ FAIL login 漢字',
    ]);
    const width = visibleTranscript(app.state())?.width ?? 0;
    for (const line of open) {
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(textFault(line)).toBeNull();
    }
    app.press('enter');
    expect(screenOf(app)).toEqual(folded);
  });
});

describe('enter in the transcript', () => {
  it('writes without a tool call under the cursor, and i writes always', () => {
    const app = reading();
    app.press('enter');
    expect(app.state().view.focus).toBe('prompt');
    app.press('esc', '{', '{', 'i');
    expect(app.state().view.focus).toBe('prompt');
  });

  it('has its own hint while a tool call is selected', () => {
    const app = reading({ columns: 120, rows: 40 });
    expect(footer(app)).toMatch(/⏎ write/u);
    app.press('{', '{');
    expect(footer(app)).toMatch(/⏎ open.*i write/u);
    app.press('enter');
    expect(footer(app)).toMatch(/⏎ fold/u);
  });
});

describe('an open part', () => {
  it('stays open while polls change its message', () => {
    const app = reading();
    app.press('{', '{', '{', 'enter');
    const grown = { ...CALL, output: `${CALL.output}more\n` };
    app.dispatch(
      transcriptReceived('a', live(you(0, 'Test it'), withParts(1, grown, EDIT), you(2, 'Go on')), NOON + 1),
    );
    expect(screenOf(app).join('\n')).toMatch(/│ ok auth\n.*│ FAIL login.*\n.*│ more/u);
  });

  it('stays where it is on the screen when it is at its end, and shows as much as fits', () => {
    const long = toolCall({
      id: 'long',
      output: Array.from({ length: 90 }, (_, n) => `row ${n}`).join('\n'),
    });
    const app = reading({ columns: 80, rows: 24 }, live(you(0, 'x\n'.repeat(40)), withParts(1, long)));
    app.press('{', 'enter');
    expect(screenOf(app)[0]).toMatch(/^▌ ✓ run/u);
    expect(screenOf(app)).toContain('    │ row 45');
  });

  it('is copied and exported with all of its details; the message has a row', () => {
    const app = reading();
    app.press('{', '{', '{', 'y', 'y');
    const details =
      '✗ run: go test ./... · exit 1 · 12s\n  command: go test ./...\n  output:\n  │ ok auth\n  │ FAIL login 漢字';
    expect(app.calls).toEqual([{ what: 'copy', text: details }]);
    app.press('v');
    app.press('enter', 'v');
    const [before, after] = app.calls.flatMap((call) => (call.what === 'page' ? [call.text] : []));
    expect(before).not.toContain('FAIL login');
    expect(after).toContain(`${details}\n✓ edit files (auth.go)`);
  });

  it('is read out', () => {
    const app = reading();
    app.press('{', '{');
    const before = app.state();
    app.press('enter');
    expect(describeChange(before, app.state(), () => null)).toEqual([
      '✓ edit files (auth.go). Open.',
      '  auth.go · +1 -1',
      '  │ -now()',
      '  │ +clock.now()',
    ]);
    const open = app.state();
    app.press('enter');
    expect(describeChange(open, app.state(), () => null)).toEqual(['✓ edit files (auth.go). Folded.']);
  });

  it('with 10 MB of output does not slow down a redraw', () => {
    const big = toolCall({ id: 'big', output: 'one more line of output of a long build\n'.repeat(250_000) });
    const app = reading({ columns: 120, rows: 40 }, live(you(0, 'Build it'), withParts(1, big)));
    app.press('{', 'enter');
    const started = performance.now();
    for (let round = 0; round < 20; round++) {
      app.press('up', 'down');
      screenOf(app);
    }
    expect((performance.now() - started) / 20).toBeLessThan(50);
    expect(screenOf(app).join('\n')).toContain('one more line');
  });
});

describe('the search', () => {
  it('opens a folded part for a hit in it, and folds it when it goes on', () => {
    const app = reading({ columns: 120, rows: 40 });
    app.press('ctrl+f');
    app.type('clock');
    expect(app.state().view.transcriptSearch?.hit).not.toBeNull();
    app.press('enter');
    const places: string[] = [];
    for (let step = 0; step < 2; step++) {
      app.press('n');
      places.push([...(app.state().view.openParts.get('a') ?? [])].join());
    }
    expect(places.toSorted()).toEqual(['', 'call call-8']);
    app.press('esc');
  });

  it('finds the same hits again after it opened a part, and folds it when it is cancelled', () => {
    const app = reading({ columns: 120, rows: 40 });
    app.press('ctrl+f');
    app.type('FAIL login');
    expect(screenOf(app).join('\n')).toContain('│ FAIL login');
    app.press('esc');
    expect(screenOf(app).join('\n')).not.toContain('FAIL login');
  });
});

describe('m', () => {
  it('shows parts as JSON', () => {
    const app = reading({ columns: 120, rows: 120 });
    app.press('m');
    expect(screenOf(app).join('\n')).toMatch(
      /"type": "reasoning".*"exitCode": 1.*"url": "https:\/\/go.dev\/doc"/su,
    );
    app.press('m');
    expect(screenOf(app).join('\n')).not.toContain('"type"');
  });
});

describe('o', () => {
  it('opens the page of a citation under the cursor', async () => {
    const app = reading();
    app.press('{', 'o');
    await expect.poll(() => app.calls).toEqual([{ what: 'open', address: 'https://go.dev/doc' }]);
  });

  it('offers the links of the conversation beside the page of the task', async () => {
    const app = reading();
    app.press('o', 'down', 'enter');
    await expect.poll(() => app.calls).toEqual([{ what: 'open', address: 'https://go.dev/doc' }]);
    app.press('o', 'enter');
    await expect
      .poll(() => app.calls.at(-1))
      .toEqual({ what: 'open', address: 'https://coder.example.com/tasks/ada/a' });
  });
});
