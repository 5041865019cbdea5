import type { ScrollAnchor } from '../store/slices/conversations.ts';
import { visibleTranscript } from '../view/detail/visible-transcript.ts';
import { anchorAt, scrollTopOf, type TranscriptView } from '../view/transcript/transcript-view.ts';
import type { Command, CommandContext } from './command.ts';

/** Scrolls to the line that `target` returns for the first visible line, the window's height and the total. */
const scrollTo =
  (target: (top: number, height: number, total: number) => number) =>
  ({ store }: CommandContext): void => {
    const now = visibleTranscript(store.getState());
    if (now === null) return;
    const { taskId, view, anchor, height } = now;
    const top = target(scrollTopOf(view, anchor, height), height, view.total);
    store.dispatch({ type: 'transcript-scrolled', taskId, anchor: anchorAt(view, top, height) });
    // A transcript that fits on the screen has no scroll position near its beginning.
    if (top <= 0 && view.total <= height) store.dispatch({ type: 'older-messages-requested', taskId });
  };

/** Scrolls by `rows`. At the end it follows new messages again. */
export const scrollBy = (context: CommandContext, rows: number): void =>
  scrollTo((top) => top + rows)(context);

/** Scrolls by the height of the window, less a row. */
export const scrollByPage = (context: CommandContext, step: -1 | 1): void =>
  scrollTo((top, height) => top + step * Math.max(1, height - 1))(context);

export const transcriptScrollCommands: readonly Command[] = [
  {
    id: 'scroll-down',
    title: 'Scroll down',
    keys: ['down', 'j'],
    keyContext: 'transcript',
    run: scrollTo((top) => top + 1),
  },
  {
    id: 'scroll-up',
    title: 'Scroll up',
    keys: ['up', 'k'],
    keyContext: 'transcript',
    run: scrollTo((top) => top - 1),
  },
  {
    id: 'scroll-page-down',
    title: 'Scroll down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'transcript',
    run: (context) => scrollByPage(context, 1),
  },
  {
    id: 'scroll-page-up',
    title: 'Scroll up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'transcript',
    run: (context) => scrollByPage(context, -1),
  },
  {
    id: 'scroll-top',
    title: 'Scroll to the beginning',
    keys: ['g', 'home'],
    keyContext: 'transcript',
    run: scrollTo(() => 0),
  },
  {
    id: 'scroll-end',
    title: 'Scroll to the end',
    keys: ['G', 'end'],
    keyContext: 'transcript',
    run: scrollTo((_, __, total) => total),
  },
  {
    id: 'follow',
    title: 'Follow new messages, or stop',
    hint: 'follow',
    keys: ['f'],
    keyContext: 'panes',
    enabled: (state) => visibleTranscript(state) !== null || 'No transcript shown.',
    run({ store }) {
      const now = visibleTranscript(store.getState());
      if (now === null) return;
      const { taskId, view, anchor, height } = now;
      const target = anchor === undefined ? anchorAtEnd(view, height) : null;
      store.dispatch({ type: 'transcript-scrolled', taskId, anchor: target });
    },
  },
];

/** An anchor that stops following although the window is at the end. */
function anchorAtEnd(view: TranscriptView, height: number): ScrollAnchor | null {
  const top = scrollTopOf(view, undefined, height);
  return anchorAt({ ...view, total: Number.POSITIVE_INFINITY }, top, height);
}
