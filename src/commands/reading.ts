import { keyFor } from '../domain/key-hint.ts';
import type { Reading } from '../domain/reading.ts';
import { displayWidth } from '../domain/text/width.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { INDENT, windowOf } from '../store/transcript-view.ts';
import type { Command, CommandContext } from './command.ts';
import { shownTranscript } from './shown-transcript.ts';

/** Columns that one press moves sideways. */
const STEP = 8;

const needsTranscript = (state: State) => shownTranscript(state) !== null || 'No transcript shown.';

/** Turns a switch; whoever has scrolled stays with the message that they were reading, about where they were in it. */
function toggle(store: Store, name: keyof Reading): void {
  const before = shownTranscript(store.getState());
  const { reading } = store.getState().view;
  store.dispatch({ type: 'reading-changed', change: { [name]: !reading[name] } });
  const after = shownTranscript(store.getState());
  if (before?.anchor === undefined || after === null) return;
  const { message, line } = before.anchor;
  const old = before.view.blocks[message]?.lines.length ?? 0;
  const now = after.view.blocks[message]?.lines.length ?? 0;
  if (old === now) return;
  const anchor = { message, line: Math.round((line * now) / Math.max(1, old)) };
  store.dispatch({ type: 'scrolled', taskId: before.taskId, anchor });
}

/** Moves the window over lines that run off its edge, as far as the longest line on screen goes. */
function sideways({ store }: CommandContext, step: number): void {
  const shown = shownTranscript(store.getState());
  if (shown === null) return;
  const { lines } = windowOf(shown.view, shown.anchor, shown.height);
  const longest = Math.max(0, ...lines.map((line) => (line.kind === 'text' ? displayWidth(line.text) : 0)));
  const last = Math.max(0, longest - Math.max(1, shown.width - INDENT));
  const { column } = store.getState().view;
  const target = Math.max(0, step > 0 ? Math.max(column, Math.min(column + step, last)) : column + step);
  if (target !== column) store.dispatch({ type: 'moved-sideways', column: target });
}

const runsOn = ({ view }: State) =>
  !view.reading.wrap || `Lines are wrapped. ${keyFor('wrap')} unwraps them.`;

export const readingCommands: readonly Command[] = [
  {
    id: 'sideways-right',
    title: 'Scroll right in unwrapped lines',
    keys: ['right'],
    scope: 'transcript',
    enabled: runsOn,
    run: (context) => sideways(context, STEP),
  },
  {
    id: 'sideways-left',
    title: 'Scroll left in unwrapped lines',
    keys: ['left'],
    scope: 'transcript',
    enabled: runsOn,
    run: (context) => sideways(context, -STEP),
  },
  {
    id: 'wrap',
    title: 'Wrap or unwrap long lines',
    hint: 'wrap',
    keys: ['w'],
    scope: 'transcript',
    run: ({ store }) => toggle(store, 'wrap'),
  },
  {
    id: 'raw',
    title: 'Show raw text, or markdown',
    hint: 'raw',
    keys: ['m'],
    scope: 'transcript',
    run: ({ store }) => toggle(store, 'raw'),
  },
  {
    id: 'times',
    title: 'Show or hide message times',
    hint: 'times',
    keys: ['t'],
    scope: 'transcript',
    run: ({ store }) => toggle(store, 'times'),
  },
  {
    id: 'zoom',
    title: 'Full-screen transcript on or off',
    hint: 'full screen',
    shortHint: 'zoom',
    keys: ['z'],
    scope: 'transcript',
    enabled: needsTranscript,
    run({ store }) {
      store.dispatch({ type: 'zoomed', on: !store.getState().view.zoomed });
    },
  },
];
