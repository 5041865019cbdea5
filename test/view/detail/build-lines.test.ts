import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { Build, BuildLogLine } from '../../../src/domain/build.ts';
import type { Template } from '../../../src/domain/ports/backend.ts';
import type { Task } from '../../../src/domain/task.ts';
import type { State } from '../../../src/store/state.ts';
import { buildLines } from '../../../src/view/detail/build-lines.ts';
import { detailLayout } from '../../../src/view/detail/detail-layout.ts';
import { agent, live, makeBuild, makeTask, NOON, withFields } from '../../domain/builders.ts';
import {
  applyEvents,
  emptyState,
  listReceived,
  TEMPLATE,
  transcriptReceived,
} from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const DETAIL = { width: 83, height: 23 };
const STARTING = makeTask({ id: 'a', status: 'initializing', state: null, agentLifecycle: null });

const log = (count: number): readonly BuildLogLine[] =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    at: NOON,
    level: 'info',
    stage: index < 2 ? 'Setup' : 'Plan',
    output: index === 2 ? '' : `\x1b[1mline\x1b[0m ${index + 1}`,
  }));

function state(task: Task, build: Partial<Build>, lines: readonly BuildLogLine[] = []): State {
  return applyEvents(
    emptyState(),
    listReceived([task]),
    { type: 'build-received', taskId: 'a', build: makeBuild(build), now: NOON },
    { type: 'build-log-received', taskId: 'a', buildId: 'b1', lines },
  );
}

const shown = (from: State, width = 80): string[] => {
  const [task = STARTING] = from.tasks;
  const { build } = detailLayout(from, DETAIL);
  return buildLines(from, task, plain, width, build).map((line) => stripVTControlCharacters(line));
};

const known = (about: Template['buildDurations']['start']): Template => ({
  ...TEMPLATE,
  buildDurations: { start: about, stop: about },
});

it('says which step it is at, for how long, and what was printed last', () => {
  expect(shown(state(STARTING, { status: 'running', startedAt: NOON - 12_000 }, log(4)))).toEqual([
    '✔ queued  ◐ building  ○ agent connecting  ○ scripts  ○ ready',
    '12s',
    'Setup',
    '  line 1',
    '  line 2',
    'Plan',
    '  line 4',
    '',
  ]);
});

it('says its place in the queue', () => {
  expect(
    shown(state(withFields(STARTING, { status: 'pending' }), { queuePosition: 2, queueSize: 3 })),
  ).toEqual([
    '◐ queued, 2 of 3  ○ building  ○ agent connecting  ○ scripts  ○ ready',
    'queued on the server',
    '',
  ]);
});

it('has a bar where the server knows how long it takes', () => {
  const templates = [known({ p50Ms: 30_000, p95Ms: 60_000 })];
  const from = applyEvents(state(STARTING, { status: 'running', startedAt: NOON - 30_000 }), {
    type: 'templates-received',
    templates,
  });
  expect(shown(from)[1]).toBe(`${'━'.repeat(15)}${'─'.repeat(15)}  30s, usually 30s, rarely over 1m`);
  // The bar needs room beside the words.
  expect(shown(from, 36)[1]).toBe('30s, usually 30s, rarely over 1m');
});

it('says only the current step where there is no room for all', () => {
  expect(shown(state(STARTING, { status: 'running' }), 40)[0]).toBe('◐ building (step 2 of 5)');
});

it('shows why it failed and the end of a long log, and leaves the words about the task their room', () => {
  const failed = withFields(STARTING, { status: 'error', workspaceStatus: 'failed', buildNumber: 1 });
  const build = { status: 'failed', error: 'exit status 1\x07', startedAt: NOON - 9_000, completedAt: NOON };
  const from = state(failed, build, log(50));
  const lines = shown(from);
  expect(lines.slice(0, 3)).toEqual([
    '✔ queued  ✖ building  ○ agent connecting  ○ scripts  ○ ready',
    'starting failed after 9s',
    'exit status 1',
  ]);
  expect(lines.slice(-2)).toEqual(['  line 50', '']);
  const { build: rows, transcript } = detailLayout(from, DETAIL);
  expect(lines).toHaveLength(rows);
  expect(transcript.height).toBeGreaterThanOrEqual(2);
});

it('leaves half of the pane to a conversation', () => {
  const from = applyEvents(
    state(STARTING, { status: 'running' }, log(50)),
    transcriptReceived('a', live(agent(0, 'still here'))),
  );
  const { timeline, build, transcript } = detailLayout(from, DETAIL);
  expect(build).toBeLessThanOrEqual(transcript.height);
  // Frame and heading are the rest.
  expect(timeline + build + transcript.height).toBe(DETAIL.height - 3);
});

it('goes when the agent is ready', () => {
  const ready = makeTask({ id: 'a' });
  expect(shown(state(ready, { status: 'succeeded' }))).toEqual([]);
});
