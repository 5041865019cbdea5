import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import type { GroupHeading } from '../../store/list-items.ts';
import { fitRow } from '../rows/fit.ts';
import type { Theme } from '../theme.ts';

/** Minimum columns of a label beside the number of tasks that need the user. */
const MIN_LABEL = 10;

/** The heading of a group in a line of exactly `width` columns: fold sign, label, count, and how many need the user. */
export function headingLine(
  { key, label, count, needYou, moved, isCollapsed }: GroupHeading,
  selected: 'no' | 'focused' | 'elsewhere',
  theme: Theme,
  width: number,
): string {
  const { glyphs } = theme;
  const fold = isCollapsed ? glyphs.tree.folded : glyphs.tree.unfolded;
  const total = ` ${count}${moved === 0 ? '' : `, ${moved} moved`}`;
  const words =
    needYou === 0 ? ['', ''] : [` ${needYou} need${needYou === 1 ? 's' : ''} you`, ` ${needYou}!`];
  const room = (need: string): number => width - 4 - total.length - displayWidth(need);
  const need = words.find((each) => room(each) >= MIN_LABEL) ?? '';
  const name = sanitiseLine(label);
  const columns = Math.max(1, room(need));
  // Of a path the end says most.
  const cut = key.startsWith('directory ') ? truncate(name, columns, 'start') : fitRow(name, columns);
  const shown = displayWidth(name) > columns ? cut : name;
  const gap = ' '.repeat(Math.max(0, width - 4 - displayWidth(shown) - total.length - displayWidth(need)));
  if (selected === 'focused')
    return theme.selected(fitRow(`${glyphs.pointer}${fold} ${shown}${total}${gap}${need} `, width));
  const pointer = selected === 'elsewhere' ? theme.accent(glyphs.pointer) : ' ';
  return `${pointer}${theme.dim(fold)} ${theme.strong(shown)}${theme.dim(total)}${gap}${need === '' ? '' : theme.attention(need)} `;
}

/** The same in words, for screen readers. */
export function headingWords({ label, count, needYou, moved, isCollapsed }: GroupHeading): string {
  const parts = [
    `${count} ${count === 1 ? 'task' : 'tasks'}`,
    needYou === 0 ? '' : `${needYou} need${needYou === 1 ? 's' : ''} you`,
    moved === 0 ? '' : `${moved} in another phase by now`,
    isCollapsed ? 'collapsed' : '',
  ];
  return `Group ${sanitiseLine(label)}: ${parts.filter(Boolean).join(', ')}.`;
}
