import { formKind } from './form-kind.ts';
import type { State } from './state.ts';

type Reads = Parameters<typeof formKind>[0] & Pick<State, 'deployment' | 'newTaskForm'>;

/**
 * The absolute path of the directory that is typed for a chat, with `~` and relative paths resolved; null for none.
 * Without a current directory a relative path stays as it is, and the server refuses it.
 */
export function chosenDirectory(state: Reads): string | null {
  const { deployment, newTaskForm } = state;
  const typed = newTaskForm.directory.text.trim();
  if (typed === '' || !deployment.local || formKind(state) !== 'chat') return null;
  const { home, directory } = deployment;
  const path = home === undefined ? typed : typed.replace(/^~(?=\/|$)/u, home);
  return path.startsWith('/') || directory === undefined ? path : `${directory.replace(/\/$/u, '')}/${path}`;
}

/** The directory of the new task on this machine; undefined when it gets one of its own. */
export const directoryOfForm = (state: Reads): string | undefined =>
  chosenDirectory(state) ?? state.deployment.directory;
