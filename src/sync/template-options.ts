import { BackendError, errorText } from '../domain/errors.ts';
import type { ExternalAuth, Preset } from '../domain/ports/backend.ts';
import { chosenTemplate } from '../store/form.ts';
import type { SyncContext } from './sync-context.ts';

/** Loads the presets and the external sign-ins of template versions. */
export interface TemplateOptionsLoader {
  /** Resolves when the options are in the state. Requests known presets only once: a version never changes. */
  load(versionId: string): Promise<void>;
  /** Loads the options of the open form again; does nothing without one. */
  reload(): void;
  stop(): void;
}

export function createTemplateOptionsLoader(
  { backend, store }: SyncContext,
  signal: AbortSignal,
): TemplateOptionsLoader {
  const pending = new Map<string, Promise<void>>();

  async function loadPresets(versionId: string) {
    const known = store.getState().templateOptions.get(versionId)?.presets;
    if (known != null) return { presets: known, presetsError: null };
    try {
      return { presets: await backend.presets(versionId, signal), presetsError: null };
    } catch (error) {
      // An older server has no presets endpoint.
      if (isNotFound(error)) return { presets: [] as readonly Preset[], presetsError: null };
      return { presets: null, presetsError: `Cannot list the presets: ${errorText(error)}` };
    }
  }

  /** Resolves to the known sign-ins when the request fails: the create request then reports a missing one. */
  async function loadSignIns(versionId: string): Promise<readonly ExternalAuth[]> {
    try {
      return await backend.externalAuth(versionId, signal);
    } catch {
      return store.getState().templateOptions.get(versionId)?.signIns ?? [];
    }
  }

  async function fetchOptions(versionId: string): Promise<void> {
    const [{ presets, presetsError }, signIns] = await Promise.all([
      loadPresets(versionId),
      loadSignIns(versionId),
    ]);
    if (!signal.aborted)
      store.dispatch({
        type: 'template-options-received',
        versionId,
        options: { presets, signIns, presetsError },
      });
  }

  function load(versionId: string): Promise<void> {
    const running = pending.get(versionId);
    if (running !== undefined) return running;
    const request = fetchOptions(versionId).finally(() => pending.delete(versionId));
    pending.set(versionId, request);
    return request;
  }

  function reload(): void {
    const state = store.getState();
    const template = state.view.openForm === null ? null : chosenTemplate(state);
    if (template !== null) void load(template.activeVersionId);
  }

  // The user may have signed in while the window had no focus.
  let { focused } = store.getState().window;
  const stop = store.subscribe(() => {
    const { window } = store.getState();
    const isBack = window.focused === true && focused === false;
    focused = window.focused;
    if (isBack) reload();
  });

  return { load, reload, stop };
}

const isNotFound = (error: unknown): boolean => error instanceof BackendError && error.kind === 'not-found';
