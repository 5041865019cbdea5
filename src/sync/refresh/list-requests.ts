import { type BackendError, type BackendErrorKind, errorText } from '../../domain/errors.ts';
import { isSameScope, MINE, type OwnerScope, queryOfScope, scopeText } from '../../domain/owner-scope.ts';
import type { Source } from '../../domain/ports/source.ts';
import type { SourceId } from '../../domain/task.ts';
import { isAnythingChanging } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import { listInterval, staleAfter, unfocusedFactor, watchedListInterval } from './intervals.ts';
import type { RequestKind } from './request-kind.ts';

/** Errors that mean that the server does not list the tasks of this owner. */
const SCOPE_ERRORS: ReadonlySet<BackendErrorKind> = new Set(['forbidden', 'invalid', 'not-found']);

/** The answer of a source that does not list a scope: its rejection; null when it only has nothing to list. */
interface ScopeAnswer {
  readonly scope: OwnerScope;
  readonly error: BackendError | null;
}

/** The last answers of the sources that do not list the scope. */
type ScopeAnswers = Map<SourceId, ScopeAnswer>;

/**
 * Request the list of each source for the listed scope; at once when the scope changes, early after a pushed hint, and
 * rarely while hints report each change. A source that fails leaves the others alone: the server rejects a scope only
 * when all sources do. A source that the server does not have, or that knows no other owners, has no say in that.
 */
export function listRequests({ backend, ...context }: SyncContext): readonly RequestKind[] {
  const answers: ScopeAnswers = new Map();
  const rejection = (scope: OwnerScope): BackendError | null => {
    if (isSameScope(scope, MINE)) return null;
    const all = backend.sources.map(({ id }) => answers.get(id));
    if (!all.every((answer) => answer !== undefined && isSameScope(answer.scope, scope))) return null;
    const errors = backend.sources
      .filter(({ capabilities }) => capabilities.otherOwners !== false)
      .map(({ id }) => answers.get(id)?.error ?? null);
    return errors.find((error) => error !== null) ?? null;
  };
  return backend.sources.map((source) => listOfSource(context, source, answers, rejection));
}

function listOfSource(
  { store, clock, pace }: Omit<SyncContext, 'backend'>,
  source: Source,
  answers: ScopeAnswers,
  rejection: (scope: OwnerScope) => BackendError | null,
): RequestKind {
  const interval = (state: State): number =>
    listInterval(isAnythingChanging(state), pace) * unfocusedFactor('list', state.window.focused);
  /** Hints are about the user's own tasks. */
  const watchedInterval = (state: State): number =>
    isSameScope(state.listedScope, MINE)
      ? watchedListInterval(pace) * unfocusedFactor('list', state.window.focused)
      : interval(state);
  /** Before, the server may not have the source, and its path may be unknown. */
  let hasAnswered = false;
  return {
    name: 'list',
    onChange: (before, after) =>
      before.listedScope === after.listedScope &&
      (before.listLimit === after.listLimit || source.isComplete === undefined)
        ? null
        : { restartMs: 0 },
    retryMs: interval,
    async request({ signal, onBytes, isStreamHealthy }) {
      const startedAt = clock.now();
      const { listedScope: scope, listLimit } = store.getState();
      const limit = listLimit !== null && source.isComplete !== undefined ? { limit: listLimit } : {};
      const tasks = await source.list({ ...queryOfScope(scope), ...limit }, signal, onBytes);
      signal.throwIfAborted();
      hasAnswered = true;
      if (tasks.length === 0 && source.capabilities.otherOwners === false)
        answers.set(source.id, { scope, error: null });
      else answers.delete(source.id);
      const now = clock.now();
      const next = (isStreamHealthy() ? watchedInterval : interval)({ ...store.getState(), tasks, now });
      const refreshMs = staleAfter(next, now - startedAt, pace?.busy);
      const error = rejection(scope);
      if (error === null)
        store.dispatch({
          type: 'list-received',
          source: source.id,
          scope,
          tasks,
          isComplete: source.isComplete?.(tasks) ?? true,
          ...limit,
          startedAt,
          refreshMs,
          now,
        });
      else store.dispatch({ type: 'scope-failed', scope, text: scopeErrorText(scope, error), now });
      return next;
    },
    onFailure(error, retryAt) {
      // The scope is that of the request: a scope change aborts the request.
      const { listedScope: scope } = store.getState();
      const now = clock.now();
      if (SCOPE_ERRORS.has(error.kind)) answers.set(source.id, { scope, error });
      else if (error.kind === 'no-tasks') answers.set(source.id, { scope, error: null });
      else answers.delete(source.id);
      const rejected = rejection(scope);
      if (rejected !== null)
        store.dispatch({ type: 'scope-failed', scope, text: scopeErrorText(scope, rejected), now });
      else store.dispatch({ type: 'list-failed', source: source.id, error, retryAt, now });
    },
    push: {
      // A hint can be lost, and does not say what changed.
      replacesPolling: false,
      key: () => (hasAnswered && source.watch !== undefined ? 'list' : null),
      open: async ({ changed }, signal) => source.watch?.(changed, signal),
      onEnd() {
        const refreshMs = staleAfter(interval(store.getState()), 0, pace?.busy);
        store.dispatch({ type: 'list-watch-ended', source: source.id, refreshMs, now: clock.now() });
      },
    },
  };
}

const scopeErrorText = (scope: OwnerScope, error: BackendError): string =>
  `Cannot list ${scopeText(scope)}: ${errorText(error)}`;
