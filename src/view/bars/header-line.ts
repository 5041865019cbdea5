import { countedTasks } from '../../domain/bulk-rules.ts';
import { needsAttentionText } from '../../domain/needs-attention.ts';
import { scopeSuffix } from '../../domain/owner-scope.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { markCountWords } from '../../store/marks.ts';
import { counts, dataAge } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { phaseCounts, shorterCounts } from '../rows/count-words.ts';
import { alignEnds } from '../rows/frame.ts';
import { freshnessWords } from '../rows/freshness-words.ts';
import type { Theme } from '../theme.ts';

/** A shorter part of a deployment's name is not useful. */
const MIN_NAME = 10;
/** Columns for the scope. */
const MAX_OWNER = 24;
const SHORT_OWNER = 16;

/** The first line of the screen: deployment, user, counts and freshness. `needs you` is the last part to go. */
export function headerLine(state: State, theme: Theme): string {
  const width = state.size.columns - 2;
  const { besideName, alone } = rightSides(state, theme);
  // Read-only mode is more important than the counts.
  for (const right of state.settings.readOnly ? [...besideName, ...alone] : besideName) {
    const room = width - displayWidth(right) - 2;
    // The right side gets shorter before the name is cut.
    const left = leftSide(state, theme, room, right === besideName.at(-1) || alone.includes(right));
    if (left !== '') return ` ${alignEnds(left, right, width)} `;
  }
  const rights = [...besideName, ...alone];
  const right = rights.find((text) => displayWidth(text) <= width) ?? truncate(rights.at(-1) ?? '', width);
  return ` ${alignEnds('', right, width)} `;
}

/** The right side, longest variant first: those that have a name beside them, then those that are shown alone. */
function rightSides(
  state: State,
  theme: Theme,
): { readonly besideName: readonly string[]; readonly alone: readonly string[] } {
  const all = counts(state);
  const { total, needYou } = all;
  const marks = markCountWords(state);
  const marked = marks === '' ? '' : theme.strong(marks);
  const whose = truncate(sanitiseLine(scopeSuffix(state.listedScope)), MAX_OWNER);
  const tasks = `${state.listedScope.archived ? `${total} archived` : countedTasks(total)}${whose}`;
  const need = needYou === 0 ? '' : theme.attention(needsAttentionText(needYou));

  const age = dataAge(state.listFreshness, state.now);
  const style = age.kind === 'live' || age.kind === 'loading' ? theme.dim : theme.bad;
  const [long, short] = freshnessWords(age).map(style);
  const join = (parts: readonly string[], fresh = ''): string =>
    [parts.filter(Boolean).join(' · '), fresh].filter(Boolean).join('  ');

  if (state.listFreshness.requestedAt === null) {
    const scope = whose === '' ? '' : `tasks${whose}`;
    return { besideName: [join([scope], long), join([scope], short)], alone: [join([], short)] };
  }
  const [every = [], ...fewer] = shorterCounts(phaseCounts(all)).map((some) =>
    some.map(({ word, text }) => (word === 'failed' ? theme.phase('failed')(text) : text)),
  );
  return {
    besideName: [
      join([marked, tasks, need, ...every], long),
      ...[every, ...fewer].map((some) => join([marked, tasks, need, ...some], short)),
    ],
    alone: [
      join([marked, tasks, need], short),
      ...(whose === '' ? [] : [join([marked, `${total}${truncate(whose, SHORT_OWNER)}`, need], short)]),
      // Keys act on marked tasks: always shown.
      join([marked, need === '' ? tasks : need], short),
      ...(marked === '' ? [] : [join([marked], short), marked]),
    ],
  };
}

/** The deployment, the user and read-only mode within `room`; empty if there is no room. */
function leftSide(state: State, theme: Theme, room: number, mayCut: boolean): string {
  if (!state.settings.readOnly) return whereAndWho(state, theme, room, mayCut);
  const mode = theme.strong('read-only');
  const where = whereAndWho(state, theme, room - displayWidth(mode) - SEPARATOR.length, mayCut);
  if (where !== '') return where + SEPARATOR + mode;
  return mayCut && displayWidth(mode) <= room ? mode : '';
}

const SEPARATOR = ' · ';

function whereAndWho({ deployment, user }: State, theme: Theme, room: number, mayCut: boolean): string {
  const name = sanitiseLine(deployment.name);
  const who = user === null ? name : `${name} · ${sanitiseLine(user.username)}`;
  const full = `${theme.title('taskdeck')}  ${who}`;
  if (displayWidth(full) <= room) return full;
  if (displayWidth(who) <= room) return who;
  if (displayWidth(name) <= room) return name;
  return mayCut && room >= MIN_NAME ? truncate(name, room) : '';
}
