import { type KeyNames, withKeyNames } from '../../domain/key-hint.ts';
import { deliveryTo } from '../../domain/rules.ts';
import type { Act } from '../../domain/several.ts';
import { PAST, tasksInWords } from '../../domain/several.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { counted, plural } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { waitingOrder } from '../../store/countdown.ts';
import { type Plan, planFor } from '../../store/plan.ts';
import { phaseIn, rowsById } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** A title cut to less than this names nothing. */
const LEAST_TITLE = 8;

/** `“a”, “b” and 3 more`: so many of the names as fit into `columns`. `count`: of all, where `tasks` are the first. */
export function namesIn(tasks: readonly Task[], columns: number, count = tasks.length): string {
  let names = '';
  for (const [index, task] of tasks.entries()) {
    const name = `“${sanitiseLine(titleOf(task))}”`;
    const rest = count - index - 1;
    const before = names === '' ? '' : `${names}${rest === 0 ? ' and ' : ', '}`;
    const after = rest === 0 ? '' : ` and ${rest} more`;
    if (displayWidth(before + name + after) <= columns) {
      names = before + name;
      continue;
    }
    if (names !== '') return `${names} and ${rest + 1} more`;
    const room = columns - displayWidth(after) - 2;
    return room < LEAST_TITLE ? '' : `“${truncate(sanitiseLine(titleOf(task)), room)}”${after}`;
  }
  return tasks.length === count ? names : `${names} and ${count - tasks.length} more`;
}

/** What is asked, in at most `columns`: how many, of how many, and their names as far as there is room. */
export function severalWords(state: State, act: Act, taskIds: readonly string[], columns: number): string {
  const { able, unable } = planFor(state, act, taskIds);
  const all = able.length + unable.length;
  const count = unable.length === 0 ? tasksInWords(all) : `${able.length} of ${tasksInWords(all)}`;
  const resting = act === 'send' ? restingIn(state, able) : 0;
  const how = resting === 0 ? '' : resting === all ? ', paused' : `, ${resting} of them paused`;
  const verb = VERBS[act];
  const what =
    act === 'delete'
      ? goesWith(state, able)
      : act === 'pause' && state.deployment.local
        ? 'and end what they run'
        : '';
  const short = `${verb} ${count}${how}`;
  const long = short + (what === '' ? '' : ` ${what}`);
  for (const words of [long, short]) {
    const names = namesIn(able, columns - displayWidth(words) - 3);
    if (names !== '') return `${words}: ${names}?`;
  }
  return truncate(`${short}?`, columns);
}

/** What is deleted together with the tasks. */
function goesWith({ deployment }: State, tasks: readonly Task[]): string {
  const count = tasks.length;
  if (!deployment.local) return plural(count, 'with its workspace', 'with their workspaces');
  const owned = tasks.filter(({ directory }) => directory?.owned === true).length;
  if (owned === 0) return plural(count, 'but not its directory', 'but not their directories');
  return owned === count
    ? plural(count, 'with the directory made for it', 'with the directories made for them')
    : `with ${counted(owned, 'directory', 'directories')} made for them`;
}

const VERBS: Readonly<Record<Act, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  delete: 'Delete',
  send: 'Send to',
};

/** Which key does what. */
export function severalAnswers(
  state: State,
  act: Act,
  taskIds: readonly string[],
): readonly (readonly [key: string, words: string])[] {
  if (act !== 'send')
    return [
      ['y', `${act}s`],
      ['other keys', act === 'delete' ? 'keep them' : 'leave them'],
    ];
  const { able } = planFor(state, act, taskIds);
  return restingIn(state, able) === 0
    ? [
        ['y', 'sends'],
        ['other keys', 'back'],
      ]
    : [
        ['y', 'resume and send'],
        ['w', 'queue there'],
        ['other keys', 'back'],
      ];
}

/** How many of them take a message only after a resume. */
const restingIn = (state: State, tasks: readonly Task[]): number =>
  tasks.filter((task) => deliveryTo(phaseIn(state, task)) === 'needs-resume').length;

/** All of them by name, those first that it is done to, and why it is not done to the others; at most `height` rows. */
export function severalLines(
  state: State,
  act: Act,
  taskIds: readonly string[],
  theme: Theme,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  const plan = planFor(state, act, taskIds);
  const waiting = act === 'send' || act === 'resume' ? null : waitingOrder(state);
  const also =
    waiting === null
      ? []
      : [
          theme.attention(
            truncate(
              `Yes also ${waiting.intent}s the ${plural(waiting.tasks.length, 'waiting task', `${waiting.tasks.length} waiting tasks`)} now.`,
              width,
            ),
          ),
        ];
  const not = unableLines(plan, act, state.keyNames, theme, {
    width,
    height: Math.max(0, height - also.length) >> 1,
  });
  const room = height - also.length - not.length;
  return [
    ...capped(plan.able, room, (task) => ableLine(state, act, task, theme, width), theme),
    ...not,
    ...also,
  ];
}

function ableLine(state: State, act: Act, task: Task, theme: Theme, width: number): string {
  const phase = phaseIn(state, task);
  const hidden = rowsById(state).has(task.id) ? '' : ', hidden';
  const queued = act === 'send' && deliveryTo(phase) === 'when-ready' ? ', so queued' : '';
  const { directory } = task;
  const stays =
    act !== 'delete' || directory === null || directory.owned
      ? ''
      : `, ${shortPath(directory.path, state.deployment.home, Math.floor(width / 3))} stays`;
  const after = `  ${phase}${queued}${hidden}${stays}`;
  const title = truncate(sanitiseLine(titleOf(task)), Math.max(LEAST_TITLE, width - displayWidth(after) - 2));
  return `${theme.phase(phase)(theme.glyphs.phase[phase])} ${title}${theme.dim(after)}`;
}

function unableLines(
  { unable }: Plan,
  act: Act,
  names: KeyNames,
  theme: Theme,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  if (unable.length === 0 || height < 2) return [];
  const lines = capped(
    unable,
    height - 1,
    ({ task, reason }) => {
      const title = truncate(
        sanitiseLine(titleOf(task)),
        Math.max(LEAST_TITLE, Math.floor(width * TITLE_SHARE)),
      );
      return `${theme.glyphs.phase.unknown} ${title}: ${theme.dim(truncate(withKeyNames(reason, names), width - displayWidth(title) - 4))}`;
    },
    theme,
  );
  return [theme.strong(truncate(`Not ${PAST[act]}:`, width)), ...lines];
}

/** What the title may have of a line that also says a reason. */
const TITLE_SHARE = 0.4;

/** A line for each, at most `height`; the last one counts those that have none. */
function capped<Item>(
  items: readonly Item[],
  height: number,
  line: (item: Item) => string,
  theme: Theme,
): string[] {
  if (items.length <= height) return items.map(line);
  const shown = Math.max(0, height - 1);
  return [...items.slice(0, shown).map(line), theme.dim(`and ${items.length - shown} more`)].slice(
    0,
    Math.max(0, height),
  );
}
