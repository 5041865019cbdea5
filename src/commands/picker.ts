import { exactMatchesFirst, findItems } from '../domain/find-items.ts';
import { withKeyNames } from '../domain/key-placeholder.ts';
import type { PickerOverlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import { screenLayout } from '../view/layout/screen-layout.ts';
import {
  turnItems,
  turnTitle,
  workspaceItems,
  workspaceNote,
  workspaceTitle,
} from '../view/overlays/chat-items.ts';
import { columnItems } from '../view/overlays/column-items.ts';
import { deploymentItems } from '../view/overlays/deployment-items.ts';
import { groupItems } from '../view/overlays/group-items.ts';
import { linkItems } from '../view/overlays/link-items.ts';
import { findOwners, ownerItems } from '../view/overlays/owner-items.ts';
import { type PickerContent, type PickerItem, pickerListRows } from '../view/overlays/picker-rows.ts';
import { snoozeItems, snoozeTitle } from '../view/overlays/snooze-items.ts';
import { viewItems } from '../view/overlays/view-items.ts';
import { chooseForTurn, chooseWorkspaceAction } from './chat-settings.ts';
import { listOwnerTasks } from './choose-owner.ts';
import type { CommandContext } from './command.ts';
import { chooseCopy, copyItems } from './copy-menu.ts';
import { moveFound } from './find.ts';
import { shortKey } from './help-content.ts';
import { toggleColumn } from './list-display.ts';
import { chooseLink } from './open-link.ts';
import { paletteEntries, runChosen } from './palette.ts';
import { toggleSavedView } from './saved-views.ts';
import { chooseSnooze } from './snooze.ts';
import { chooseGrouping } from './sort-and-filter.ts';

/** The open picker: what it shows, and the effect of a choice. */
interface Picker {
  readonly title: string;
  readonly items: readonly PickerItem[];
  /** Shown if there are no items. */
  readonly empty: string;
  /** The matches of a text, best first. */
  find(items: readonly PickerItem[], text: string): readonly PickerItem[];
  choose(context: CommandContext, id: string): void;
  /** Whether the key of an item chooses it at once, while nothing is typed to find one. */
  readonly choosesByKey?: true;
}

function pickerOf(state: State, { kind, taskId = '', taskIds = [] }: PickerOverlay): Picker {
  switch (kind) {
    case 'places':
      return {
        title: 'Switch deployment',
        items: deploymentItems(state),
        empty: 'No other deployment.',
        find: findItems,
        choose(context, id) {
          const chosen = state.otherDeployments.find((known) => known.id === id);
          if (chosen !== undefined) context.switchDeployment(chosen);
        },
      };
    case 'views':
      return {
        title: 'Saved views',
        items: viewItems(state),
        empty: 'No saved view.',
        find: (items, text) => exactMatchesFirst(findItems(items, text), text),
        choose: toggleSavedView,
      };
    case 'owners':
      return {
        title: 'Whose tasks?',
        items: ownerItems(state),
        empty: '',
        find: (items, text) => findOwners(items, text, state),
        choose: listOwnerTasks,
      };
    case 'groups':
      return {
        title: 'Group the tasks by',
        items: groupItems(state),
        empty: '',
        find: findItems,
        choose: chooseGrouping,
      };
    case 'mode':
      return {
        title: turnTitle(state, taskId),
        items: turnItems(state, taskId),
        empty: '',
        find: findItems,
        choose: (context, id) => chooseForTurn(context, taskId, id),
      };
    case 'workspace':
      return {
        title: workspaceTitle(state, taskId),
        items: workspaceItems(state, taskId),
        empty: workspaceNote(state, taskId),
        find: findItems,
        choose: (context, id) => chooseWorkspaceAction(context, taskId, id),
      };
    case 'columns':
      return {
        title: 'Columns of the list',
        items: columnItems(state),
        empty: '',
        find: findItems,
        choose: toggleColumn,
      };
    case 'copy':
      return {
        title: 'Copy',
        items: copyItems(state, taskId),
        empty: '',
        find: findItems,
        choosesByKey: true,
        choose: (context, id) => void chooseCopy(context, taskId, id),
      };
    case 'links':
      return {
        title: 'Open a link',
        items: linkItems(state, taskId),
        empty: '',
        find: findItems,
        choose: (context, id) => chooseLink(context, taskId, id),
      };
    case 'snooze':
      return {
        title: snoozeTitle(state, taskIds),
        items: snoozeItems(state, taskIds),
        empty: '',
        find: (items, text) => exactMatchesFirst(findItems(items, text), text),
        choosesByKey: true,
        choose: (context, id) => chooseSnooze(context, taskIds, id),
      };
    case 'palette': {
      // Until the fuzzy search has loaded, the words must match as in other pickers.
      const find = state.fuzzyFind ?? findItems;
      return {
        title: 'Commands',
        items: paletteItems(state),
        empty: '',
        // Hints name a command by its id: `:messages`.
        find: (items, text) => exactMatchesFirst(find(items, text), text),
        choose: runChosen,
      };
    }
  }
}

const paletteItems = (state: State): readonly PickerItem[] =>
  paletteEntries(state).map(({ id, title, section, keys, availability }): PickerItem => {
    const reason = availability === true ? '' : withKeyNames(availability, state.keyNames);
    return {
      id,
      label: title,
      keys: keys.map(shortKey),
      reason,
      about: reason === '' ? '' : `Not now: ${reason}`,
      words: [title, id, section],
    };
  });

function openPicker({ view: { overlay } }: State): PickerOverlay | null {
  switch (overlay?.kind) {
    case 'places':
    case 'views':
    case 'owners':
    case 'groups':
    case 'palette':
    case 'mode':
    case 'workspace':
    case 'columns':
    case 'links':
    case 'copy':
    case 'snooze':
      return overlay;
    default:
      return null;
  }
}

/** The contents of the open picker; null when none is open. */
export function pickerContent(state: State): PickerContent | null {
  const overlay = openPicker(state);
  if (overlay === null) return null;
  const { title, items, empty, find } = pickerOf(state, overlay);
  const found = find(items, overlay.text ?? '');
  return { title, found, index: indexIn(found, overlay), note: items.length === 0 ? empty : 'No match.' };
}

/** The index of the selected item. Others may have been inserted before it. */
function indexIn(found: readonly PickerItem[], { selected }: PickerOverlay): number {
  if (selected === undefined) return 0;
  const at = found.findIndex(({ id }) => id === selected.id);
  return at === -1 ? Math.max(0, Math.min(selected.index, found.length - 1)) : at;
}

/** Selects the item that is `by` rows below, within the list. */
export function movePicker({ store }: CommandContext, by: number): void {
  const state = store.getState();
  const overlay = openPicker(state);
  const content = pickerContent(state);
  if (overlay === null || content === null) return;
  const index = Math.max(0, Math.min(content.found.length - 1, content.index + by));
  const item = content.found[index];
  if (item !== undefined)
    store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, selected: { id: item.id, index } } });
}

