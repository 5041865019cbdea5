import type { Attachment } from '../domain/delivery.ts';
import { type Availability, mayAttach } from '../domain/rules.ts';
import { formKind } from './form-kind.ts';
import { draftKey, isWritingToMarked, selectedTask } from './selectors.ts';
import type { State } from './state.ts';

const NO_FILES: readonly Attachment[] = [];

/** The files of the current draft that go with its text; none where the message takes none. */
export function attachedFiles(state: State): readonly Attachment[] {
  if (state.attachments.size === 0) return NO_FILES;
  const key = draftKey(state);
  const files = key === null ? undefined : state.attachments.get(key);
  return files !== undefined && mayAttachHere(state) === true ? files : NO_FILES;
}

/** Whether files can go with the text of the prompt; else the reason. */
export function mayAttachHere(state: State): Availability {
  const { openForm, initialPromptTaskId, editedComment } = state.view;
  if (openForm !== null)
    return formKind(state) === 'chat' || 'A task takes no files. Choose a chat with an agent.';
  if (initialPromptTaskId !== null) return 'An edited prompt takes no files.';
  if (editedComment !== null) return 'A comment takes no files.';
  if (isWritingToMarked(state)) return 'Files go to one chat. Unmark the others first.';
  const task = selectedTask(state);
  return task === null ? 'No task is selected.' : mayAttach(task);
}
