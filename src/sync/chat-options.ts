import { errorText } from '../domain/errors.ts';
import { CHATS } from '../domain/task.ts';
import { chosenOrganization } from '../store/chat-form.ts';
import { formKind } from '../store/form-kind.ts';
import { hasAnswered } from '../store/list-freshness.ts';
import { parseFilter } from '../store/matching-rows.ts';
import type { LoadResult } from '../store/slices/chat-options.ts';
import type { State } from '../store/state.ts';
import type { SyncContext } from './sync-context.ts';

/** Loads what the form offers for a chat. */
export interface ChatOptionsLoader {
  /** Resolves when the options are in the state, or why they could not be loaded. Concurrent calls share one load. */
  load(): Promise<void>;
  /** Resolves when the models of an organization are in the state, or why they could not be loaded. */
  loadModels(organizationId: string): Promise<void>;
  /** Loads the options of the open form again; does nothing without a form of a chat. */
  reload(): void;
  stop(): void;
}

export function createChatOptionsLoader(
  { backend, store }: Pick<SyncContext, 'backend' | 'store'>,
  signal: AbortSignal,
): ChatOptionsLoader {
  let pending: Promise<void> | null = null;

  async function loadAll(): Promise<void> {
    const [organizations, workspaces, templates] = await Promise.all([
      attempt('Cannot list your organizations', () => backend.organizations(signal)),
      attempt('Cannot list the workspaces', () => backend.workspaces(signal)),
      attempt('Cannot list the templates', () => backend.workspaceTemplates(signal)),
    ]);
    if (signal.aborted) return;
    store.dispatch(
      { type: 'organizations-loaded', result: organizations },
      { type: 'workspaces-loaded', result: workspaces },
      { type: 'workspace-templates-loaded', result: templates },
    );
    await loadModelsOfChosen();
  }

  async function loadModels(id: string): Promise<void> {
    const source = backend.sources.find((each) => each.id === CHATS);
    const result = await attempt(
      'Cannot list the models',
      async () => (await source?.models?.(id, signal)) ?? [],
    );
    if (!signal.aborted) store.dispatch({ type: 'chat-models-loaded', organizationId: id, result });
  }

  async function loadModelsOfChosen(): Promise<void> {
    const organization = chosenOrganization(store.getState());
    if (organization === null) return;
    await loadModels(organization.id);
    // The user may have chosen another organization meanwhile.
    const chosen = chosenOrganization(store.getState());
    if (!signal.aborted && chosen !== null && !store.getState().chatModels.has(chosen.id))
      await loadModelsOfChosen();
  }

  function load(): Promise<void> {
    pending ??= loadAll().finally(() => {
      pending = null;
    });
    return pending;
  }

  const isChatFormOpen = (state: State): boolean =>
    state.view.openForm !== null && formKind(state) === 'chat';
  const reload = (): void => {
    if (isChatFormOpen(store.getState())) void load();
  };

  /** On this machine the empty list shows the agents. */
  const showsAgents = ({ deployment, sourceFreshness, tasks }: State): boolean => {
    const freshness = sourceFreshness.get(CHATS);
    return deployment.local && tasks.length === 0 && freshness?.error === null && hasAnswered(freshness);
  };
  const needsOptions = (state: State): boolean => isChatFormOpen(state) || showsAgents(state);

  // The form may open before the deployment is known to have chats.
  let needed = needsOptions(store.getState());
  const stop = store.subscribe(() => {
    const isNeeded = needsOptions(store.getState());
    if (isNeeded && !needed) void load();
    needed = isNeeded;
  });

  /** The filter `org:` needs the names. After a failure they are loaded again with the next such filter. */
  const needsNames = ({ view, organizations }: State): boolean =>
    organizations.value === null && parseFilter(view.filter).readsOrganizations;
  let namesNeeded = false;
  const followFilter = (): void => {
    const isNeeded = needsNames(store.getState());
    if (isNeeded && !namesNeeded) void loadOrganizations();
    namesNeeded = isNeeded;
  };
  const stopFilter = store.subscribe(followFilter);
  followFilter();

  async function loadOrganizations(): Promise<void> {
    const result = await attempt('Cannot list your organizations', () => backend.organizations(signal));
    if (signal.aborted) return;
    store.dispatch({ type: 'organizations-loaded', result });
    if ('error' in result)
      store.dispatch({
        type: 'notice-queued',
        text: `${result.error} The filter ignores org:.`,
        now: store.getState().now,
      });
  }

  return {
    load,
    loadModels,
    reload,
    stop() {
      stop();
      stopFilter();
    },
  };
}

async function attempt<Value>(fact: string, request: () => Promise<Value>): Promise<LoadResult<Value>> {
  try {
    return { value: await request() };
  } catch (error) {
    return { error: `${fact}: ${errorText(error)}` };
  }
}
