import type { Attachment } from '../domain/delivery.ts';
import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { LastChoice, NewTaskForm } from '../domain/new-task.ts';
import type { OwnFieldsById } from '../domain/own-fields.ts';
import { isSameScope, MINE, type OwnerScope } from '../domain/owner-scope.ts';
import { DEFAULT_SORT, type SortKey } from '../domain/row-order.ts';
import type { SavedScrollPosition, SavedViewState } from '../domain/saved-layout.ts';
import { DEFAULT_GROUPING, type Grouping } from '../domain/task-group.ts';
import { DEFAULT_TRANSCRIPT_OPTIONS, type TranscriptOptions } from '../domain/transcript-options.ts';
import { isEmptyForm } from './form.ts';
import { showOwnFields } from './own-fields.ts';
import { restoredViewState } from './saved-layout.ts';
import { updateListedScope } from './scope-switching.ts';
import { isWritingToTask } from './selectors.ts';
import { sortRows } from './slices/rows.ts';
import { type State, withChange } from './state.ts';
import { revealSelected } from './task-tree.ts';

/** The state of the last run. Changes that the user has made since the start win. */
export interface SavedStateEvent {
  readonly type: 'saved-state-restored';
  readonly drafts: ReadonlyMap<string, EditBuffer>;
  /** None when missing. */
  readonly attachments?: ReadonlyMap<string, readonly Attachment[]>;
  /** None when missing. */
  readonly comments?: State['comments'];
  readonly history: readonly string[];
  readonly selected: string | null;
  readonly reading?: TranscriptOptions;
  readonly seen?: ReadonlyMap<string, string>;
  /** None when missing. */
  readonly ownFields?: OwnFieldsById;
  readonly sort?: SortKey;
  readonly sortReversed?: boolean;
  readonly grouping?: Grouping;
  readonly collapsedGroups?: readonly string[];
  readonly view?: SavedViewState;
  readonly places?: ReadonlyMap<string, SavedScrollPosition>;
  readonly scope?: OwnerScope;
  readonly form?: NewTaskForm;
  readonly lastChoice?: LastChoice | null;
}

/** Changes fields of nearly all slices. */
export function restoreSavedState(state: State, event: SavedStateEvent): State {
  const scoped = showOwnFields({
    ...restoreScope(state, event.scope),
    ownFields: restoredOwnFields(state, event),
  });
  const sorted = withChange(
    scoped,
    sortRows(scoped, {
      ...(state.view.sort === DEFAULT_SORT && {
        sort: event.sort ?? DEFAULT_SORT,
        sortReversed: state.view.sortReversed || event.sortReversed === true,
      }),
      grouping: preferCurrent(state.view.grouping, DEFAULT_GROUPING, event.grouping),
    }),
  );
  const restored = withChange(sorted, {
    drafts: new Map([...event.drafts, ...state.drafts]),
    attachments: new Map([...(event.attachments ?? []), ...state.attachments]),
    comments: new Map([...(event.comments ?? []), ...state.comments]),
    promptHistory: mergeHistory(event.history, state.promptHistory),
    seenFingerprints: new Map([...(event.seen ?? []), ...state.seenFingerprints]),
    newTaskForm: isEmptyForm(state.newTaskForm) ? (event.form ?? state.newTaskForm) : state.newTaskForm,
    lastTemplateChoice: state.lastTemplateChoice ?? event.lastChoice ?? null,
    view: {
      selected: state.view.selected ?? event.selected,
      collapsedGroups: new Set([...(event.collapsedGroups ?? []), ...state.view.collapsedGroups]),
      transcriptOptions: preferCurrent(
        state.view.transcriptOptions,
        DEFAULT_TRANSCRIPT_OPTIONS,
        event.reading,
      ),
      savedScrolls: new Map([...(event.places ?? []), ...state.view.savedScrolls]),
      ...restoredViewState(state.view, event.view),
    },
  });
  return revealSelected(restored);
}

/** The same object as saved when there are no others. */
const restoredOwnFields = ({ ownFields }: State, saved: SavedStateEvent): OwnFieldsById =>
  saved.ownFields === undefined
    ? ownFields
    : ownFields.size === 0
      ? saved.ownFields
      : new Map([...saved.ownFields, ...ownFields]);

/** The saved value, unless the user has already changed the current one from its default. */
const preferCurrent = <Value>(current: Value, initial: Value, saved: Value | undefined): Value =>
  current === initial ? (saved ?? current) : current;

/** Does not switch once the user has selected a scope or is writing to a task. */
const restoreScope = (state: State, scope: OwnerScope | undefined): State =>
  scope !== undefined && isSameScope(state.selectedScope, MINE) && !isWritingToTask(state)
    ? updateListedScope({ ...state, selectedScope: scope })
    : state;

/** The saved prompts, then those sent since the start, which may already be saved. */
function mergeHistory(saved: readonly string[], added: readonly string[]): readonly string[] {
  const tail = saved.slice(Math.max(0, saved.length - added.length));
  const isIncluded = tail.length === added.length && tail.every((text, index) => text === added[index]);
  return isIncluded ? saved : [...saved, ...added];
}
