import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { GroupHeading } from '../../store/list-items.ts';
import { rowGroups } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import { needsAttentionIn } from '../../store/slices/attention.ts';
import type { State } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import { headingWords } from '../list/heading-line.ts';
import { fitRow } from '../rows/fit.ts';
import type { Theme } from '../theme.ts';

/** The collapsed group whose heading is selected: its totals, and its tasks, at most `height` lines. */
export function groupLines(
  state: State,
  heading: GroupHeading,
  theme: Theme,
  width: number,
  height: number,
): readonly string[] {
  const ids = rowGroups(state)?.find(({ key }) => key === heading.key)?.ids ?? [];
  const hint = withKeyNames(`${keyFor('expand-group')} shows its tasks in the list.`, state.keyNames);
  const tasks = ids.slice(0, Math.max(0, height)).flatMap((id) => taskById(state, id) ?? []);
  const rows = tasks.map((task) => {
    const phase = phaseIn(state, task);
    const glyph = theme.phase(phase)(theme.glyphs.phase[phase]);
    const title = fitRow(sanitiseLine(titleOf(task)), Math.max(1, width - 2));
    return `${glyph} ${needsAttentionIn(state, task) ? theme.strong(title) : title}`;
  });
  return [headingWords(heading), theme.dim(hint), '', ...rows].slice(0, Math.max(0, height));
}
