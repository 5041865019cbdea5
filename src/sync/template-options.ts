import { BackendError, errorText } from '../domain/errors.ts';
import type { ExternalAuth, Preset } from '../domain/ports/backend.ts';
import { chosenTemplate } from '../store/form.ts';
import type { SyncContext } from './sync-context.ts';

/** Learns what versions of templates offer and ask for. */
export interface TemplateOptionsLoader {
  /**
   * Resolves when it is in the state. A version never changes, so its presets are asked for until they are known; the sign-ins
   * are asked for each time, because the user may have done one meanwhile.
   */
  load(versionId: string): Promise<void>;
  /** Asks once more for what is on the screen; does nothing where no form is. */
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
    if (known != null) return { presets: known, trouble: null };
    try {
      return { presets: await backend.presets(versionId, signal), trouble: null };
    } catch (error) {
      // Servers that know no presets have none.
      if (isNotFound(error)) return { presets: [] as readonly Preset[], trouble: null };
      return { presets: null, trouble: `The presets cannot be listed: ${errorText(error)}` };
    }
  }

  /** Where the server does not say it, creating will: nothing is refused on a guess. */
  async function loadSignIns(versionId: string): Promise<readonly ExternalAuth[]> {
    try {
      return await backend.externalAuth(versionId, signal);
    } catch {
      return store.getState().templateOptions.get(versionId)?.signIns ?? [];
    }
  }

  async function fetchOptions(versionId: string): Promise<void> {
    const [{ presets, trouble }, signIns] = await Promise.all([
      loadPresets(versionId),
      loadSignIns(versionId),
    ]);
    if (!signal.aborted)
      store.dispatch({
        type: 'template-options-received',
        versionId,
        options: { presets, signIns, presetsError: trouble },
      });
  }

  function load(versionId: string): Promise<void> {
    const already = pending.get(versionId);
    if (already !== undefined) return already;
    const asked = fetchOptions(versionId).finally(() => pending.delete(versionId));
    pending.set(versionId, asked);
    return asked;
  }

  function reload(): void {
    const state = store.getState();
    const template = state.view.openForm === null ? null : chosenTemplate(state);
    if (template !== null) void load(template.activeVersionId);
  }

  // Whoever comes back to the window may have signed in meanwhile.
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
