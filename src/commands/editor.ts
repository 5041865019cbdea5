import { bufferOf, EMPTY } from '../domain/edit/buffer.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Command, CommandContext } from './command.ts';
import { recallOf } from './recall.ts';

/** Takes the text of the prompt to the user's editor, and what they made of it back. */
async function writeOn({ store, clock, write }: CommandContext): Promise<void> {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null) return;
  const before = draft(state).text;
  const recalled = recallOf(state);
  const written = await write(before);
  if (written.kind === 'not-written') {
    return store.dispatch({ type: 'noticed', notice: { tone: 'bad', text: written.why, at: clock.now() } });
  }
  const text = sanitise(written.text.replace(/\r\n?/gu, '\n'));
  // A message that came back meanwhile stands before what was being written.
  const now = (store.getState().drafts.get(key) ?? EMPTY).text;
  const returned = now !== before && now.endsWith(before) ? now.slice(0, now.length - before.length) : '';
  store.dispatch({
    type: 'draft-edited',
    key,
    buffer: bufferOf(returned + text),
    ...(recalled && { recall: recalled }),
  });
}

export const editorCommands: readonly (Command & { readonly scope: 'prompt' })[] = [
  {
    id: 'editor',
    title: 'Edit in $VISUAL or $EDITOR',
    hint: 'editor',
    keys: ['ctrl+x ctrl+e'],
    scope: 'prompt',
    run: (context) => void writeOn(context),
  },
];
