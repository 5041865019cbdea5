import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { fitTo, truncate } from '../../domain/text/width.ts';
import { taskById } from '../../store/selectors.ts';
import type { DeliveryEntry, State } from '../../store/state.ts';
import { deliveryWords } from '../panes/detail-lines.ts';
import type { Theme } from '../theme.ts';

/** The messages on their way, a line each: to whom, what has become of it, what it says. */
export function outboxLines(state: State, index: number, theme: Theme, width: number): string[] {
  if (state.deliveries.length === 0) return ['', theme.dim(' Every message has been delivered.')];
  return state.deliveries.map((delivery, at) => {
    const line = fitTo(` ${words(state, delivery)}`, width);
    return at === Math.min(index, state.deliveries.length - 1) ? theme.selected(line) : line;
  });
}

function words(state: State, delivery: DeliveryEntry): string {
  const task = taskById(state, delivery.taskId);
  const name = truncate(task === null ? 'a task that is gone' : sanitiseLine(titleOf(task)), 24);
  return `${name} · ${deliveryWords(delivery)} · ${sanitiseLine(delivery.text)}`;
}
