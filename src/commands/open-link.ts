import { errorText } from '../domain/errors.ts';
import type { Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { parseWebUrl } from '../domain/web-link.ts';
import { selectedTask } from '../store/selectors.ts';
import type { Command, CommandContext } from './command.ts';

/** Opens what the agent links to, else the task's own page; says what became of it. */
async function openLink({ store, operations, browser, clock }: CommandContext, task: Task): Promise<void> {
  const say = (tone: 'good' | 'bad' | 'plain', text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  const uri = task.state?.uri ?? '';
  const given = parseWebUrl(uri);
  const left = uri === '' || given !== null ? '' : ` ${invalidLinkWords(uri)}`;
  try {
    const page = given ?? (await operations.pageOf(task));
    if (page === null)
      return say('plain', `There is no web page to open.${left || ' The agent gave no link.'}`);
    const { done, words } = await browser.open(page);
    say(done ? 'good' : 'bad', words + left);
  } catch (error) {
    say('bad', `Where the task’s web page is could not be found out: ${errorText(error)}${left}`);
  }
}

/** Of an address that nobody should follow only so much is told as names it. */
function invalidLinkWords(uri: string): string {
  const scheme = /^([a-z][a-z\d+.-]{0,20}):/iu.exec(sanitiseLine(uri))?.[1]?.toLowerCase();
  return scheme === undefined || scheme.startsWith('http')
    ? 'The agent’s own link is no proper web address and was left alone.'
    : `The agent’s own link (${scheme}:) leads to no web page and was left alone.`;
}

export const linkCommand: Command = {
  id: 'link',
  title: 'Open the agent’s link or web page',
  hint: 'link',
  keys: ['o'],
  keyContext: 'panes',
  enabled: (state) => selectedTask(state) !== null || 'No task is selected.',
  run(context) {
    const task = selectedTask(context.store.getState());
    if (task !== null) void openLink(context, task);
  },
};
