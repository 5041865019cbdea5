import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { State } from '../../store/state.ts';
import type { PeekRow } from '../peek/peek-row.ts';
import { type PeekWindow, peekWindow } from '../peek/peek-window.ts';

/** The rows of the peek that the user has moved into view; all visible ones when it opens, or shows another task. */
export function peekWords(state: State, before: State | null): readonly string[] {
  const window = peekWindow(state);
  if (window === null) return [];
  const old = before === null ? null : peekWindow(before);
  const isSame = old !== null && old.taskId === window.taskId;
  if (isSame && old.top === window.top) return [];
  const { top, height, rows } = window;
  const isNew = (index: number): boolean => !isSame || !isVisible(old, index);
  const words = rows
    .slice(top, top + height)
    .filter((_, index) => isNew(top + index))
    .map(rowWords)
    .filter(Boolean);
  const isEnd = top + height >= rows.length;
  return [
    ...(isSame ? [] : [`Peek at ${window.title}.${isEnd ? '' : ' Space reads on.'} Escape closes.`]),
    ...words,
    ...(isEnd ? ['End.'] : []),
  ];
}

const isVisible = ({ top, height }: PeekWindow, index: number): boolean =>
  index >= top && index < top + height;

/** Empty for a row that is only seen. */
const rowWords = ({ kind, text }: PeekRow): string => {
  const words = sanitiseLine(text).replaceAll(/ {2,}/gu, ' ').trim();
  return kind === 'heading' ? `${words}:` : words;
};
