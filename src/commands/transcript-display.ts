import { keyFor } from '../domain/key-placeholder.ts';
import { displayWidth } from '../domain/text/width.ts';
import type { TranscriptOptions } from '../domain/transcript-options.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { visibleTranscript } from '../view/detail/visible-transcript.ts';
import { INDENT, visibleLines } from '../view/transcript/transcript-view.ts';
import type { Command, CommandContext } from './command.ts';

/** Columns per press. */
const COLUMN_STEP = 8;

/** Toggles an option. A scrolled window stays at about the same place in the same message. */
function toggleOption(store: Store, name: keyof TranscriptOptions): void {
  const before = visibleTranscript(store.getState());
  const { transcriptOptions } = store.getState().view;
  store.dispatch({ type: 'transcript-options-changed', change: { [name]: !transcriptOptions[name] } });
  const after = visibleTranscript(store.getState());
  if (before?.anchor === undefined || after === null) return;
  const { message, line } = before.anchor;
  const old = before.view.blocks[message]?.lines.length ?? 0;
  const now = after.view.blocks[message]?.lines.length ?? 0;
  if (old === now) return;
  const anchor = { message, line: Math.round((line * now) / Math.max(1, old)) };
  store.dispatch({ type: 'transcript-scrolled', taskId: before.taskId, anchor });
}

/** Scrolls sideways, up to the end of the longest visible line. */
function scrollSideways({ store }: CommandContext, step: number): void {
  const visible = visibleTranscript(store.getState());
  if (visible === null) return;
  const { lines } = visibleLines(visible.view, visible.anchor, visible.height);
  const longest = Math.max(0, ...lines.map((line) => (line.kind === 'text' ? displayWidth(line.text) : 0)));
  const last = Math.max(0, longest - Math.max(1, visible.width - INDENT));
  const { scrollColumn } = store.getState().view;
  const target = Math.max(
    0,
    step > 0 ? Math.max(scrollColumn, Math.min(scrollColumn + step, last)) : scrollColumn + step,
  );
  if (target !== scrollColumn) store.dispatch({ type: 'scroll-column-changed', column: target });
}

const isUnwrapped = ({ view }: State) =>
  !view.transcriptOptions.wrap || `Lines are wrapped. ${keyFor('wrap')} unwraps them.`;

export const transcriptDisplayCommands: readonly Command[] = [
  {
    id: 'sideways-right',
    title: 'Scroll right in unwrapped lines',
    keys: ['right'],
    keyContext: 'transcript',
    enabled: isUnwrapped,
    run: (context) => scrollSideways(context, COLUMN_STEP),
  },
  {
    id: 'sideways-left',
    title: 'Scroll left in unwrapped lines',
    keys: ['left'],
    keyContext: 'transcript',
    enabled: isUnwrapped,
    run: (context) => scrollSideways(context, -COLUMN_STEP),
  },
  {
    id: 'wrap',
    title: 'Wrap or unwrap long lines',
    hint: 'wrap',
    keys: ['w'],
    keyContext: 'transcript',
    run: ({ store }) => toggleOption(store, 'wrap'),
  },
  {
    id: 'raw',
    title: 'Show raw text, or markdown',
    hint: 'raw',
    keys: ['m'],
    keyContext: 'transcript',
    run: ({ store }) => toggleOption(store, 'raw'),
  },
  {
    id: 'times',
    title: 'Show or hide message times',
    hint: 'times',
    keys: ['t'],
    keyContext: 'transcript',
    run: ({ store }) => toggleOption(store, 'times'),
  },
];
