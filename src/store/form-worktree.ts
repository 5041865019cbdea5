import type { FormField } from '../domain/new-task.ts';
import type { NewChat } from '../domain/ports/source.ts';
import type { WorktreePreview } from '../domain/worktree.ts';
import { directoryOfForm } from './form-directory.ts';
import { formKind } from './form-kind.ts';
import { type Loaded, NOT_LOADED } from './slices/chat-options.ts';
import type { State } from './state.ts';

/** The previews that the form needs; null for none. `base`: as typed; empty for HEAD. */
export function wantedPreview(state: State): { readonly directory: string; readonly base: string } | null {
  if (!state.deployment.local || formKind(state) !== 'chat') return null;
  const directory = directoryOfForm(state);
  return directory === undefined ? null : { directory, base: state.newTaskForm.base.text.trim() };
}

/** The worktree of the new chat. Texts are untrusted. */
export type ChosenWorktree =
  | { readonly kind: 'none' }
  /** The directory can have none; `reason` is a sentence. */
  | { readonly kind: 'impossible'; readonly reason: string }
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: string }
  /** `base`: the preview from the typed base; without a value while it loads. */
  | { readonly kind: 'new'; readonly repository: WorktreePreview; readonly base: Loaded<WorktreePreview> };

export function chosenWorktree(state: State): ChosenWorktree {
  const choice = worktreeChoice(state);
  if (choice === false) return { kind: 'none' };
  const wanted = wantedPreview(state);
  if (wanted === null)
    return { kind: 'impossible', reason: 'A worktree needs the directory of a repository.' };
  const { value, error } = previewFrom(state, '');
  if (value === null) return error === null ? { kind: 'loading' } : { kind: 'failed', error };
  if (value.reason !== '') return { kind: 'impossible', reason: value.reason };
  if (!(choice ?? value.isDefault)) return { kind: 'none' };
  return { kind: 'new', repository: value, base: previewFrom(state, wanted.base) };
}

/** The choice of the form, or that of the last chat; null: the settings decide. */
const worktreeChoice = ({ newTaskForm, lastTemplateChoice }: State): boolean | null =>
  newTaskForm.chat.worktree ?? lastTemplateChoice?.chat?.worktree ?? null;

/** Why the directory of the form can have no worktree, in a sentence; empty when it can, or while that is unknown. */
export const impossibleWorktree = (state: State): string => previewFrom(state, '').value?.reason ?? '';

/** The preview of the form's directory. */
function previewFrom(state: State, base: string): Loaded<WorktreePreview> {
  const { directory, byBase } = state.worktreePreviews;
  return (directory === wantedPreview(state)?.directory ? byBase.get(base) : undefined) ?? NOT_LOADED;
}

/** Whether the new chat gets a worktree, as far as that is known. */
export const hasWorktree = (state: State): boolean => chosenWorktree(state).kind === 'new';

/** Whether a chat can be created with the worktree of the form. `fields`: those of the new chat. */
type WorktreeReadiness =
  | { readonly kind: 'ready'; readonly fields: Pick<NewChat, 'worktree'> }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'fault'; readonly field: FormField; readonly why: string };

export function worktreeReadiness(state: State): WorktreeReadiness {
  if (!state.deployment.local) return { kind: 'ready', fields: {} };
  const chosen = chosenWorktree(state);
  switch (chosen.kind) {
    case 'none':
      return { kind: 'ready', fields: {} };
    case 'impossible':
      // A choice of another time, or of the settings, does not keep the chat from starting: the form shows the reason.
      return state.newTaskForm.chat.worktree === true
        ? { kind: 'fault', field: 'worktree', why: chosen.reason }
        : { kind: 'ready', fields: {} };
    case 'loading':
      return { kind: 'waiting' };
    case 'failed':
      return { kind: 'fault', field: 'worktree', why: chosen.error };
    case 'new': {
      const { value, error } = chosen.base;
      if (value === null)
        return error === null ? { kind: 'waiting' } : { kind: 'fault', field: 'base', why: error };
      if (value.reason !== '') return { kind: 'fault', field: 'base', why: value.reason };
      const base = state.newTaskForm.base.text.trim();
      const branch = state.newTaskForm.branch.text.trim();
      return {
        kind: 'ready',
        fields: { worktree: { ...(base !== '' && { base }), ...(branch !== '' && { branch }) } },
      };
    }
  }
}
