import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import { CHATS } from '../../src/domain/task.ts';
import type { WorktreePreview } from '../../src/domain/worktree.ts';
import { openFormAt } from '../../src/store/form.ts';
import { createStore } from '../../src/store/store.ts';
import { createWorktreePreviewLoader } from '../../src/sync/worktree-preview.ts';
import { onThisMachine, WORKTREE_PREVIEW } from '../store/chat-form-states.ts';
import { eventLoopTurn, manualClock } from '../support/manual-clock.ts';
import { failure } from './scripted-backend.ts';

interface Request {
  readonly directory: string;
  readonly base: string;
  readonly signal: AbortSignal;
  answer(about?: Partial<WorktreePreview>): Promise<void>;
  refuse(error: unknown): Promise<void>;
}

/** The form on this machine, with the loader. `hasWorktrees`: whether the source can be asked. */
function started({ hasWorktrees = true } = {}) {
  const requests: Request[] = [];
  const previewWorktree: Source['previewWorktree'] = (directory, base, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(failure({ kind: 'aborted', message: 'Cancelled.' })));
      requests.push({
        directory,
        base,
        signal,
        answer(about) {
          resolve({ ...WORKTREE_PREVIEW, ...about });
          return eventLoopTurn();
        },
        refuse(error) {
          reject(error);
          return eventLoopTurn();
        },
      });
    });
  const chats = { id: CHATS, ...(hasWorktrees && { previewWorktree }) } as Source;
  const clock = manualClock();
  const store = createStore(onThisMachine([], []));
  const stopping = new AbortController();
  const loader = createWorktreePreviewLoader(
    { backend: { sources: [chats] } as never, store, clock },
    stopping.signal,
  );
  return {
    requests,
    clock,
    store,
    loader,
    open: () => store.dispatch({ type: 'open-form-changed', openForm: openFormAt('prompt') }),
    close: () => store.dispatch({ type: 'open-form-changed', openForm: null }),
    type: (name: 'directory' | 'base', text: string) =>
      store.dispatch({ type: 'form-changed', change: { [name]: bufferOf(text) } }),
    sent: () => requests.map(({ directory, base }) => [directory, base]),
    known: (base = '') => store.getState().worktreePreviews.byBase.get(base),
  };
}

describe('the preview of the worktree', () => {
  it('is requested when the form opens, and again when it opens the next time', async () => {
    const run = started();
    expect(run.requests).toEqual([]);
    run.open();
    expect(run.sent()).toEqual([['/home/ada/src', '']]);
    const loading = run.loader.load();
    expect(run.requests).toHaveLength(1);
    await run.requests[0]?.answer({ baseSubject: 'New' });
    await loading;
    expect(run.known()?.value?.baseSubject).toBe('New');
    run.close();
    run.open();
    expect(run.requests).toHaveLength(2);
  });

  it('waits while the user types, and drops the answer about another directory', async () => {
    const run = started();
    run.open();
    for (const text of ['/', '/t', '/tm', '/tmp']) {
      run.type('directory', text);
      await run.clock.advance(100);
    }
    expect(run.requests[0]?.signal.aborted).toBe(true);
    expect(run.sent()).toEqual([['/home/ada/src', '']]);
    await run.clock.advance(300);
    expect(run.sent().slice(1)).toEqual([['/tmp', '']]);
    await run.requests[1]?.answer({ reason: 'No repository.' });
    expect(run.store.getState().worktreePreviews.directory).toBe('/tmp');
  });

  it('of a typed base is a request of its own, and keeps that of HEAD', async () => {
    const run = started();
    run.open();
    await run.requests[0]?.answer();
    run.type('base', 'feat');
    await run.clock.advance(300);
    run.type('base', 'feature');
    await run.clock.advance(300);
    expect(run.sent().slice(1)).toEqual([
      ['/home/ada/src', 'feat'],
      ['/home/ada/src', 'feature'],
    ]);
    expect(run.requests[1]?.signal.aborted).toBe(true);
    await run.requests[2]?.answer({ base: 'feature' });
    expect([...run.store.getState().worktreePreviews.byBase.keys()]).toEqual(['', 'feature']);
  });

  it('that failed has an error, which the next load ends; a refused directory has none', async () => {
    const run = started();
    run.open();
    run.type('directory', '/tmp');
    await run.clock.advance(300);
    await run.requests[1]?.refuse(failure({ kind: 'timeout', message: 'No answer.' }));
    expect(run.known()).toEqual({ value: null, error: 'Cannot read the repository: No answer.' });
    const loading = run.loader.load();
    await run.requests[2]?.refuse(failure({ kind: 'invalid', message: 'It does not exist.' }));
    await loading;
    expect(run.known()).toMatchObject({ value: { reason: 'It does not exist.' }, error: null });
  });

  it('says at once that a server makes none', async () => {
    const run = started({ hasWorktrees: false });
    run.open();
    await run.loader.load();
    expect(run.known()?.value?.reason).toBe('This server makes no worktrees.');
  });

  it('ends with the program', () => {
    const run = started();
    run.open();
    run.loader.stop();
    expect(run.requests[0]?.signal.aborted).toBe(true);
    run.close();
    run.open();
    expect(run.requests).toHaveLength(1);
  });
});
