import { CHATS, chatFacts } from '../domain/task.ts';
import { selectedTask } from '../store/selectors.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Loads the models of the selected chat's organization, once for each organization: chats report only the id of their
 * model. Without them the heading lacks the model. Returns a function that stops it.
 */
export function startLoadingModelNames({
  backend,
  store,
}: Pick<SyncContext, 'backend' | 'store'>): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const requested = new Set<string>();
  const source = backend.sources.find(({ id }) => id === CHATS);

  async function load(organizationId: string): Promise<void> {
    try {
      const value = await source?.models?.(organizationId, signal);
      if (value !== undefined && !signal.aborted)
        store.dispatch({ type: 'chat-models-loaded', organizationId, result: { value } });
    } catch {
      // The form that offers models reports its own errors.
    }
  }

  const loadForSelected = (): void => {
    const state = store.getState();
    const task = selectedTask(state);
    const facts = task && chatFacts(task);
    if (!facts?.modelId || facts.organizationId === '' || requested.has(facts.organizationId)) return;
    requested.add(facts.organizationId);
    if (state.chatModels.get(facts.organizationId)?.value == null) void load(facts.organizationId);
  };
  const unsubscribe = source?.models === undefined ? () => {} : store.subscribe(loadForSelected);
  return () => {
    unsubscribe();
    controller.abort();
  };
}
