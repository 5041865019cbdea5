import { keyFor } from '../domain/key-placeholder.ts';
import { formatBytes, serverTimeText } from '../domain/text/format.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { transcriptText } from '../domain/transcript-text.ts';
import { mergedTranscriptOf } from '../store/merged-transcript.ts';
import { openPartsOf } from '../store/slices/open-parts.ts';
import type { State } from '../store/state.ts';
import { taskById } from '../store/task-index.ts';
import { visibleTranscript } from '../view/detail/visible-transcript.ts';
import type { Block } from '../view/transcript/transcript-block.ts';
import type { Command, CommandContext } from './command.ts';

/** The transcript as text; null without messages. */
function exportText(state: State, taskId: string): string | null {
  // Reuses the view on screen: another width would need a new layout.
  const visible = visibleTranscript(state);
  const blocks = visible?.taskId === taskId ? visible.view.blocks : [];
  if (!blocks.some(isReceived)) return null;
  const { older: stored, conversation } = mergedTranscriptOf(state, taskId);
  const isFromStart = stored === 'none' && conversation.entries[0]?.kind !== 'gap';
  const older = isFromStart ? [] : [OLDER_NOTE];
  const open = openPartsOf(state, taskId);
  return [...older, ...blocks.filter(isComplete).flatMap((block) => blockText(block, open))].join('\n');
}

/** A live turn is exported when it is a message. */
const isComplete = ({ live }: Block): boolean => live === undefined;

const isReceived = (block: Block): boolean => block.message !== null && isComplete(block);

/** Shows that the text lacks messages that are not loaded. */
const OLDER_NOTE = '[older messages are not loaded; scroll to the beginning to include them]\n';

function blockText({ message, separator, at }: Block, open: ReadonlySet<string>): readonly string[] {
  switch (separator) {
    case 'gap':
      return ['[some messages are missing]\n'];
    case 'restart':
      return [`[restarted ${serverTimeText(at)}]\n`];
    default:
      return message === null ? [] : [transcriptText([message], open)];
  }
}

/** Saves a transcript to a file, asks before it overwrites one, and shows a notice with the path. */
export async function saveTranscript(
  { store, files, clock }: CommandContext,
  {
    taskId,
    name,
    overwrite = false,
  }: { readonly taskId: string; readonly name: string; readonly overwrite?: boolean },
): Promise<void> {
  const text = exportText(store.getState(), taskId);
  if (name.trim() === '' || text === null) return;
  const saved = await files.save(name.trim(), text, { overwrite });
  const notify = (tone: 'good' | 'bad', words: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text: words, at: clock.now() } });
  switch (saved.kind) {
    case 'saved':
      return notify('good', `Saved ${formatBytes(saved.bytes)} to ${saved.file}.`);
    case 'exists':
      return store.dispatch({
        type: 'overlay-opened',
        overlay: { kind: 'confirm-overwrite', taskId, name, file: saved.file },
      });
    case 'failed':
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'save', taskId, name } });
      return notify('bad', `Cannot write ${saved.file}: ${saved.why}.`);
  }
}

const NOT_ON_SCREEN = `The transcript is not on screen. ${keyFor('other-pane')} shows it.`;

const hasText = (state: State) => {
  const visible = visibleTranscript(state);
  if (visible === null) return state.view.selected === null ? 'No task is selected.' : NOT_ON_SCREEN;
  return visible.view.blocks.some(isReceived) || 'No messages yet.';
};

/** Characters; most file systems allow 255 bytes. */
const MAX_NAME = 60;

/** The name without characters that are special to a shell or a file system. */
const fileName = (name: string): string =>
  Array.from(sanitiseLine(name).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-'))
    .slice(0, MAX_NAME)
    .join('')
    .replaceAll(/^[-.]+|-+$/gu, '') || 'transcript';

export const exportCommands: readonly Command[] = [
  {
    id: 'page-transcript',
    title: 'Open the transcript in $PAGER',
    hint: 'pager',
    keys: ['v'],
    keyContext: 'panes',
    enabled: hasText,
    run({ store, openPager }) {
      const state = store.getState();
      const text = state.view.selected === null ? null : exportText(state, state.view.selected);
      if (text !== null) openPager(text);
    },
  },
  {
    id: 'save-transcript',
    title: 'Save the transcript to a file',
    hint: 'save',
    keys: ['S'],
    keyContext: 'transcript',
    enabled: hasText,
    run({ store }) {
      const task = taskById(store.getState(), store.getState().view.selected);
      if (task === null) return;
      const name = `${fileName(task.name)}.txt`;
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'save', taskId: task.id, name } });
    },
  },
];
