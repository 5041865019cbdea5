import type { Delivery } from '../../domain/delivery.ts';
import { withKeyNames } from '../../domain/key-placeholder.ts';
import { textOf } from '../../domain/message.ts';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { padOrTruncate } from '../../domain/text/width.ts';
import { allPendingMessages, isQueueStuck, type PendingMessage } from '../../store/pending-messages.ts';
import { dataAge } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import { pendingWords, stuckInOutboxWords } from '../detail/pending-words.ts';
import { outboxScrollTop } from '../layout/geometry.ts';
import { freshnessWords } from '../rows/freshness-words.ts';
import type { Theme } from '../theme.ts';

const NAME_COLUMNS = 24;
const STAGE_COLUMNS = 7;

/** Names what the overlay lists. */
export const outboxTitle = (state: State): string =>
  allPendingMessages(state).some(({ kind }) => kind === 'queued') ? 'Outbox and server queue' : 'Outbox';

/** The pending messages, one in each row: task, status and text. The chosen message is visible. */
export function outboxLines(
  state: State,
  index: number,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const messages = allPendingMessages(state);
  if (messages.length === 0) return ['', theme.dim(' No unsent messages.')];
  const chosen = Math.min(index, messages.length - 1);
  const top = outboxScrollTop(index, messages.length, height);
  return messages.slice(top, top + height).map((message, at) => {
    const line = padOrTruncate(` ${words(state, message, width)}`, width);
    return top + at === chosen ? theme.selected(line) : line;
  });
}

/** The full status of the chosen message; longest variant first. */
export function outboxStatus(state: State, index: number): string[] {
  const messages = allPendingMessages(state);
  const chosen = messages[Math.min(index, messages.length - 1)];
  if (chosen === undefined) return [];
  const status = withKeyNames(pendingWords(state, chosen), state.keyNames);
  if (chosen.kind !== 'queued') return [status];
  const task = knownTask(state, chosen.taskId);
  const stuck =
    task !== null && isQueueStuck(state, task) ? withKeyNames(stuckInOutboxWords(), state.keyNames) : '';
  const age = ageWords(state, chosen.taskId);
  return [[status, stuck, age].filter(Boolean).join(' · '), stuck || status, status];
}

/** The age of a queue that is not polled now; empty for a current one. */
function ageWords(state: State, taskId: string): string {
  const entry = state.transcripts.get(taskId);
  const age = entry === undefined ? null : dataAge(entry, state.now);
  return age === null || age.kind === 'live' ? '' : (freshnessWords(age)[0] ?? '');
}

function words(state: State, message: PendingMessage, width: number): string {
  const task = knownTask(state, message.taskId);
  const name = task === null ? 'unlisted task' : sanitiseLine(titleOf(task));
  const columns = Math.min(NAME_COLUMNS, Math.floor(width / 3));
  const stage = message.kind === 'queued' ? 'server' : stageWord(message.delivery);
  const text = message.kind === 'queued' ? textOf(message.message) : message.delivery.text;
  return `${padOrTruncate(name, columns)}  ${padOrTruncate(stage, STAGE_COLUMNS)}  ${sanitiseLine(text)}`;
}

function stageWord({ stage }: Delivery): string {
  switch (stage) {
    case 'waiting':
      return 'queued';
    case 'sending':
      return 'sending';
    case 'accepted':
      return 'sent';
    case 'queued':
      return 'server';
    case 'unsure':
      return 'unsure';
    case 'resuming':
      return 'resume';
    case 'asked':
      return 'unknown';
  }
}
