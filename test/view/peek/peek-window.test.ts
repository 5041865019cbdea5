import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/command-registry.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import { peekLines, peekStatus, peekWindow } from '../../../src/view/peek/peek-window.ts';
import { peekWords } from '../../../src/view/screen-reader/peek-words.ts';
import { PLAIN_THEME } from '../../../src/view/theme.ts';
import {
  agent,
  live,
  MINUTE,
  makeBuild,
  makeChat,
  makeQuestion,
  makeReport,
  makeTask,
  NOON,
  you,
} from '../../domain/builders.ts';
import {
  applyEvents,
  chatsReceived,
  emptyState,
  listReceived,
  transcriptReceived,
} from '../../store/state-builders.ts';
import { HOSTILE } from '../../support/hostile-text.ts';

const SIZE = { columns: 80, rows: 200 };

const open = (taskId: string): readonly StoreEvent[] => [
  { type: 'task-selected', taskId },
  { type: 'overlay-opened', overlay: { kind: 'peek', taskId, top: 0 } },
];

function peek(events: readonly StoreEvent[], size = SIZE) {
  const state = applyEvents(emptyState(size), ...events);
  const window = peekWindow(state);
  if (window === null) throw new Error('The peek is not open.');
  return { state, window, lines: peekLines(window, PLAIN_THEME).map((line) => line.trimEnd()) };
}

const TASK = makeTask({
  id: 'a',
  displayName: 'Fix the login redirect',
  templateDisplayName: 'Research GPU 研究用',
  initialPrompt: 'Fix it.\n\nThen write a test.',
  state: makeReport({ state: 'idle', message: 'Which branch should I use?', at: NOON - 13 * MINUTE }),
  createdAt: NOON - 60 * MINUTE,
  updatedAt: NOON - 30 * MINUTE,
  buildNumber: 3,
});

const build = makeBuild({
  number: 3,
  transition: 'start',
  status: 'succeeded',
  startedAt: NOON - 60 * MINUTE,
  completedAt: NOON - 59 * MINUTE,
  templateVersion: 'v12-stable',
  reason: 'task_resume',
});

const segments = [
  { activity: 'queued', from: NOON - 60 * MINUTE, until: NOON - 59 * MINUTE, build: 3 },
  { activity: 'working', from: NOON - 59 * MINUTE, until: NOON - 13 * MINUTE, build: 3 },
] as const;

const about = (task = TASK): readonly StoreEvent[] => [
  listReceived([task]),
  { type: 'build-received', taskId: 'a', build, now: NOON },
  { type: 'timeline-changed', taskId: 'a', segments },
  ...open('a'),
];

describe('the peek at a task', () => {
  it('shows message, template, build, agent, times, changes of the phase, prompt and ids', () => {
    const { lines, window } = peek(about());
    const text = lines.join('\n');
    expect(window.title).toBe('Fix the login redirect');
    expect(lines[0]).toMatch(/^ ● idle 13m/u);
    expect(text).toContain('Which branch should I use?');
    expect(text).toMatch(/template {6}Research GPU 研究用, version v12-stable/u);
    expect(text).toMatch(
      /build {9}#3 start succeeded, took 1m, \w{3} \d+ \w{3} \d{4} \d\d:\d\d, reason:\s+task resume/u,
    );
    expect(text).toMatch(/agent {9}ready, healthy/u);
    expect(text).toMatch(/created {7}\w{3} \d+ \w{3} 202[56] \d\d:\d\d, 1h ago/u);
    expect(text).toMatch(/phase since {3}.*, 13m ago/u);
    expect(text).toMatch(/task id {7}a$/mu);
    expect(text).toMatch(/First prompt\n Fix it\.\n\n Then write a test\./u);
  });

  it('has the timeline with the meaning of its signs, and shares of a named whole', () => {
    const text = peek(about()).lines.join('\n');
    expect(text).toMatch(/━━ working {2}46m {7}77 % of 1h/u);
    expect(text).toMatch(/── idle {5}13m {7}22 % of 1h/u);
    expect(text).toMatch(
      /── \w{3} \d+ \w{3} \d{4} \d\d:\d\d +idle {5}13m so far\n ━━ .* working {2}46m\n ┅┅ .* starting/u,
    );
  });

  it('has the present phase in its first minute, and no shares of a shorter whole', () => {
    const state = makeReport({ state: 'complete', at: NOON - 20_000 });
    const changed = peek(about(makeTask({ ...TASK, ...TASK.facts, state }))).lines.join('\n');
    expect(changed).toMatch(/══ .* complete <1m so far$/mu);

    const young = [
      listReceived([makeTask({ ...TASK, ...TASK.facts, createdAt: NOON - 30_000, state })]),
      {
        type: 'timeline-changed',
        taskId: 'a',
        segments: [{ activity: 'working', from: NOON - 30_000, until: NOON - 20_000, build: 3 }],
      },
      ...open('a'),
    ] as const;
    expect(peek(young).lines.join('\n')).toMatch(/━━ working {2}<1m$/mu);
  });

  it('warns about start-up scripts, with the end of their output', () => {
    const failed = makeTask({ ...TASK, ...TASK.facts, agentLifecycle: 'start_error', agentId: 'g' });
    const line = (id: number, output: string) => ({ id, at: NOON, level: 'error', stage: '', output });
    const text = peek([
      ...about(failed),
      {
        type: 'startup-log-received',
        taskId: 'a',
        log: { agentId: 'g', lines: [line(1, 'npm \x1b[31mERR'), line(2, 'exit 1')] },
      },
    ]).lines.join('\n');
    expect(text).toMatch(/warning {8}A start-up script failed\./u);
    expect(text).toMatch(/script output {2}npm ERR\n +exit 1/u);
    expect(text).toMatch(/agent {10}start error, healthy/u);
  });

  it('shows the own title and that of the server', () => {
    const title = 'My own title. '.repeat(9).trim();
    const { lines } = peek([...about(), { type: 'own-title-changed', taskId: 'a', title }]);
    expect(lines.slice(0, 2).join('').replaceAll(' ', '')).toBe(title.replaceAll(' ', ''));
    expect(lines.join('\n')).toMatch(/server title {2}Fix the login redirect/u);
  });
});

