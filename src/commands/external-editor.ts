import { bufferOf, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Command, CommandContext } from './command.ts';
import { activeHistoryPosition } from './prompt-draft.ts';

/** Opens the draft in the user's editor and replaces it with the saved text. */
async function editInEditor({ store, clock, openEditor }: CommandContext): Promise<void> {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null) return;
  const before = draft(state).text;
  const position = activeHistoryPosition(state);
  const result = await openEditor(before);
  if (result.kind === 'not-written') {
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text: result.why, at: clock.now() },
    });
  }
  const text = sanitise(result.text.replace(/\r\n?/gu, '\n'));
  // An undelivered message that returned meanwhile was put before the draft: keep it there.
  const now = (store.getState().drafts.get(key) ?? EMPTY_BUFFER).text;
  const returned = now !== before && now.endsWith(before) ? now.slice(0, now.length - before.length) : '';
  store.dispatch({
    type: 'draft-changed',
    key,
    buffer: bufferOf(returned + text),
    ...(position && { historyPosition: position }),
  });
}

export const editorCommands: readonly (Command & { readonly keyContext: 'prompt' })[] = [
  {
    id: 'editor',
    title: 'Edit in $VISUAL or $EDITOR',
    hint: 'editor',
    keys: ['ctrl+x ctrl+e'],
    keyContext: 'prompt',
    run: (context) => void editInEditor(context),
  },
];
