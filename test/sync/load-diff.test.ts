import { expect, it } from 'vitest';
import type { Diff } from '../../src/domain/ports/source.ts';
import { createDiffLoader } from '../../src/sync/load-diff.ts';
import { makeChat } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const DIFF: Diff = {
  repositories: [{ name: 'auth', branch: 'main', text: 'diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n' }],
  url: '',
  reason: '',
};

interface Request {
  readonly of: string;
  readonly signal: AbortSignal;
  answer(diff: Diff): void;
  refuse(error: unknown): void;
}

/** The diff of a chat is open, and the test answers its requests. */
function opened() {
  const fixture = syncFixture();
  const requests: Request[] = [];
  const [source] = fixture.backend.sources;
  const chats = {
    ...source,
    diff: (_: unknown, of: string, signal: AbortSignal) =>
      new Promise<Diff>((answer, refuse) => {
        signal.addEventListener('abort', () => refuse(failure({ kind: 'aborted', message: 'Cancelled.' })));
        requests.push({ of, signal, answer, refuse });
      }),
  };
  fixture.receiveList(makeChat({ id: 'c', source: 'tasks' }));
  const load = createDiffLoader(
    { ...fixture, backend: { ...fixture.backend, sources: [chats] } },
    new AbortController().signal,
  );
  fixture.store.dispatch({ type: 'diff-opened', taskId: 'c', of: 'base' });
  const open = () => fixture.store.getState().view.openDiff;
  return { ...fixture, requests, load, open };
}

it('loads both diffs, each once at a time', async () => {
  const { clock, requests, load, open } = opened();
  load('c', 'base');
  load('c', 'base');
  load('c', 'uncommitted');
  expect(requests.map(({ of }) => of)).toEqual(['base', 'uncommitted']);
  expect(open()?.base.isLoading).toBe(true);
  requests[0]?.answer(DIFF);
  await clock.settle();
  expect(open()?.base).toMatchObject({ isLoading: false, error: '', document: { diff: DIFF, of: 'base' } });
  expect(open()?.uncommitted.document).toBeNull();
  load('c', 'base');
  expect(requests).toHaveLength(3);
});

it('shows why it could not be loaded, and keeps the last one', async () => {
  const { clock, requests, load, open } = opened();
  load('c', 'base');
  requests[0]?.answer(DIFF);
  await clock.settle();
  load('c', 'base');
  requests[1]?.refuse(failure({ kind: 'server', message: 'The git host is down.' }));
  await clock.settle();
  expect(open()?.base).toMatchObject({
    isLoading: false,
    error: 'The git host is down.',
    document: { diff: DIFF },
  });
});

it('stops when the diff is closed, without a word', async () => {
  const { clock, store, requests, load, open } = opened();
  load('c', 'base');
  store.dispatch({ type: 'diff-closed' });
  expect(requests[0]?.signal.aborted).toBe(true);
  await clock.settle();
  expect(open()).toBeNull();
  expect(store.getState().notice).toBeNull();
});

it('says so when the source has no diffs', async () => {
  const fixture = syncFixture();
  fixture.receiveList(makeChat({ id: 'c', source: 'tasks' }));
  fixture.store.dispatch({ type: 'diff-opened', taskId: 'c', of: 'base' });
  createDiffLoader(fixture, new AbortController().signal)('c', 'base');
  await fixture.clock.settle();
  expect(fixture.store.getState().view.openDiff?.base.error).toBe('This server has no diffs.');
});
