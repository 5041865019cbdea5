import { tooManyFiles, withAttachment } from '../domain/attachment.ts';
import { bufferOf } from '../domain/edit/buffer.ts';
import { attachedFiles, mayAttachHere } from '../store/attachments.ts';
import { overlayField } from '../store/overlay-field.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

type AttachOverlay = Extract<Overlay, { readonly kind: 'attach' }>;

/** More names than a notice has room for. */
const MAX_NAMES = 20;

function openField({ store }: CommandContext): void {
  const key = draftKey(store.getState());
  if (key === null) return;
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'attach', draftKey: key, path: '' } });
}

function notify({ store, clock }: CommandContext, tone: 'plain' | 'bad', text: string): void {
  store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
}

/** Attaches the file of the open field and closes the field; a notice says why when a chat does not take the file. */
export async function attachTyped(
  context: CommandContext,
  { draftKey: key, path }: AttachOverlay,
): Promise<void> {
  const { store, attachments } = context;
  if (path.trim() === '') return store.dispatch({ type: 'overlay-closed' });
  const checked = await attachments.check(path);
  const state = store.getState();
  const { overlay } = state.view;
  // The user left the field, or changed the path.
  if (overlay?.kind !== 'attach' || overlay.draftKey !== key || overlay.path !== path) return;
  if (checked.kind === 'refused') return notify(context, 'bad', checked.why);
  const files = withAttachment(state.attachments.get(key) ?? [], checked.file);
  const tooMany = tooManyFiles(files.length);
  if (tooMany !== null) return notify(context, 'bad', tooMany);
  store.dispatch(
    { type: 'notice-changed', notice: null },
    { type: 'attachments-changed', key, files },
    { type: 'overlay-closed' },
  );
}

/** Completes the path in the field; lists the names that it may go on with. */
async function completePath(context: CommandContext): Promise<void> {
  const { store, attachments } = context;
  const before = store.getState().view.overlay;
  if (before?.kind !== 'attach') return;
  const { path, names } = await attachments.complete(before.path);
  const { overlay } = store.getState().view;
  if (overlay?.kind !== 'attach' || overlay.path !== before.path) return;
  store.dispatch(
    { type: 'overlay-opened', overlay: { ...overlay, path } },
    { type: 'field-cursor-moved', cursor: path.length },
  );
  if (names.length === 0) return notify(context, 'plain', 'No file begins like this.');
  if (names.length === 1) return;
  const more = names.length - MAX_NAMES;
  notify(
    context,
    'plain',
    [...names.slice(0, MAX_NAMES), ...(more > 0 ? [`and ${more} more`] : [])].join('  '),
  );
}

/** Removes the last file of an empty prompt; false when the key edits the text. */
export function detachByKey(context: CommandContext, key: string): boolean {
  const isDetaching = key === 'backspace' && isPromptEmpty(context.store.getState());
  if (isDetaching) detachLast(context);
  return isDetaching;
}

function detachLast({ store }: CommandContext): void {
  const state = store.getState();
  const key = draftKey(state);
  if (key !== null)
    store.dispatch({ type: 'attachments-changed', key, files: attachedFiles(state).slice(0, -1) });
}

const isPromptEmpty = (state: State): boolean => draft(state).text === '' && attachedFiles(state).length > 0;

const isFieldEmpty = (state: State): boolean =>
  (overlayField(state) ?? bufferOf('')).text === '' && attachedFiles(state).length > 0;

export const attachCommands: readonly Command[] = [
  {
    id: 'attach',
    title: 'Attach a file to the message',
    keys: ['ctrl+x f'],
    keyContext: 'prompt',
    enabled: mayAttachHere,
    run: openField,
  },
  {
    id: 'complete-path',
    title: 'Complete the path',
    hint: 'complete',
    keys: ['tab'],
    keyContext: 'attach',
    run: (context) => void completePath(context),
  },
  {
    id: 'detach-last',
    title: 'Remove the last file; field empty',
    hint: 'remove file',
    keys: ['backspace'],
    keyContext: 'attach',
    applies: isFieldEmpty,
    keyOnly: true,
    run: detachLast,
  },
];
