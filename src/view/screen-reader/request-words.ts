import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { State } from '../../store/state.ts';
import { requestWindow } from '../requests/request-window.ts';

/** The requests that the user has scrolled into view; all visible ones when the overlay opens. New ones are not read out. */
export function requestWords(state: State, before: State | null): readonly string[] {
  const window = requestWindow(state);
  if (window === null) return [];
  const { title, rows, top, height, follows } = window;
  const old = before === null ? null : requestWindow(before);
  if (old !== null && (old.top === top || (old.follows && follows))) return [];
  const words = rows
    .slice(top, top + height)
    .filter((_, index) => old === null || top + index < old.top || top + index >= old.top + old.height)
    .map(({ text }) => sanitiseLine(text).trim().replaceAll(/ {2,}/gu, ' '));
  const isEnd = top + height >= rows.length;
  return [
    ...(old === null ? [`${title}. The newest is last. Page up reads earlier ones, escape closes.`] : []),
    ...(rows.length === 0 ? ['No requests yet.'] : words),
    ...(isEnd && old !== null ? ['End.'] : []),
  ];
}
