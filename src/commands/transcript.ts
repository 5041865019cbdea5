import { anchorAt, type TranscriptView, topOf } from '../store/transcript-view.ts';
import type { Anchor } from '../store/view.ts';
import type { Command, CommandContext } from './command.ts';
import { shownTranscript } from './shown-transcript.ts';

/** Scrolls to where `target` says: a line, given the first line on screen and the height of the window. */
const scroll =
  (target: (top: number, height: number, total: number) => number) =>
  ({ store }: CommandContext): void => {
    const now = shownTranscript(store.getState());
    if (now === null) return;
    const { taskId, view, anchor, height } = now;
    const top = target(topOf(view, anchor, height), height, view.total);
    store.dispatch({ type: 'scrolled', taskId, anchor: anchorAt(view, top, height) });
  };

/** Scrolls by so many rows; down to the end it follows again. */
export const scrollBy = (context: CommandContext, rows: number): void => scroll((top) => top + rows)(context);

export const transcriptCommands: readonly Command[] = [
  {
    id: 'scroll-down',
    title: 'Scroll down',
    keys: ['down', 'j'],
    scope: 'transcript',
    run: scroll((top) => top + 1),
  },
  {
    id: 'scroll-up',
    title: 'Scroll up',
    keys: ['up', 'k'],
    scope: 'transcript',
    run: scroll((top) => top - 1),
  },
  {
    id: 'scroll-page-down',
    title: 'Scroll down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    scope: 'transcript',
    run: scroll((top, height) => top + Math.max(1, height - 1)),
  },
  {
    id: 'scroll-page-up',
    title: 'Scroll up a page',
    keys: ['pageup', 'ctrl+u'],
    scope: 'transcript',
    run: scroll((top, height) => top - Math.max(1, height - 1)),
  },
  {
    id: 'scroll-top',
    title: 'Scroll to the beginning',
    keys: ['g', 'home'],
    scope: 'transcript',
    run: scroll(() => 0),
  },
  {
    id: 'scroll-end',
    title: 'Scroll to the end',
    keys: ['G', 'end'],
    scope: 'transcript',
    run: scroll((_, __, total) => total),
  },
  {
    id: 'follow',
    title: 'Follow new messages, or stop',
    hint: 'follow',
    keys: ['f'],
    scope: 'panes',
    enabled: (state) => shownTranscript(state) !== null || 'No transcript shown.',
    run({ store }) {
      const now = shownTranscript(store.getState());
      if (now === null) return;
      const { taskId, view, anchor, height } = now;
      const held = anchor === undefined ? anchorHere(view, height) : null;
      store.dispatch({ type: 'scrolled', taskId, anchor: held });
    },
  },
];

/** The window as it stands, held although it is at the end. */
function anchorHere(view: TranscriptView, height: number): Anchor | null {
  const top = topOf(view, undefined, height);
  return anchorAt({ ...view, total: Number.POSITIVE_INFINITY }, top, height);
}
