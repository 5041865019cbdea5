import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { counts, howFresh } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { ends } from '../widgets/frame.ts';
import { freshnessWords } from '../widgets/freshness.ts';

/** Who and where, how many and how fresh: the first line of the screen. */
export function headerLine(state: State, theme: Theme): string {
  const { deployment, user, size } = state;
  const who = user === null ? '' : ` · ${sanitiseLine(user.username)}`;
  const { total, needYou, working } = counts(state);
  const parts = [
    `${total} ${total === 1 ? 'task' : 'tasks'}`,
    ...(needYou > 0 ? [theme.attention(`${needYou} ${needYou === 1 ? 'needs' : 'need'} you`)] : []),
    ...(working > 0 ? [`${working} working`] : []),
  ];
  const age = howFresh(state.list, state.now);
  const fresh = freshnessWords(age);
  const right = [
    ...(state.list.at === null ? [] : [parts.join(' · ')]),
    age.kind === 'live' || age.kind === 'loading' ? theme.dim(fresh) : theme.bad(fresh),
  ].join('  ');
  const left = ` ${theme.title('taskdeck')}  ${sanitiseLine(deployment.name)}${who}`;
  return ends(left, `${right} `, size.columns);
}
