import { keyFor } from '../domain/key-placeholder.ts';
import { latinKey } from '../domain/keyboard-layout.ts';
import { isTiny } from '../store/geometry.ts';
import type { CustomKeys, State } from '../store/state.ts';
import { type CommandContext, type KeyContext, keysOf } from './command.ts';
import { answerConfirmation } from './confirm.ts';
import { editByKey, insertText } from './edit-keys.ts';
import { editField } from './form.ts';
import { helpFindByKey } from './help-find.ts';
import { resolveChord } from './key-chord.ts';
import { commandFor } from './keymap.ts';
import { promptHistoryKeys } from './prompt.ts';
import { promptSearchKey, promptSearchText } from './prompt-history-search.ts';
import { scrollBy } from './transcript-scroll.ts';
import { cancelSearch, isBrowsingHits } from './transcript-search.ts';

/** Where a key goes at the moment; null while a menu of its own takes the keys. */
export function currentKeyContext(state: State): KeyContext | 'question' | null {
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
    case 'confirm-bulk':
    case 'confirm-overwrite':
    case 'confirm-quit':
      return 'question';
    case 'places':
    case 'owners':
    case 'palette':
      return null;
    default:
      if (isBrowsingHits(state)) return 'hits';
      if (view.focus !== 'prompt' || view.openForm === null) return view.focus;
      return view.openForm.field === 'prompt' ? 'form' : 'field';
  }
}

/**
 * Does what a key means. `text` is what the key types, if it types something. `byWheel`: the terminal sent it for a turn of the
 * mouse's wheel.
 */
export function dispatchKey(context: CommandContext, typed: string, text: string, byWheel = false): void {
  const { store, clock } = context;
  const before = store.getState();
  const { overlay } = before.view;
  const keyContext = currentKeyContext(before);
  // The second key of a sequence is never text.
  const isText = acceptsText(before, keyContext) && before.view.chordPrefix === null;
  const pressed = isText ? typed : translatedKey(keyContext, typed, before.customKeys);

  if (keyContext === 'question' && overlay !== null && !GLOBAL_KEYS.has(pressed))
    return answerConfirmation(context, overlay, pressed);
  // What cannot be seen is not steered.
  if (isTiny(before.size)) return dispatchOnTinyScreen(context, pressed);
  // A remark has been read when the next key comes; what went wrong stays until esc.
  if (before.notice !== null && before.notice.tone !== 'bad')
    store.dispatch({ type: 'notice-changed', notice: null });
  const lookupContext = keyContext === null || keyContext === 'question' ? 'anywhere' : keyContext;
  const key = resolveChord(context, lookupContext, pressed);
  if (key === null) return;
  if (keyContext === 'help' && helpFindByKey(store, key, text)) return;
  if (overlay !== null && closesOverlay(keyContext, key, before.customKeys)) {
    if (overlay.kind === 'search') return cancelSearch(store);
    if (overlay.kind === 'filter') store.dispatch({ type: 'filter-changed', filter: overlay.before });
    return store.dispatch({ type: 'overlay-closed' });
  }
  if (isPromptContext(keyContext) && promptSearchKey(store, key, text)) return;
  // The wheel scrolls what is read, and leaves what is written alone.
  if (isPromptContext(keyContext) && byWheel)
    return keyContext === 'prompt' ? scrollBy(context, key === 'up' ? -1 : 1) : undefined;
  if (isPromptContext(keyContext) && promptHistoryKeys.get(key)?.(context) === true) return;

  const command = commandFor(lookupContext, key, before.customKeys);
  if (command !== null) {
    const availability = command.enabled?.(store.getState()) ?? true;
    if (availability === true) return command.run(context, keysOf(command, before.customKeys).indexOf(key));
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'plain', text: availability, at: clock.now() },
    });
  }
  if (keyContext === 'field') editField(store, key, text);
  if (isPromptContext(keyContext) && !editByKey(store, key) && text !== '') insertText(store, text);
}

/** Whether a character that is typed is text here. */
function acceptsText({ view: { overlay } }: State, scope: ReturnType<typeof currentKeyContext>): boolean {
  if (scope === 'help') return overlay?.kind === 'help' && overlay.typing === true;
  return scope === null || TEXT_CONTEXTS.has(scope);
}

const TEXT_CONTEXTS: ReadonlySet<KeyContext | 'question'> = new Set([
  'prompt',
  'form',
  'field',
  'filter',
  'search',
  'save',
]);

/** The key as commands name it: on a keyboard with other letters, the one in the same place, unless it is bound itself. */
function translatedKey(
  scope: ReturnType<typeof currentKeyContext>,
  typed: string,
  changes: CustomKeys,
): string {
  const isBound = scope !== null && scope !== 'question' && commandFor(scope, typed, changes) !== null;
  return isBound ? typed : latinKey(typed);
}

/** Whether the keys go to a prompt. */
const isPromptContext = (scope: ReturnType<typeof currentKeyContext>): boolean =>
  scope === 'prompt' || scope === 'form';

/** Puts a paste where text goes: it is text and never a command. */
export function paste({ store, clock }: CommandContext, text: string): void {
  const state = store.getState();
  if (isTiny(state.size)) return;
  switch (currentKeyContext(state)) {
    case 'prompt':
    case 'form':
      if (promptSearchText(store, text)) return;
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
        type: 'notice-changed',
        notice: { tone: 'plain', text: PASTE_GOES_TO_PROMPT, at: clock.now() },
      });
  }
}

const PASTE_GOES_TO_PROMPT = `A paste goes to the prompt: press ${keyFor('answer')} to write to the task, or ${keyFor('new')} for a new one, then paste.`;

/** Keys that keep their meaning while a question is open. */
const GLOBAL_KEYS = new Set(['ctrl+c', 'ctrl+l', 'ctrl+z']);

/** `esc` closes whatever is on top; the key of quit too, where no text is written. */
function closesOverlay(
  scope: ReturnType<typeof currentKeyContext>,
  key: string,
  changes: CustomKeys,
): boolean {
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
function dispatchOnTinyScreen(context: CommandContext, key: string): void {
  const { customKeys } = context.store.getState();
  const command = commandFor('list', key, customKeys);
  if (command !== null && (command.keyContext === 'anywhere' || command.id === 'quit'))
    command.run(context, 0);
}
