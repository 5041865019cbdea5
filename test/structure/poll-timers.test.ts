import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import { readSource } from '../support/read-source.ts';

/*
 * Only the scheduler in sync/refresh/ makes a poll timer. Elsewhere in sync/, a file either waits (for the ticker, an undo
 * countdown, a write to disk) or sends requests, so that it cannot repeat a request by itself.
 */

const ROOT = path.join(import.meta.dirname, '../..');

/**
 * Files that wait and send requests: deliveries and lost creations are looked for with a back-off of their own, and a read
 * task waits once for the stream that reports it, and a typed directory is requested after a pause.
 */
const ALLOWED: readonly string[] = [
  'src/sync/mark-read.ts',
  'src/sync/outbox/delivery-resolver.ts',
  'src/sync/outbox/delivery-worker.ts',
  'src/sync/resolve-creation.ts',
  'src/sync/worktree-preview.ts',
];

/** What the rest of taskdeck may import from sync/refresh/. */
const ENTRIES: ReadonlySet<string> = new Set([
  'back-off.ts',
  'build-requests.ts',
  'fetch-transcript.ts',
  'identity-requests.ts',
  'intervals.ts',
  'list-requests.ts',
  'menu-requests.ts',
  'older-requests.ts',
  'rate-limit-guard.ts',
  'scheduler.ts',
  'status-requests.ts',
  'transcript-requests.ts',
  'unlisted-requests.ts',
]);

const REQUESTS: readonly string[] = ['backend', 'fetchTranscript', 'AgentBackend', 'Source'];
const WAITS: readonly string[] = ['sleep', 'setTimeout', 'setInterval'];

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

interface Names {
  readonly used: ReadonlySet<string>;
  /** Of called methods. */
  readonly methods: ReadonlySet<string>;
}

function namesIn(code: string): Names {
  const used = new Set<string>();
  const methods = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isNode(value)) return;
    const { type, name, callee } = value;
    if (type === 'Identifier' && typeof name === 'string') used.add(name);
    if (type === 'CallExpression' && isNode(callee) && isNode(callee.property))
      methods.add(String(callee.property.name));
    Object.values(value).forEach(visit);
  };
  visit(parseAst(code, { lang: 'ts' }));
  return { used, methods };
}

/** Broken rules of a file, each with the file and the rule. */
function faults(file: string, code: string): readonly string[] {
  if (file.startsWith('src/sync/refresh/')) return [];
  const deep = readSource(file, code)
    .imports.map(({ source }) => path.posix.join(path.posix.dirname(file), source))
    .filter((target) => target.startsWith('src/sync/refresh/') && !ENTRIES.has(path.posix.basename(target)))
    .map((target) => `${file} imports ${target}: only sync/refresh/ itself may`);
  if (!file.startsWith('src/sync/') || ALLOWED.includes(file)) return deep;
  const { used, methods } = namesIn(code);
  const waits = WAITS.some((name) => used.has(name)) || methods.has('after');
  const sends = REQUESTS.some((name) => used.has(name));
  return waits && sends ? [...deep, `${file} waits and sends requests: add a request kind instead`] : deep;
}

const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map((file) => file.replaceAll(path.sep, '/'));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

it('only sync/refresh/ makes a poll timer', () => {
  expect(files.flatMap((file) => faults(file, read(file)))).toEqual([]);
});

it('the lists of exceptions hold no file that needs none', () => {
  for (const file of ALLOWED) {
    const { used, methods } = namesIn(read(file));
    const waits = used.has('sleep') || methods.has('after');
    expect(waits && REQUESTS.some((name) => used.has(name)), file).toBe(true);
  }
  const imported = files
    .filter((file) => !file.startsWith('src/sync/refresh/'))
    .flatMap((file) =>
      readSource(file, read(file)).imports.map(({ source }) =>
        path.posix.join(path.posix.dirname(file), source),
      ),
    );
  expect([...ENTRIES].filter((entry) => !imported.includes(`src/sync/refresh/${entry}`))).toEqual([]);
});

describe('the rule finds', () => {
  it.each([
    ['a timer around a request', 'clock.after(1_000, () => void backend.list({}, signal));'],
    ['a sleep in a loop', 'for (;;) { await sleep(clock, 1_000); await context.backend.get(task, signal); }'],
    [
      'a shared request',
      'const { fetchTranscript } = context; setInterval(() => fetchTranscript(task, signal), 1_000);',
    ],
    ['a loop of the scheduler', `import { createPollLoop } from './refresh/poll-loop.ts';`],
    ['its type', `import type { PollLoop } from './refresh/poll-loop.ts';`],
  ])('%s', (_, code) => {
    expect(faults('src/sync/a.ts', code)).toHaveLength(1);
  });

  it.each([
    ['a wait alone', 'clock.after(1_000, () => store.dispatch(event));'],
    ['a request alone', 'await backend.list({}, signal); const after = 1;'],
    ['an entry', `import { createScheduler } from './refresh/scheduler.ts';`],
  ])('nothing wrong with %s', (_, code) => {
    expect(faults('src/sync/a.ts', code)).toEqual([]);
  });
});
