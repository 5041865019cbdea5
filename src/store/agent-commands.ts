import type { AgentCommand } from '../domain/chat-extension.ts';
import { chatFacts } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { draft, isWritingToMarked, selectedTask } from './selectors.ts';
import type { State } from './state.ts';

const NO_COMMANDS: readonly AgentCommand[] = [];

/**
 * The commands of the agent whose names begin with the draft, when that is only a slash and a part of a name; else none.
 * Their names are safe to show and to insert.
 */
export function matchingCommands(state: State): readonly AgentCommand[] {
  const { focus, openForm, answeredQuestion, initialPromptTaskId, editedComment } = state.view;
  const isMessage =
    openForm === null && answeredQuestion === null && initialPromptTaskId === null && editedComment === null;
  if (focus !== 'prompt' || !isMessage || isWritingToMarked(state)) return NO_COMMANDS;
  const task = selectedTask(state);
  const commands = (task && chatFacts(task)?.extension?.commands) ?? NO_COMMANDS;
  if (commands.length === 0) return NO_COMMANDS;
  const { text, cursor } = draft(state);
  const typed = /^\/(?<name>\S*)$/u.exec(text)?.groups?.name?.toLowerCase();
  if (typed === undefined || cursor !== text.length) return NO_COMMANDS;
  return commands.filter(({ name }) => isPlainName(name) && name.toLowerCase().startsWith(typed));
}

const isPlainName = (name: string): boolean =>
  name !== '' && !/\s/u.test(name) && sanitiseLine(name) === name;
