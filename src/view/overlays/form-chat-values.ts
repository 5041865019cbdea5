import { permissionModeWords } from '../../domain/chat-extension.ts';
import type { FormField } from '../../domain/new-task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import {
  chosenEffort,
  chosenModel,
  chosenOrganization,
  chosenPermission,
  chosenWorkspace,
  hasNoAgent,
  isPlanChosen,
  modelsFor,
  organizationName,
  workspaceTemplateName,
} from '../../store/chat-form.ts';
import { DEFAULT_EFFORT, modelLabel, NO_WORKSPACE } from '../../store/form-choices.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { previewError, worktreeValue } from './form-worktree-words.ts';

/** The value of a field of a chat, or why it has none. */
export function chatValue(
  state: State,
  field: FormField,
  words: string | null,
  theme: Theme,
  room: number,
): string {
  if (words !== null) return truncate(words, room);
  const error = loadError(state, field);
  if (error !== null) return theme.bad(truncate(sanitiseLine(error), room));
  if (field === 'workspace' && chosenWorkspace(state).kind === 'gone')
    return theme.attention(truncate('no longer exists', room));
  if (field === 'model' && modelsFor(state).value !== null)
    return state.deployment.local
      ? theme.attention(truncate(hasNoAgent(state) ? 'none installed' : 'not chosen', room))
      : theme.dim(truncate('chosen by the server', room));
  return theme.dim(truncate('loading…', room));
}

/** Why the choices of the field could not be loaded; null when they could. Untrusted text. */
function loadError(state: State, field: FormField): string | null {
  const { organizations, workspaces, workspaceTemplates } = state;
  switch (field) {
    case 'model':
      return organizations.error ?? modelsFor(state).error;
    case 'workspace':
      return workspaces.error ?? workspaceTemplates.error;
    case 'worktree':
      return previewError(state);
    default:
      return organizations.error;
  }
}

/** The chosen value of a field of a chat in words, about `room` columns wide at most; null while none is. */
export function chatValueWords(state: State, field: FormField, room: number): string | null {
  switch (field) {
    case 'organization': {
      const organization = chosenOrganization(state);
      return organization && organizationName(organization);
    }
    case 'model': {
      const chosen = chosenModel(state);
      return chosen && modelLabel(chosen.model);
    }
    case 'effort':
      return sanitiseLine(chosenEffort(state)) || DEFAULT_EFFORT;
    case 'plan':
      return isPlanChosen(state) ? 'yes: the agent asks and plans first' : 'no';
    case 'permission':
      return permissionModeWords(chosenPermission(state));
    case 'worktree':
      return worktreeValue(state, room);
    case 'workspace': {
      const chosen = chosenWorkspace(state);
      switch (chosen.kind) {
        case 'none':
          return `${NO_WORKSPACE}: the agent makes one if it needs it`;
        case 'existing':
          return sanitiseLine(chosen.workspace.name);
        case 'new':
          return `new from ${workspaceTemplateName(chosen.template)}, created first`;
        default:
          return null;
      }
    }
    default:
      return null;
  }
}
