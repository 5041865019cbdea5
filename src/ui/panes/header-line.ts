import { countedTasks } from '../../domain/bulk-rules.ts';
import { needsAttentionText } from '../../domain/needs-attention.ts';
import { scopeSuffix } from '../../domain/owner-scope.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { markCountWords } from '../../store/marks.ts';
import { counts, dataAge } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { alignEnds } from '../widgets/frame.ts';
import { freshnessWords } from '../widgets/freshness-words.ts';

/** A piece of the deployment's name that is shorter than this tells nobody anything. */
const MIN_NAME = 10;
/** Whose tasks these are, with the word before it, columns. */
const MAX_OWNER = 24;
const SHORT_OWNER = 16;

/** Who and where, how many and how fresh: the first line of the screen. What needs the user gives way last. */
export function headerLine(state: State, theme: Theme): string {
  const width = state.size.columns - 2;
  const rights = rightSides(state, theme);
  for (const right of rights.slice(0, 2)) {
    const room = width - displayWidth(right) - 2;
    // A name is cut only where fewer words at the right do not help.
    const left = leftSide(state, theme, room, right === rights[1]);
    if (left !== '') return ` ${alignEnds(left, right, width)} `;
  }
  const right = rights.find((text) => displayWidth(text) <= width) ?? truncate(rights.at(-1) ?? '', width);
  return ` ${alignEnds('', right, width)} `;
}

/** What stands at the right, in more and in fewer words. */
function rightSides(state: State, theme: Theme): readonly string[] {
  const { total, needYou, working } = counts(state);
  const marks = markCountWords(state);
  const marked = marks === '' ? '' : theme.strong(marks);
  const whose = truncate(sanitiseLine(scopeSuffix(state.listedScope)), MAX_OWNER);
  const tasks = `${countedTasks(total)}${whose}`;
  const need = needYou === 0 ? '' : theme.attention(needsAttentionText(needYou));
  const work = working === 0 ? '' : `${working} working`;

  const age = dataAge(state.listFreshness, state.now);
  const style = age.kind === 'live' || age.kind === 'loading' ? theme.dim : theme.bad;
  const [long, short] = freshnessWords(age).map(style);
  const join = (parts: readonly string[], fresh = ''): string =>
    [parts.filter(Boolean).join(' · '), fresh].filter(Boolean).join('  ');

  if (state.listFreshness.requestedAt === null) {
    const asked = whose === '' ? '' : `tasks${whose}`;
    return [join([asked], long), join([asked], short), join([], short)];
  }
  return [
    join([marked, tasks, need, work], long),
    join([marked, tasks, need, work], short),
    join([marked, tasks, need], short),
    ...(whose === '' ? [] : [join([marked, `${total}${truncate(whose, SHORT_OWNER)}`, need], short)]),
    // What keys would act on is never left out.
    join([marked, need === '' ? tasks : need], short),
    ...(marked === '' ? [] : [join([marked], short), marked]),
  ];
}

/** Which deployment this is, in as many words as `room` allows; empty when that is none. */
function leftSide({ deployment, user }: State, theme: Theme, room: number, mayCut: boolean): string {
  const name = sanitiseLine(deployment.name);
  const who = user === null ? name : `${name} · ${sanitiseLine(user.username)}`;
  const whole = `${theme.title('taskdeck')}  ${who}`;
  if (displayWidth(whole) <= room) return whole;
  if (displayWidth(who) <= room) return who;
  if (displayWidth(name) <= room) return name;
  return mayCut && room >= MIN_NAME ? truncate(name, room) : '';
}
