import { describe, expect, it } from 'vitest';
import type { WorktreeActions } from '../../src/domain/worktree.ts';
import { createWorktreeOperations } from '../../src/sync/finish-worktree.ts';
import { makeChat, makeExtension, makeWorktree } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const OFFERS: WorktreeActions = { actions: [], mayDeleteBranch: false };

interface Request<Value> {
  answer(value: Value): void;
  refuse(error: unknown): void;
}

/** The worktree of a chat is open, and the test answers the requests. */
function opened() {
  const fixture = syncFixture();
  const loads: Request<WorktreeActions>[] = [];
  const runs: (Request<string> & { readonly action: string; readonly deleteBranch: boolean })[] = [];
  const [source] = fixture.backend.sources;
  const chats = {
    ...source,
    worktreeActions: () =>
      new Promise<WorktreeActions>((answer, refuse) => {
        loads.push({ answer, refuse });
      }),
    finishWorktree: (_: unknown, action: string, { deleteBranch }: { readonly deleteBranch: boolean }) =>
      new Promise<string>((answer, refuse) => {
        runs.push({ action, deleteBranch, answer, refuse });
      }),
  };
  const extension = makeExtension({ worktree: makeWorktree() });
  fixture.receiveList(makeChat({ id: 'c', source: 'tasks', displayName: 'Fix login', extension }));
  const quit = new AbortController();
  let changes = 0;
  const operations = createWorktreeOperations(
    { ...fixture, backend: { ...fixture.backend, sources: [chats] } },
    () => {
      changes += 1;
    },
    quit.signal,
  );
  fixture.store.dispatch(
    { type: 'worktree-opened', taskId: 'c' },
    { type: 'overlay-opened', overlay: { kind: 'worktree', taskId: 'c', selected: null, top: 0 } },
  );
  const state = () => fixture.store.getState().openedWorktrees.get('c');
  const notice = () => fixture.store.getState().notice;
  const close = () => fixture.store.dispatch({ type: 'overlay-closed' });
  return { ...fixture, ...operations, loads, runs, quit, state, notice, close, changes: () => changes };
}

const merge = { deleteBranch: false };

describe('what can be done', () => {
  it('is loaded once at a time, and once more when it was requested meanwhile', async () => {
    const { clock, loads, loadWorktree, state } = opened();
    loadWorktree('c');
    loadWorktree('c');
    loadWorktree('c');
    expect(loads).toHaveLength(1);
    expect(state()?.isLoading).toBe(true);
    loads[0]?.answer({ ...OFFERS, mayDeleteBranch: true });
    await clock.settle();
    expect(loads).toHaveLength(2);
    expect(state()?.isLoading).toBe(true);
    loads[1]?.answer(OFFERS);
    await clock.settle();
    expect(state()).toMatchObject({ isLoading: false, offers: OFFERS });
    expect(loads).toHaveLength(2);
  });

  it('shows why it could not be loaded', async () => {
    const { clock, loads, loadWorktree, state } = opened();
    loadWorktree('c');
    loads[0]?.refuse(failure({ kind: 'server', message: 'No git.' }));
    await clock.settle();
    expect(state()).toMatchObject({ isLoading: false, offers: null, error: 'No git.' });
  });
});

describe('an action', () => {
  it('is sent once, reports its result in the open overlay, and loads again', async () => {
    const { clock, loads, runs, finishWorktree, loadWorktree, state, notice, changes } = opened();
    finishWorktree('c', 'remove', { deleteBranch: true });
    finishWorktree('c', 'merge', merge);
    loadWorktree('c');
    expect(runs).toMatchObject([{ action: 'remove', deleteBranch: true }]);
    // Facts from before its end would be out of date.
    expect(loads).toHaveLength(0);
    expect(state()?.running?.action).toBe('remove');
    runs[0]?.answer('Removed.');
    await clock.settle();
    expect(state()).toMatchObject({ running: null, result: { isFailure: false, text: 'Removed.' } });
    expect([notice(), loads.length, changes()]).toEqual([null, 1, 1]);
  });

  it('reports its result in a notice when the overlay is closed', async () => {
    const { clock, runs, finishWorktree, close, notice } = opened();
    finishWorktree('c', 'merge', merge);
    close();
    runs[0]?.answer('Merged 2 commits into main.');
    await clock.settle();
    expect(notice()).toMatchObject({ tone: 'good', text: '“Fix login”: Merged 2 commits into main.' });
  });

  it('reports all reasons of a refusal, and never runs twice', async () => {
    const { clock, runs, finishWorktree, close, notice } = opened();
    finishWorktree('c', 'pull-request', merge);
    close();
    runs[0]?.refuse(failure({ kind: 'conflict', message: 'Not pushed.\nNo remote.', tookEffect: 'no' }));
    await clock.settle();
    expect(notice()).toMatchObject({
      tone: 'bad',
      text: 'Cannot open a pull request for “Fix login”: Not pushed.\nNo remote.',
    });
    expect(runs).toHaveLength(1);
  });

  it('says when it may have run in spite of the error', async () => {
    const { clock, runs, finishWorktree, state } = opened();
    finishWorktree('c', 'push', merge);
    runs[0]?.refuse(failure({ kind: 'unreachable', message: 'It broke.', tookEffect: 'maybe' }));
    await clock.settle();
    expect(state()?.result).toMatchObject({ isFailure: true, text: expect.stringContaining('may have run') });
  });

  it('says nothing after the end of the program', async () => {
    const { clock, runs, quit, finishWorktree, state } = opened();
    finishWorktree('c', 'push', merge);
    quit.abort();
    runs[0]?.answer('Pushed.');
    await clock.settle();
    expect(state()?.result).toBeNull();
  });
});
