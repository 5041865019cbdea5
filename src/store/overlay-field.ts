import { bufferOf, type EditBuffer } from '../domain/edit/buffer.ts';
import type { State } from './state.ts';

type OverlayFieldState = Pick<State, 'view' | 'conversationSearch'>;

/** The text and cursor of the single-line field of the open overlay; null when it has none. */
export function overlayField(state: OverlayFieldState): EditBuffer | null {
  const { view } = state;
  const text = fieldText(state);
  return text === null ? null : bufferOf(text, Math.min(view.fieldCursor ?? text.length, text.length));
}

function fieldText({
  view: { overlay, filter, transcriptSearch, openDiff },
  conversationSearch,
}: OverlayFieldState): string | null {
  switch (overlay?.kind) {
    case 'filter':
      return filter;
    case 'search':
      return transcriptSearch?.text ?? '';
    case 'diff-search':
      return openDiff?.search?.text ?? '';
    case 'find':
      return conversationSearch.text;
    case 'save':
      return overlay.name;
    case 'rename':
      return overlay.title;
    case 'attach':
      return overlay.path;
    case 'places':
    case 'views':
    case 'owners':
    case 'groups':
    case 'links':
    case 'columns':
    case 'copy':
    case 'snooze':
    case 'palette':
    case 'mode':
    case 'workspace':
      return overlay.text ?? '';
    default:
      return null;
  }
}
