import { errorText } from '../domain/errors.ts';
import { partAddress } from '../domain/message-text.ts';
import type { Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { parseWebUrl, taskLink } from '../domain/web-link.ts';
import { selectedTask } from '../store/selectors.ts';
import { taskById } from '../store/task-index.ts';
import { linkItems, TASK_PAGE } from '../view/overlays/link-items.ts';
import type { Command, CommandContext } from './command.ts';
import { partUnderCursor } from './message-cursor.ts';

/** Opens the web page of the task, and shows a notice with the result. */
async function openPage({ store, operations, browser, clock }: CommandContext, task: Task): Promise<void> {
  const notify = (tone: 'good' | 'bad' | 'plain', text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  const uri = task.state?.uri ?? '';
  const rejected = uri === '' || parseWebUrl(uri) !== null ? '' : ` ${invalidLinkWords(uri)}`;
  try {
    const page = await operations.pageOf(task);
    if (page === null)
      return notify(
        'plain',
        `No web page to open.${rejected || (uri === '' ? ' The agent gave no link.' : '')}`,
      );
    const { done, words } = await browser.open(page);
    notify(done ? 'good' : 'bad', words + rejected);
  } catch (error) {
    notify('bad', `Cannot find the task’s web page: ${errorText(error)}${rejected}`);
  }
}

/** A sentence about an unsafe link that quotes only its scheme. */
function invalidLinkWords(uri: string): string {
  const scheme = /^([a-z][a-z\d+.-]{0,20}):/iu.exec(sanitiseLine(uri))?.[1]?.toLowerCase();
  return scheme === undefined || scheme.startsWith('http')
    ? 'The agent’s link is not a valid web address and was not opened.'
    : `The agent’s link (${scheme}:) is not a web page and was not opened.`;
}

export const linkCommand: Command = {
  id: 'link',
  title: 'Open a link or the web page',
  hint: 'link',
  keys: ['o'],
  keyContext: 'panes',
  enabled: (state) => selectedTask(state) !== null || 'No task is selected.',
  run(context) {
    const state = context.store.getState();
    const task = selectedTask(state);
    if (task === null) return;
    const pointed = state.view.focus === 'transcript' ? partUnderCursor(state)?.part.part : undefined;
    const address = pointed === undefined ? null : partAddress(pointed);
    if (address !== null) return void openAddress(context, address);
    // The only link of the agent opens at once; the command for the web page opens that.
    const [only, ...others] = linkItems(state, task.id).filter(({ id }) => id !== TASK_PAGE);
    if (only === undefined) return void openPage(context, task);
    if (others.length === 0 && only.id === taskLink(task)?.address) return void openAddress(context, only.id);
    context.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'links', taskId: task.id } });
  },
};

export const taskPageCommand: Command = {
  id: 'task-page',
  title: 'Open the web page of the task',
  hint: 'web page',
  keys: [],
  keyContext: 'panes',
  enabled: (state) => selectedTask(state) !== null || 'No task is selected.',
  run(context) {
    const task = selectedTask(context.store.getState());
    if (task !== null) void openPage(context, task);
  },
};

/** Opens a link of `linkItems`. */
export function chooseLink(context: CommandContext, taskId: string, id: string): void {
  const task = taskById(context.store.getState(), taskId);
  context.store.dispatch({ type: 'overlay-closed' });
  if (id !== TASK_PAGE) void openAddress(context, id);
  else if (task !== null) void openPage(context, task);
}

async function openAddress({ store, browser, clock }: CommandContext, address: string): Promise<void> {
  const { done, words } = await browser.open(address);
  store.dispatch({
    type: 'notice-changed',
    notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() },
  });
}
