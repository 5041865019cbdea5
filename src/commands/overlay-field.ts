import { insert } from '../domain/edit/buffer.ts';
import { lineEdit } from '../domain/edit/keys.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { overlayField } from '../store/overlay-field.ts';
import { attachTyped } from './attach.ts';
import type { CommandContext } from './command.ts';
import { confirmDiffSearch, updateDiffSearch } from './diff-search.ts';
import { saveTranscript } from './export-transcript.ts';
import { openFound } from './find.ts';
import { chooseSelected } from './picker.ts';
import { confirmTitle } from './rename.ts';
import { confirmFilter } from './sort-and-filter.ts';
import { confirmSearch, updateSearch } from './transcript-search.ts';

/** Handles a key, or a pasted text, of the overlay's field. False when no field is open or the key does nothing in it. */
export function overlayFieldByKey(context: CommandContext, key: string, text: string): boolean {
  const { store } = context;
  const before = overlayField(store.getState());
  if (before === null) return false;
  if (key === 'enter') {
    confirmField(context);
    return true;
  }
  const edit = lineEdit(key);
  if (edit === undefined && text === '') return false;
  const after = edit?.(before) ?? insert(before, sanitiseLine(text));
  if (after.text !== before.text) changeFieldText(context, after.text);
  if (after !== before) store.dispatch({ type: 'field-cursor-moved', cursor: after.cursor });
  return true;
}

function changeFieldText(context: CommandContext, text: string): void {
  const { store } = context;
  const { overlay } = store.getState().view;
  switch (overlay?.kind) {
    case 'filter':
      return store.dispatch({ type: 'filter-changed', filter: text });
    case 'search':
      return updateSearch(context, text);
    case 'diff-search':
      return updateDiffSearch(context, text);
    case 'find':
      return store.dispatch({ type: 'conversation-search-typed', text });
    case 'save':
      return store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, name: text } });
    case 'rename':
      return store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, title: text } });
    case 'attach':
      return store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, path: text } });
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
    case 'workspace': {
      const { selected: _, ...rest } = overlay;
      return store.dispatch({ type: 'overlay-opened', overlay: { ...rest, text } });
    }
  }
}

function confirmField(context: CommandContext): void {
  const { store } = context;
  const { overlay } = store.getState().view;
  switch (overlay?.kind) {
    case 'filter':
      return confirmFilter(context);
    case 'search':
      return confirmSearch(context);
    case 'diff-search':
      return confirmDiffSearch(context);
    case 'find':
      return openFound(context);
    case 'save':
      store.dispatch({ type: 'overlay-closed' });
      return void saveTranscript(context, overlay);
    case 'rename':
      return confirmTitle(context, overlay);
    case 'attach':
      return void attachTyped(context, overlay);
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
      return chooseSelected(context);
  }
}
