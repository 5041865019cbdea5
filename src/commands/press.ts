import type { State } from '../store/state.ts';
import type { CommandContext, Scope } from './command.ts';
import { answer } from './confirm.ts';
import { editByKey, insertText } from './editing.ts';
import { historyKeys } from './prompt.ts';
import { commandFor } from './table.ts';

/** Where a key goes at the moment; null while a field or a menu of its own takes the keys. */
export function scopeOf({ view }: State): Scope | 'question' | null {
  switch (view.overlay?.kind) {
    case 'help':
    case 'outbox':
      return view.overlay.kind;
    case 'confirm-delete':
    case 'confirm-resume':
    case 'confirm-quit':
      return 'question';
    case 'filter':
    case 'templates':
      return null;
    default:
      return view.focus;
  }
}

/** Does what a key means. `text` is what the key types, if it types something. */
export function press(context: CommandContext, key: string, text: string): void {
  const { store, clock } = context;
  const state = store.getState();
  const { overlay } = state.view;
  const scope = scopeOf(state);

  if (scope === 'question' && overlay !== null && !ANYWHERE.has(key)) return answer(context, overlay, key);
  if (overlay !== null && scope !== 'question' && (key === 'esc' || (key === 'q' && scope !== null))) {
    if (overlay.kind === 'filter') store.dispatch({ type: 'filtered', filter: overlay.before });
    return store.dispatch({ type: 'overlay-closed' });
  }
  if (scope === 'prompt' && historyKeys.get(key)?.(context) === true) return;

  const command = commandFor(scope === null || scope === 'question' ? 'anywhere' : scope, key);
  if (command !== null) {
    const verdict = command.enabled?.(state) ?? true;
    if (verdict === true) return command.run(context);
    return store.dispatch({ type: 'noticed', notice: { tone: 'plain', text: verdict, at: clock.now() } });
  }
  if (scope === 'prompt' && !editByKey(store, key) && text !== '') insertText(store, text);
}

/** Keys that keep their meaning while a question is open. */
const ANYWHERE = new Set(['ctrl+c', 'ctrl+l', 'ctrl+z']);
