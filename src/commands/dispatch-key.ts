import { latinKey } from '../domain/key-name.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { State } from '../store/state.ts';
import { isTiny } from '../view/layout/geometry.ts';
import { detachByKey } from './attach.ts';
import { availability, type CommandContext, type KeyContext, keysOf } from './command.ts';
import { answerConfirmation } from './confirm.ts';
import { scrollDiff } from './diff-cursor.ts';
import { cancelDiffSearch } from './diff-search.ts';
import { editByKey, insertText } from './edit-keys.ts';
import { editField } from './form.ts';
import { helpFindByKey } from './help-find.ts';
import { resolveChord } from './key-chord.ts';
import { currentKeyContext, type InputContext } from './key-context.ts';
import { commandIn, TEXT_CONTEXTS } from './keymap.ts';
import { overlayFieldByKey } from './overlay-field.ts';
import { pickerByKey } from './picker.ts';
import { promptHistoryKeys } from './prompt.ts';
import { promptSearchKey, promptSearchText } from './prompt-history-search.ts';
import { scrollBy } from './transcript-scroll.ts';
import { cancelSearch } from './transcript-search.ts';

/**
 * Handles one key; the store notifies its listeners once at most. `text`: the text that the key types, or empty.
 * `byWheel`: the terminal sent the key for a turn of the mouse wheel.
 */
export const dispatchKey = (context: CommandContext, typed: string, text: string, byWheel = false): void =>
  context.store.batch(() => handleKey(context, typed, text, byWheel));

function handleKey(context: CommandContext, typed: string, text: string, byWheel: boolean): void {
  const { store, clock } = context;
  const before = store.getState();
  const { overlay } = before.view;
  const keyContext = currentKeyContext(before);
  // The second key of a chord is never text.
  const isText = acceptsText(before, keyContext) && before.view.chordPrefix === null;
  const pressed = isText ? typed : translatedKey(before, keyContext, typed);

  if (keyContext === 'question' && overlay !== null && !GLOBAL_KEYS.has(pressed))
    return answerConfirmation(context, overlay, pressed);
  if (before.answerKey !== null && before.answerKey.key !== pressed)
    store.dispatch({ type: 'answer-key-pressed', key: null, now: clock.now() });
  // The panes are not visible, so their keys do nothing.
  if (isTiny(before.size)) return dispatchOnTinyScreen(context, pressed);
  // The next key hides a remark; an error stays until esc.
  if (before.notice !== null && before.notice.tone !== 'bad')
    store.dispatch({ type: 'notice-changed', notice: null });
  const lookupContext = keyContext === 'picker' || keyContext === 'question' ? 'anywhere' : keyContext;
  const key = resolveChord(context, lookupContext, pressed);
  if (key === null) return;
  if (keyContext === 'help' && helpFindByKey(store, key, text)) return;
  if (overlay !== null && closesOverlay(before, keyContext, key)) {
    if (overlay.kind === 'search') return cancelSearch(store);
    if (overlay.kind === 'diff-search') return cancelDiffSearch(store);
    if (overlay.kind === 'filter') store.dispatch({ type: 'filter-changed', filter: overlay.before });
    return store.dispatch({ type: 'overlay-closed' });
  }
  if (isPromptContext(keyContext) && promptSearchKey(store, key, text)) return;
  // The wheel scrolls the diff or the transcript, and never moves a cursor as the arrow keys do.
  if (byWheel && before.view.openDiff !== null && (keyContext === 'diff' || keyContext === 'prompt'))
    return scrollDiff(context, key === 'up' ? -1 : 1);
  if (isPromptContext(keyContext) && byWheel)
    return keyContext === 'prompt' ? scrollBy(context, key === 'up' ? -1 : 1) : undefined;
  if (isPromptContext(keyContext) && promptHistoryKeys.get(key)?.(context) === true) return;

  const command = commandIn(before, lookupContext, key);
  if (command !== null) {
    const found = availability(command, store.getState());
    if (found === true) return command.run(context, keysOf(command, before.customKeys).indexOf(key));
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'plain', text: found, at: clock.now() },
    });
  }
  if (keyContext === 'picker' && pickerByKey(context, key)) return;
  if (overlayFieldByKey(context, key, text)) return;
  if (keyContext === 'field') editField(store, key, text);
  if (!isPromptContext(keyContext) || detachByKey(context, key)) return;
  if (!editByKey(store, key) && text !== '') insertText(store, text);
}

