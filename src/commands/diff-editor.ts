import { type DiffDocument, fileAt } from '../domain/diff-document.ts';
import type { Availability } from '../domain/rules.ts';
import { directoryOf } from '../domain/task.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import { type DiffWindow, diffWindow } from '../view/diff/diff-window.ts';
import type { Command, CommandContext } from './command.ts';
import { hasChanges } from './diff-cursor.ts';

/** The directory of the task whose diff is open; null when it is unknown. */
function directoryIn(state: State): string | null {
  const { openDiff } = state.view;
  const task = openDiff === null ? null : knownTask(state, openDiff.taskId);
  return task === null ? null : (directoryOf(task)?.path ?? null);
}

function mayEdit(state: State): Availability {
  const isLoaded = hasChanges(state);
  if (isLoaded !== true) return isLoaded;
  if (!state.deployment.local) return 'Its files are on another machine.';
  return directoryIn(state) !== null || 'The server does not report its directory.';
}

/** The number of a line in the file as it is now: of a removed line, that of the next one. 1 at a heading. */
function lineInFile({ lines }: DiffDocument, index: number): number {
  for (let at = index; at < lines.length; at++) {
    const line = lines[at];
    if (line?.kind === 'line' && line.line.newLine > 0) return line.line.newLine;
    // Behind the last line of a hunk or a file, the lines before are nearer.
    if (at > index && line?.kind !== 'line' && lines[index]?.kind === 'line') break;
    if (at > index && (line?.kind === 'file' || line?.kind === 'repository')) return 1;
  }
  for (let at = index; at >= 0; at--) {
    const line = lines[at];
    if (line?.kind !== 'line') break;
    if (line.line.newLine > 0) return line.line.newLine;
  }
  return 1;
}

/** Opens the file of the cursor in the user's editor, and loads the diff again. */
async function editFile({ store, clock, openDirectory, operations }: CommandContext): Promise<void> {
  const state = store.getState();
  const window: DiffWindow | null = diffWindow(state);
  const directory = directoryIn(state);
  if (window === null || window.document === null || directory === null) return;
  const { document, cursor, open } = window;
  const notify = (tone: 'plain' | 'bad', text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  const file = fileAt(document, cursor.line)?.file;
  if (file === undefined) return notify('plain', 'Choose a line of a file first.');
  if (file.change === 'deleted') return notify('plain', 'The file is deleted.');
  const problem = await openDirectory(directory, {
    kind: 'file',
    path: file.path,
    line: file.isBinary ? 0 : lineInFile(document, cursor.line),
  });
  if (problem !== null) notify(problem.tone, problem.text);
  operations.loadDiff(open.taskId, open.of);
}

export const editFileCommand: Command = {
  id: 'edit-file',
  title: 'Open the file in the editor',
  hint: 'edit file',
  shortHint: 'edit',
  keys: ['E', 'e'],
  keyContext: 'diff',
  enabled: mayEdit,
  run: (context) => void editFile(context),
};
