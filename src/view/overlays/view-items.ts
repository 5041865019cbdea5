import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { State } from '../../store/state.ts';
import type { PickerItem } from './picker-rows.ts';

/** The saved views by their digits, and which of them is applied. */
export const viewItems = ({ savedViews, view }: State): readonly PickerItem[] =>
  Object.entries(savedViews).map(([digit, { name, filter }]) => {
    const words = [digit, sanitiseLine(name), sanitiseLine(filter)];
    return {
      id: digit,
      label: `${digit} ${sanitiseLine(name)}`,
      about: filter === view.filter ? 'Applied. Enter shows all tasks again.' : sanitiseLine(filter),
      words,
    };
  });