export function choosePicked(context: CommandContext, id: string): void {
  const state = context.store.getState();
  const overlay = openPicker(state);
  if (overlay !== null) pickerOf(state, overlay).choose(context, id);
}

/** The item that the key chooses; null for none. */
function itemOfKey(state: State, key: string): PickerItem | null {
  const overlay = openPicker(state);
  if (overlay === null || (overlay.text ?? '') !== '') return null;
  const { items, choosesByKey } = pickerOf(state, overlay);
  return (choosesByKey && items.find(({ keys = [] }) => keys.includes(key))) || null;
}

export function chooseSelected(context: CommandContext): void {
  const content = pickerContent(context.store.getState());
  const item = content?.found[content.index];
  if (item !== undefined) choosePicked(context, item.id);
}

/** The step of a key, for a list of `rows` rows. */
const STEPS: ReadonlyMap<string, (rows: number) => number> = new Map([
  ['up', () => -1],
  ['ctrl+p', () => -1],
  ['down', () => 1],
  ['ctrl+n', () => 1],
  ['pageup', (rows: number) => -rows],
  ['pagedown', (rows: number) => rows],
]);

/** Moves the selection of a picker, or chooses an item by its key; false for keys that do neither. */
export function pickerByKey(context: CommandContext, key: string): boolean {
  const chosen = itemOfKey(context.store.getState(), key);
  if (chosen !== null) {
    choosePicked(context, chosen.id);
    return true;
  }
  const where = screenLayout(context.store.getState());
  const step = STEPS.get(key);
  if (step === undefined || where.kind === 'tiny') return false;
  const rows = step(pickerListRows(where.body.height));
  if (context.store.getState().view.overlay?.kind === 'find') moveFound(context.store, rows);
  else movePicker(context, rows);
  return true;
}
