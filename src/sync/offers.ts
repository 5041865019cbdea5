import { BackendError, sentenceOf } from '../domain/errors.ts';
import type { ExternalAuth, Preset } from '../domain/ports/backend.ts';
import { chosenTemplate } from '../store/form.ts';
import type { Context } from './context.ts';

/** Learns what versions of templates offer and ask for. */
export interface Offers {
  /**
   * Resolves when it is in the state. A version never changes, so its presets are asked for until they are known; the sign-ins
   * are asked for each time, because the user may have done one meanwhile.
   */
  load(versionId: string): Promise<void>;
  /** Asks once more for what is on the screen; does nothing where no form is. */
  again(): void;
  stop(): void;
}

export function createOffers({ backend, store }: Context, signal: AbortSignal): Offers {
  const underWay = new Map<string, Promise<void>>();

  async function presetsOf(versionId: string) {
    const known = store.getState().offers.get(versionId)?.presets;
    if (known != null) return { presets: known, trouble: null };
    try {
      return { presets: await backend.presets(versionId, signal), trouble: null };
    } catch (error) {
      // Servers that know no presets have none.
      if (isMissing(error)) return { presets: [] as readonly Preset[], trouble: null };
      return { presets: null, trouble: `The presets cannot be listed: ${sentenceOf(error)}` };
    }
  }

  /** Where the server does not say it, creating will: nothing is refused on a guess. */
  async function signInsOf(versionId: string): Promise<readonly ExternalAuth[]> {
    try {
      return await backend.externalAuth(versionId, signal);
    } catch {
      return store.getState().offers.get(versionId)?.signIns ?? [];
    }
  }

  async function ask(versionId: string): Promise<void> {
    const [{ presets, trouble }, signIns] = await Promise.all([presetsOf(versionId), signInsOf(versionId)]);
    if (!signal.aborted)
      store.dispatch({ type: 'offer-arrived', versionId, offer: { presets, signIns, trouble } });
  }

  function load(versionId: string): Promise<void> {
    const already = underWay.get(versionId);
    if (already !== undefined) return already;
    const asked = ask(versionId).finally(() => underWay.delete(versionId));
    underWay.set(versionId, asked);
    return asked;
  }

  function again(): void {
    const state = store.getState();
    const template = state.view.composing === null ? null : chosenTemplate(state);
    if (template !== null) void load(template.activeVersionId);
  }

  // Whoever comes back to the window may have signed in meanwhile.
  let { focused } = store.getState().window;
  const stop = store.subscribe(() => {
    const { window } = store.getState();
    const isBack = window.focused === true && focused === false;
    focused = window.focused;
    if (isBack) again();
  });

  return { load, again, stop };
}

const isMissing = (error: unknown): boolean => error instanceof BackendError && error.kind === 'not-found';