describe('the peek at a chat', () => {
  const question = makeQuestion();
  const chat = makeChat({
    id: 'c',
    displayName: 'Choose a database',
    status: 'requires_action',
    questions: [question],
    modelId: 'm1',
    workspaceId: 'w1',
  });
  const listed: readonly StoreEvent[] = [
    { type: 'sources-known', sources: ['tasks', 'chats'] },
    chatsReceived([chat]),
  ];

  it('shows the question with its choices, and the model', () => {
    const text = peek([...listed, ...open('c')]).lines.join('\n');
    expect(text).toContain('Which flow?');
    expect(text).toMatch(/^ {3}1 OIDC {2}By a provider\n {3}2 SAML\n {3}i Other/mu);
    expect(text).toMatch(/model {8,}m1/u);
  });

  it('shows the beginning of a long last message, and all of it at the end', () => {
    const rows = Array.from({ length: 40 }, (_, row) => `row ${row}`).join('\n');
    const { lines } = peek([
      ...listed,
      transcriptReceived('c', live(you(1, 'go'), agent(2, rows))),
      ...open('c'),
    ]);
    const text = lines.join('\n');
    expect(text).toContain(' row 11\n … 28 more rows, below');
    expect(text).toMatch(/Last message in full\n row 0\n/u);
    expect(lines.at(-1)).toBe(' row 39');
  });
});

it('no row is wider than the peek at any width, and hostile texts are sanitised', () => {
  const text = Object.values(HOSTILE).join('\n');
  const hostile: readonly StoreEvent[] = [
    ...about(
      makeTask({
        ...TASK,
        ...TASK.facts,
        displayName: text,
        initialPrompt: text,
        workspaceName: text,
        templateDisplayName: text,
        agentLifecycle: text,
        agentHealth: { healthy: false, reason: text },
        directory: { path: text, owned: false },
        state: makeReport({ message: text, uri: text, at: NOON - 13 * MINUTE }),
      }),
    ),
    transcriptReceived('a', live(you(1, text), agent(2, text))),
    {
      type: 'build-received',
      taskId: 'a',
      build: { ...build, reason: text, templateVersion: text },
      now: NOON,
    },
    { type: 'own-title-changed', taskId: 'a', title: `own ${text}` },
  ];
  for (const columns of [40, 61, 80, 120, 200]) {
    const { window, lines } = peek(hostile, { columns, rows: 400 });
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns - 2);
    for (const { text: row } of window.rows) expect(row).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  }
});

it('starts at the top for another task, and keeps its place in the same one', () => {
  const other = makeTask({ id: 'b' });
  const scrolled: readonly StoreEvent[] = [
    ...about(),
    listReceived([TASK, other]),
    { type: 'overlay-opened', overlay: { kind: 'peek', taskId: 'a', top: 5 } },
  ];
  expect(peek(scrolled, { columns: 80, rows: 24 }).window.top).toBe(5);
  expect(peekStatus(peek(scrolled, { columns: 80, rows: 24 }).window)[0]).toMatch(/^6–\d+ of \d+$/u);
  const next = [...scrolled, { type: 'task-selected', taskId: 'b' } as const];
  expect(peek(next, { columns: 80, rows: 24 }).window).toMatchObject({ taskId: 'b', top: 0 });
});

it('is read out as far as it is on the screen, and nothing twice', () => {
  const small = { columns: 80, rows: 24 };
  const { state } = peek(about(), small);
  const first = peekWords(state, null);
  expect(first[0]).toBe('Peek at Fix the login redirect. Space reads on. Escape closes.');
  expect(first).toContain('Last message:');
  const scrolled = applyEvents(state, {
    type: 'overlay-opened',
    overlay: { kind: 'peek', taskId: 'a', top: 2 },
  });
  expect(peekWords(scrolled, state)).toEqual(['version id v1']);
  expect(peekWords(scrolled, scrolled)).toEqual([]);
});

it('has keys for everything that it offers', () => {
  expect(
    commands.filter(({ keyContext }) => keyContext === 'peek').every(({ keys }) => keys.length > 0),
  ).toBe(true);
});
