import type { Delivery } from '../../domain/delivery.ts';
import { withKeyNames } from '../../domain/key-placeholder.ts';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { padOrTruncate } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import { deliveryWords } from '../detail/detail-lines.ts';
import { outboxScrollTop } from '../layout/geometry.ts';
import type { Theme } from '../theme.ts';

const NAME_COLUMNS = 24;
const STAGE_COLUMNS = 7;

/** The outbox, one message in each row: task, status and text. The chosen message is visible. */
export function outboxLines(
  state: State,
  index: number,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const { deliveries } = state;
  if (deliveries.length === 0) return ['', theme.dim(' No unsent messages.')];
  const chosen = Math.min(index, deliveries.length - 1);
  const top = outboxScrollTop(index, deliveries.length, height);
  return deliveries.slice(top, top + height).map((delivery, at) => {
    const line = padOrTruncate(` ${words(state, delivery, width)}`, width);
    return top + at === chosen ? theme.selected(line) : line;
  });
}

/** The full status of the chosen message. */
export function outboxStatus({ deliveries, keyNames }: State, index: number): string[] {
  const chosen = deliveries[Math.min(index, deliveries.length - 1)];
  return chosen === undefined ? [] : [withKeyNames(deliveryWords(chosen), keyNames)];
}

function words(state: State, delivery: Delivery, width: number): string {
  const task = knownTask(state, delivery.taskId);
  const name = task === null ? 'unlisted task' : sanitiseLine(titleOf(task));
  const columns = Math.min(NAME_COLUMNS, Math.floor(width / 3));
  return `${padOrTruncate(name, columns)}  ${padOrTruncate(stageWord(delivery), STAGE_COLUMNS)}  ${sanitiseLine(delivery.text)}`;
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
