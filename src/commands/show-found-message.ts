import type { Clock } from '../domain/ports/clock.ts';
import { entryIndexAt, messageOf } from '../domain/stored-conversation.ts';
import { type MergedTranscript, mergedTranscriptOf } from '../store/merged-transcript.ts';
import type { MessageToShow } from '../store/slices/conversation-search.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { isEntry, transcriptItems } from '../store/transcript-items.ts';
import { visibleTranscript } from '../view/detail/visible-transcript.ts';
import { goToMessage } from './transcript-search.ts';

/** A conversation that does not load the message for this long does not have it, ms. */
const GIVE_UP_MS = 3_000;

/** Scrolls to the found message of the selected task as soon as it is loaded. Returns a function that stops it. */
export function showFoundMessages(store: Store, clock: Clock): () => void {
  let cancel = (): void => {};
  let before: State | null = null;

  function giveUp(): void {
    const text = 'That message is not in the conversation any more.';
    store.dispatch(
      { type: 'message-to-show-changed', message: null },
      { type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } },
    );
  }

  function handleStateChange(): void {
    const state = store.getState();
    const { messageToShow } = state;
    const last = before;
    before = state;
    if (messageToShow === null) return cancel();
    if (last?.messageToShow !== messageToShow || last.mergedTranscripts !== state.mergedTranscripts) {
      cancel();
      cancel = clock.after(GIVE_UP_MS, giveUp);
    } else if (last.view.selected === state.view.selected && last.size === state.size) return;
    show(state, messageToShow);
  }

  function show(state: State, message: MessageToShow): void {
    if (state.view.selected !== message.taskId)
      return store.dispatch({ type: 'message-to-show-changed', message: null });
    const conversation = mergedTranscriptOf(state, message.taskId);
    const index = indexOf(conversation, message);
    if (index === -1) {
      const isBefore = entryIndexAt(conversation.conversation, message) === 0;
      if (isBefore && conversation.older === 'some')
        store.dispatch({ type: 'older-messages-requested', taskId: message.taskId });
      return;
    }
    const visible = visibleTranscript(state);
    if (visible === null) return;
    store.dispatch({ type: 'message-to-show-changed', message: null });
    goToMessage(store, visible, index, message.text);
  }

  return store.subscribe(handleStateChange);
}

const indexOf = (conversation: MergedTranscript, { run, id, role, isRetracted }: MessageToShow): number =>
  transcriptItems(conversation).findIndex(
    (item) =>
      isEntry(item) &&
      item.run === run &&
      item.id === id &&
      item.kind === (isRetracted ? 'retracted' : 'message') &&
      messageOf(item)?.role === role,
  );
