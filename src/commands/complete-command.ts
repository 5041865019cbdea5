import { bufferOf } from '../domain/edit/buffer.ts';
import { matchingCommands } from '../store/agent-commands.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Command, CommandContext } from './command.ts';

/** Completes the name as far as all matches agree; when they do not, takes the first. */
function completeCommand({ store }: CommandContext): void {
  const state = store.getState();
  const key = draftKey(state);
  const names = matchingCommands(state).map(({ name }) => name);
  const [first] = names;
  if (key === null || first === undefined) return;
  const shared = sharedBeginning(names);
  const isLonger = shared.length > draft(state).text.length - 1;
  const text = names.length === 1 || !isLonger ? `/${first} ` : `/${shared}`;
  store.dispatch({ type: 'draft-changed', key, buffer: bufferOf(text) });
}

function sharedBeginning(names: readonly string[]): string {
  const [first = ''] = names;
  let length = first.length;
  while (length > 0 && !names.every((name) => name.startsWith(first.slice(0, length)))) length--;
  return first.slice(0, length);
}

export const commandCompletion: Command & { readonly keyContext: 'prompt' } = {
  id: 'complete-command',
  title: 'Complete a command of the agent',
  hint: 'complete',
  keys: ['tab'],
  keyContext: 'prompt',
  applies: (state) => matchingCommands(state).length > 0,
  enabled: (state) => matchingCommands(state).length > 0 || 'Type / and the beginning of a command first.',
  run: completeCommand,
};
