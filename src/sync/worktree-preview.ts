import { BackendError, errorReason, errorText } from '../domain/errors.ts';
import { CHATS } from '../domain/task.ts';
import { noWorktree, type WorktreePreview } from '../domain/worktree.ts';
import { wantedPreview } from '../store/form-worktree.ts';
import type { LoadResult } from '../store/slices/chat-options.ts';
import type { State } from '../store/state.ts';
import type { SyncContext } from './sync-context.ts';

/** Keeps the worktree that the open form would make in the state. */
export interface WorktreePreviewLoader {
  /** Resolves when the previews that the form needs are in the state, or why they could not be loaded. */
  load(): Promise<void>;
  stop(): void;
}

type Wanted = NonNullable<ReturnType<typeof wantedPreview>>;

/** The pause after which a directory or a base counts as typed, ms. */
const TYPING_MS = 300;

export function createWorktreePreviewLoader(
  { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
  signal: AbortSignal,
): WorktreePreviewLoader {
  let running: { readonly key: string; readonly stop: AbortController; readonly done: Promise<void> } | null =
    null;
  let cancelTimer = (): void => {};

  function cancel(): void {
    cancelTimer();
    running?.stop.abort();
    running = null;
  }

  /** Requests the previews of the form. `again`: that of HEAD, too, when the directory has one already. */
  async function request(
    { directory, base: typed }: Wanted,
    again: boolean,
    own: AbortSignal,
  ): Promise<void> {
    const known = store.getState().worktreePreviews;
    const hasHead = known.directory === directory && known.byBase.get('')?.value != null;
    const bases = new Set([...(again || !hasHead ? [''] : []), typed]);
    const stopped = AbortSignal.any([signal, own]);
    await Promise.all(
      [...bases].map(async (base) => {
        const result = await preview(directory, base, stopped);
        if (!stopped.aborted) store.dispatch({ type: 'worktree-preview-loaded', directory, base, result });
      }),
    );
  }

  function start(again: boolean): Promise<void> {
    const wanted = wantedPreview(store.getState());
    const key = JSON.stringify([wanted, again]);
    if (running?.key === key) return running.done;
    cancel();
    if (wanted === null || signal.aborted) return Promise.resolve();
    const stop = new AbortController();
    const done = request(wanted, again, stop.signal).finally(() => {
      if (running?.stop === stop) running = null;
    });
    running = { key, stop, done };
    return done;
  }

  async function preview(
    directory: string,
    base: string,
    stopped: AbortSignal,
  ): Promise<LoadResult<WorktreePreview>> {
    const source = backend.sources.find(({ id }) => id === CHATS);
    if (source?.previewWorktree === undefined)
      return { value: noWorktree('This server makes no worktrees.') };
    try {
      return { value: await source.previewWorktree(directory, base, stopped) };
    } catch (error) {
      // The directory is refused: the chat cannot have a worktree there, and its creation says why.
      if (error instanceof BackendError && error.kind === 'invalid')
        return { value: noWorktree(errorReason(error)) };
      return { error: `Cannot read the repository: ${errorText(error)}` };
    }
  }

  /** Empty without an open form of a chat. */
  const wantedKey = (state: State): string => {
    const wanted = state.view.openForm === null ? null : wantedPreview(state);
    return wanted === null ? '' : JSON.stringify(wanted);
  };

  let shown = wantedKey(store.getState());
  const unsubscribe = store.subscribe(() => {
    const before = shown;
    shown = wantedKey(store.getState());
    if (shown === before) return;
    cancel();
    if (shown === '') return;
    // HEAD may have moved since the form was open last.
    if (before === '') void start(true);
    else cancelTimer = clock.after(TYPING_MS, () => void start(false));
  });

  return {
    load: () => start(true),
    stop() {
      unsubscribe();
      cancel();
    },
  };
}
