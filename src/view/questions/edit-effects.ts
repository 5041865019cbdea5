import type { Task } from '../../domain/task.ts';
import { counted } from '../../domain/text/format.ts';
import { lastPromptOf } from '../../store/last-prompt.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';

/** The effects of replacing the last prompt of a chat: `deletes 3 messages after it and 2 queued`; empty for none. */
export function editEffects(state: State, task: Task): string {
  const prompt = lastPromptOf(state, task);
  if (typeof prompt === 'string') return '';
  const { after, queued } = prompt;
  const deleted = [
    ...(after === 0 ? [] : [`${counted(after, 'message')} after it`]),
    ...(queued === 0 ? [] : [after === 0 ? counted(queued, 'queued message') : `${queued} queued`]),
  ].join(' and ');
  const end = phaseIn(state, task) === 'working' ? 'ends the turn' : '';
  return [end, deleted === '' ? '' : `deletes ${deleted}`].filter(Boolean).join(', ');
}
