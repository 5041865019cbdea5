import { chatFacts } from '../../domain/task.ts';
import { capitalize } from '../../domain/text/capitalize.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { mayChangeWorkspace, type Workspace } from '../../domain/workspace.ts';
import { type Loaded, NOT_LOADED } from '../../store/slices/chat-options.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import type { PickerItem } from './picker-rows.ts';

export const PLAN_FIRST = 'plan';
export const ACT_AT_ONCE = 'act';

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

/** The modes of the next turn of a chat. */
export function modeItems(state: State, taskId: string): readonly PickerItem[] {
  const task = knownTask(state, taskId);
  const isPlanning = (task && chatFacts(task))?.planMode ?? false;
  return [
    item(ACT_AT_ONCE, `Act at once${isPlanning ? '' : ' (now)'}`, 'The next turn works on the prompt.', ''),
    item(
      PLAN_FIRST,
      `Plan first${isPlanning ? ' (now)' : ''}`,
      'The next turn asks and proposes a plan. It changes nothing before you accept the plan.',
      '',
    ),
  ];
}

const item = (id: string, label: string, about: string, reason: string): PickerItem => ({
  id,
  label,
  about: reason === '' ? about : `Not now: ${reason}`,
  words: [label, id],
  ...(reason !== '' && { reason }),
});
