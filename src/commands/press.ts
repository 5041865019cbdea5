import { keyFor } from '../domain/key-hint.ts';
import { latinKey } from '../domain/keyboard-layout.ts';
import { isTiny } from '../store/geometry.ts';
import type { KeyChanges, State } from '../store/state.ts';
import type { CommandContext, Scope } from './command.ts';
import { answer } from './confirm.ts';
import { editByKey, insertText } from './editing.ts';
import { editField } from './form.ts';
import { helpFindByKey } from './help-find.ts';
import { searchByKey, searchByText } from './history-search.ts';
import { commandFor } from './keymap.ts';
import { keysOf } from './keys-of.ts';
import { historyKeys } from './prompt.ts';
import { goesThroughHits, leaveSearch } from './searching.ts';
import { inSequence } from './sequence.ts';
import { scrollBy } from './transcript.ts';

/** Where a key goes at the moment; null while a menu of its own takes the keys. */
export function scopeOf(state: State): Scope | 'question' | null {
  const { view } = state;
  switch (view.overlay?.kind) {
    case 'help':
    case 'outbox':
    case 'outcome':
    case 'filter':
    case 'search':
    case 'save':
      return view.overlay.kind;
    case 'texts':
      return 'outcome';
    case 'confirm-delete':
    case 'confirm-pause':
    case 'confirm-resume':
    case 'confirm-several':
    case 'confirm-overwrite':
    case 'confirm-quit':
      return 'question';
    case 'places':
    case 'owners':
    case 'palette':
      return null;
    default:
      if (goesThroughHits(state)) return 'hits';
      if (view.focus !== 'prompt' || view.composing === null) return view.focus;
      return view.composing.field === 'prompt' ? 'form' : 'field';
  }
}

/**
 * Does what a key means. `text` is what the key types, if it types something. `byWheel`: the terminal sent it for a turn of the
 * mouse's wheel.
 */
export function press(context: CommandContext, typed: string, text: string, byWheel = false): void {
  const { store, clock } = context;
  const before = store.getState();
  const { overlay } = before.view;
  const scope = scopeOf(before);
  // The second key of a sequence is never text.
  const isText = takesText(before, scope) && before.view.prefix === null;
  const pressed = isText ? typed : shortcut(scope, typed, before.keys);

  if (scope === 'question' && overlay !== null && !ANYWHERE.has(pressed))
    return answer(context, overlay, pressed);
  // What cannot be seen is not steered.
  if (isTiny(before.size)) return pressUnseen(context, pressed);
  // A remark has been read when the next key comes; what went wrong stays until esc.
  if (before.notice !== null && before.notice.tone !== 'bad')
    store.dispatch({ type: 'noticed', notice: null });
  const where = scope === null || scope === 'question' ? 'anywhere' : scope;
  const key = inSequence(context, where, pressed);
  if (key === null) return;
  if (scope === 'help' && helpFindByKey(store, key, text)) return;
  if (overlay !== null && closes(scope, key, before.keys)) {
    if (overlay.kind === 'search') return leaveSearch(store);
    if (overlay.kind === 'filter') store.dispatch({ type: 'filtered', filter: overlay.before });
    return store.dispatch({ type: 'overlay-closed' });
  }
  if (writes(scope) && searchByKey(store, key, text)) return;
  // The wheel scrolls what is read, and leaves what is written alone.
  if (writes(scope) && byWheel)
    return scope === 'prompt' ? scrollBy(context, key === 'up' ? -1 : 1) : undefined;
  if (writes(scope) && historyKeys.get(key)?.(context) === true) return;

  const command = commandFor(where, key, before.keys);
  if (command !== null) {
    const verdict = command.enabled?.(store.getState()) ?? true;
    if (verdict === true) return command.run(context, keysOf(command, before.keys).indexOf(key));
    return store.dispatch({ type: 'noticed', notice: { tone: 'plain', text: verdict, at: clock.now() } });
  }
  if (scope === 'field') editField(store, key, text);
  if (writes(scope) && !editByKey(store, key) && text !== '') insertText(store, text);
}

/** Whether a character that is typed is text here. */
function takesText({ view: { overlay } }: State, scope: ReturnType<typeof scopeOf>): boolean {
  if (scope === 'help') return overlay?.kind === 'help' && overlay.typing === true;
  return scope === null || TEXT.has(scope);
}

const TEXT: ReadonlySet<Scope | 'question'> = new Set([
  'prompt',
  'form',
  'field',
  'filter',
  'search',
  'save',
]);

/** The key as commands name it: on a keyboard with other letters, the one in the same place, unless it is bound itself. */
function shortcut(scope: ReturnType<typeof scopeOf>, typed: string, changes: KeyChanges): string {
  const isBound = scope !== null && scope !== 'question' && commandFor(scope, typed, changes) !== null;
  return isBound ? typed : latinKey(typed);
}

/** Whether the keys go to a prompt. */
const writes = (scope: ReturnType<typeof scopeOf>): boolean => scope === 'prompt' || scope === 'form';

/** Puts a paste where text goes: it is text and never a command. */
export function paste({ store, clock }: CommandContext, text: string): void {
  const state = store.getState();
  if (isTiny(state.size)) return;
  switch (scopeOf(state)) {
    case 'prompt':
    case 'form':
      if (searchByText(store, text)) return;
      return insertText(store, text);
    case 'help':
      helpFindByKey(store, '', text);
      return;
    case 'field':
      return void editField(store, '', text);
    case 'list':
    case 'transcript':
    case 'hits':
      return store.dispatch({
        type: 'noticed',
        notice: { tone: 'plain', text: PASTE_GOES_TO_PROMPT, at: clock.now() },
      });
  }
}

const PASTE_GOES_TO_PROMPT = `A paste goes to the prompt: press ${keyFor('answer')} to write to the task, or ${keyFor('new')} for a new one, then paste.`;

/** Keys that keep their meaning while a question is open. */
const ANYWHERE = new Set(['ctrl+c', 'ctrl+l', 'ctrl+z']);

/** `esc` closes whatever is on top; the key of quit too, where no text is written. */
function closes(scope: ReturnType<typeof scopeOf>, key: string, changes: KeyChanges): boolean {
  if (scope === 'question') return false;
  if (key === 'esc') return true;
  if (
    (scope !== 'help' && scope !== 'outbox' && scope !== 'outcome') ||
    commandFor(scope, key, changes) !== null
  )
    return false;
  // The key that would leave taskdeck from below, or opened what is on top.
  const id = commandFor('list', key, changes)?.id;
  return id === 'quit' || (id === scope && id !== undefined);
}

/** On a screen that is too small there is only the way out. */
function pressUnseen(context: CommandContext, key: string): void {
  const { keys } = context.store.getState();
  const command = commandFor('list', key, keys);
  if (command !== null && (command.scope === 'anywhere' || command.id === 'quit')) command.run(context, 0);
}
