import {
  type ChatExtension,
  PERMISSION_MODES,
  PERMISSIONS,
  permissionModeWords,
} from '../../domain/chat-extension.ts';
import type { Model } from '../../domain/ports/source.ts';
import { chatFacts } from '../../domain/task.ts';
import { capitalize } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { mayChangeWorkspace, type Workspace } from '../../domain/workspace.ts';
import { modelLabel } from '../../store/form-choices.ts';
import { type Loaded, NOT_LOADED } from '../../store/slices/chat-options.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import type { PickerItem } from './picker-rows.ts';

/** The workspace of a chat, as far as it is loaded. */
export function workspaceOf(state: State, taskId: string): Loaded<Workspace> {
  const task = knownTask(state, taskId);
  const id = task === null ? null : (chatFacts(task)?.workspaceId ?? null);
  return (id === null ? undefined : state.openedWorkspaces.get(id)) ?? NOT_LOADED;
}

/** The title of the menu of a workspace: its name and state. */
export function workspaceTitle(state: State, taskId: string): string {
  const { value } = workspaceOf(state, taskId);
  if (value === null) return 'Workspace of the chat';
  const name = sanitiseLine(value.name);
  return value.status === '' ? `Workspace ${name}` : `Workspace ${name}: ${sanitiseLine(value.status)}`;
}

/** Shown while the menu of a workspace is empty. */
export const workspaceNote = (state: State, taskId: string): string =>
  sanitiseLine(workspaceOf(state, taskId).error ?? 'Loading…');

/** The actions on the workspace of a chat; empty until it is loaded. */
export function workspaceItems(state: State, taskId: string): readonly PickerItem[] {
  const { value: workspace } = workspaceOf(state, taskId);
  if (workspace === null) return [];
  return [
    changeItem(workspace, 'start', 'Starts it, with a build.'),
    changeItem(
      workspace,
      'stop',
      'Stops it. The chat stays, and its agent starts it again when it needs it.',
    ),
    item(
      'open',
      'Open in the browser',
      sanitiseLine(workspace.page),
      workspace.page === '' ? 'The server does not report its address.' : '',
    ),
  ];
}

function changeItem(workspace: Workspace, to: 'start' | 'stop', about: string): PickerItem {
  const availability = mayChangeWorkspace(workspace, to);
  return item(to, `${capitalize(to)} the workspace`, about, availability === true ? '' : availability);
}

/** A choice for the next turn of a chat. */
type TurnChoice =
  | { readonly kind: 'plan'; readonly on: boolean }
  | { readonly kind: 'permission'; readonly mode: string }
  | { readonly kind: 'model'; readonly model: Model }
  | { readonly kind: 'effort'; readonly effort: string };

interface TurnItem extends PickerItem {
  readonly choice: TurnChoice;
}

/** A chat on this machine changes at once, another one with its next turn. */
export function turnTitle(state: State, taskId: string): string {
  const task = knownTask(state, taskId);
  return task !== null && chatFacts(task)?.extension !== undefined
    ? 'Mode, model and effort of the chat'
    : 'The next turn of the chat';
}

/** The choices for the next turn of a chat: its mode, its model and the model's effort. */
export function turnItems(state: State, taskId: string): readonly TurnItem[] {
  const task = knownTask(state, taskId);
  const facts = task && chatFacts(task);
  if (facts === null) return [];
  const all = state.chatModels.get(facts.organizationId)?.value ?? [];
  // A chat keeps its agent.
  const models = all.filter(({ agent }) => agent === facts.extension?.agent.name);
  const next = state.nextTurns.get(taskId);
  const modelId = next?.modelId ?? facts.modelId;
  const efforts = models.find(({ id }) => id === modelId)?.efforts ?? [];
  const effort = next?.effort ?? facts.effort;
  const plan = (on: boolean, label: string, about: string): TurnItem => ({
    ...item(on ? 'plan' : 'act', marked(label, facts.planMode === on), about, ''),
    choice: { kind: 'plan', on },
  });
  const { extension } = facts;
  return [
    ...(extension === undefined ? [] : permissionItems(extension)),
    plan(false, 'Act at once', 'The next turn works on the prompt.'),
    plan(
      true,
      'Plan first',
      'The next turn asks and proposes a plan. It changes nothing before you accept the plan.',
    ),
    ...efforts.map(
      (word): TurnItem => ({
        ...item(
          `effort ${word}`,
          marked(`Effort ${sanitiseLine(word)}`, word === effort),
          extension === undefined ? 'The effort of the next message.' : 'The effort from now on.',
          '',
        ),
        choice: { kind: 'effort', effort: word },
      }),
    ),
    ...models.map(
      (model): TurnItem => ({
        ...item(
          `model ${model.id}`,
          marked(modelLabel(model), model.id === modelId),
          extension === undefined ? 'The model of the next message.' : 'The model from now on.',
          sanitiseLine(model.unavailable ?? ''),
        ),
        choice: { kind: 'model', model },
      }),
    ),
  ];
}

/** The permission modes of a chat on this machine. */
const permissionItems = ({ names, permissionMode }: ChatExtension): readonly TurnItem[] =>
  names.includes(PERMISSIONS)
    ? PERMISSION_MODES.map(
        (mode): TurnItem => ({
          ...item(
            `permission ${mode}`,
            marked(capitalize(permissionModeWords(mode)), mode === permissionMode),
            PERMISSION_NOTES[mode],
            '',
          ),
          choice: { kind: 'permission', mode },
        }),
      )
    : [];

const PERMISSION_NOTES: Readonly<Record<(typeof PERMISSION_MODES)[number], string>> = {
  ask: 'The agent asks you before it changes files or runs commands.',
  edits: 'The agent changes files in its directory, and asks before it runs commands.',
  all: 'The agent runs every command without a question. Use it only where nothing can break.',
};

const marked = (label: string, isCurrent: boolean): string => (isCurrent ? `${label} (now)` : label);

const item = (id: string, label: string, about: string, reason: string): PickerItem => ({
  id,
  label,
  about: reason === '' ? about : `Not now: ${reason}`,
  words: [label, id],
  ...(reason !== '' && { reason }),
});
