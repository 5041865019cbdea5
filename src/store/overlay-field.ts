import { bufferOf, type EditBuffer } from '../domain/edit/buffer.ts';
import type { State } from './state.ts';

/** The text and cursor of the single-line field of the open overlay; null when it has none. */
export function overlayField({ view }: Pick<State, 'view'>): EditBuffer | null {
  const text = fieldText(view);
  return text === null ? null : bufferOf(text, Math.min(view.fieldCursor ?? text.length, text.length));
}

function fieldText({ overlay, filter, transcriptSearch, openDiff }: State['view']): string | null {
  switch (overlay?.kind) {
    case 'filter':
      return filter;
    case 'search':
      return transcriptSearch?.text ?? '';
    case 'diff-search':
      return openDiff?.search?.text ?? '';
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
    case 'snooze':
    case 'palette':
    case 'mode':
    case 'workspace':
      return overlay.text ?? '';
    default:
      return null;
  }
}