function acceptsText({ view: { overlay } }: State, keyContext: InputContext): boolean {
  if (keyContext === 'help') return overlay?.kind === 'help' && overlay.typing === true;
  return TYPING_CONTEXTS.has(keyContext);
}

const TYPING_CONTEXTS: ReadonlySet<InputContext> = new Set([...TEXT_CONTEXTS, 'picker']);

/** The key in the same place of a Latin keyboard, unless the typed key is bound itself. */
function translatedKey(state: State, keyContext: InputContext, typed: string): string {
  const isBound =
    keyContext !== 'picker' && keyContext !== 'question' && commandIn(state, keyContext, typed) !== null;
  return isBound ? typed : latinKey(typed);
}

const isPromptContext = (keyContext: InputContext): boolean =>
  keyContext === 'prompt' || keyContext === 'form';

/** Inserts pasted text where the context accepts text, in one change; a paste never runs a command. */
export const paste = (context: CommandContext, text: string): void =>
  context.store.batch(() => handlePaste(context, text));

function handlePaste(context: CommandContext, text: string): void {
  const { store, clock } = context;
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
    case 'filter':
    case 'search':
    case 'save':
    case 'rename':
    case 'attach':
    case 'picker':
      return void overlayFieldByKey(context, '', text);
    case 'list':
    case 'transcript':
    case 'hits':
    case 'diff':
    case 'worktree':
    case 'peek':
    case 'requests':
    case 'options':
      return store.dispatch({
        type: 'notice-changed',
        notice: {
          tone: 'plain',
          text: state.view.openDiff === null ? PASTE_GOES_TO_PROMPT : PASTE_GOES_TO_COMMENT,
          at: clock.now(),
        },
      });
  }
}

const PASTE_GOES_TO_COMMENT = `Press ${keyFor('comment')} to write a comment before you paste.`;
const PASTE_GOES_TO_PROMPT = `Open the prompt to paste: press ${keyFor('answer')} to write to the task, or ${keyFor('new')} for a new task.`;

/** Keys that work while a question is open. */
const GLOBAL_KEYS = new Set(['ctrl+c', 'ctrl+l', 'ctrl+z']);

/** The commands that open overlays in which no text is typed. */
const OPENERS: ReadonlyMap<KeyContext, string> = new Map([
  ['help', 'help'],
  ['outbox', 'outbox'],
  ['outcome', 'outcome'],
  ['peek', 'peek'],
  ['requests', 'requests'],
  ['worktree', 'workspace'],
]);

/** `esc` closes every overlay. The quit key and the key that opened it do, too, unless keys type text in it. */
function closesOverlay(state: State, keyContext: InputContext, key: string): boolean {
  if (keyContext === 'question') return false;
  if (key === 'esc') return true;
  if (keyContext === 'picker') return false;
  const opener = OPENERS.get(keyContext);
  if (opener === undefined || commandIn(state, keyContext, key) !== null) return false;
  const id = commandIn(state, 'list', key)?.id;
  return id === 'quit' || id === opener;
}

/** On a screen that is too small only global keys and quit work. */
function dispatchOnTinyScreen(context: CommandContext, key: string): void {
  const command = commandIn(context.store.getState(), 'list', key);
  if (command !== null && (command.keyContext === 'anywhere' || command.id === 'quit'))
    command.run(context, 0);
}
