import { shownTranscript } from '../../commands/shown-transcript.ts';
import { needYouWords } from '../../domain/attention.ts';
import { tasksInWords } from '../../domain/several.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { plural } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { conversationOf } from '../../store/conversation.ts';
import { remember } from '../../store/remember.ts';
import { hitsBefore, hitsIn } from '../../store/search.ts';
import { counts, needsYouIn, phaseIn, selectedTask, taskById, visibleTasks } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { trouble } from '../../store/trouble.ts';
import { deliveryWords } from '../panes/detail-lines.ts';
import { problemLines } from '../panes/problem-lines.ts';
import { createTheme } from '../theme.ts';
import { lineWordsAt, messageWords, scrolledWords } from './conversation-words.ts';
import { choiceWords } from './form-words.ts';
import { helpWords, outboxWords, outcomeWords, overlayWords, placeAgain, placeWords } from './place-words.ts';
import { shownWords, statusWords, taskWords } from './spoken.ts';

/** So many tasks that begin to need the user at once are named; of more it is said how many. */
const MOST_NAMED = 3;
const WIDE = 1_000;

/** What is to be said when the state is no longer the one that was told before: each change once, what changes nothing not at all. */
export function wordsBetween(before: State, after: State): readonly string[] {
  if (before === after) return [];
  if (after.list.at === null) return problemWords(before, after);
  const arrives = before.list.at === null;
  // Until then there is only what was seen last time.
  const isFirst = before.list.promised === 0 && after.list.promised > 0;
  return [
    ...noticeWords(before, after),
    ...(arrives || isFirst ? [statusWords(after)] : needWords(before, after)),
    ...(arrives ? placeWords(after) : lookWords(before, after)),
    ...(arrives ? [] : taskChangeWords(before, after)),
    ...deliveryChanges(before, after),
    ...creationWords(before, after),
  ];
}

/** Nothing but what is wrong can be told. */
function problemWords(before: State, after: State): readonly string[] {
  if (before.list.error === after.list.error) return noticeWords(before, after);
  const lines = problemLines(after, createTheme({ color: false }), WIDE, WIDE);
  return lines.map((line) => sanitiseLine(line).trim()).filter(Boolean);
}

function noticeWords(before: State, after: State): readonly string[] {
  const [was, is] = [trouble(before), trouble(after)];
  const said = after.notice !== null && after.notice !== before.notice ? [after.notice.text] : [];
  if (is !== null && is.whole !== was?.whole) return [is.whole, ...said];
  const wasTold = was !== null && before.list.promised > 0;
  return is === null && wasTold ? ['All is up to date again.', ...said] : said;
}

/** Who needs the user, by id. */
const needing = remember(
  (tasks: State['tasks'], asked: State['asked'], seen: State['seen'], now: number): ReadonlySet<string> =>
    new Set(tasks.filter((task) => needsYouIn({ asked, seen, now }, task)).map(({ id }) => id)),
);

const needingIn = ({ tasks, asked, seen, now }: State): ReadonlySet<string> =>
  needing(tasks, asked, seen, now);

/** Tasks other than the selected one that begin to need the user, or no longer do. */
function needWords(before: State, after: State): readonly string[] {
  const isSame =
    before.tasks === after.tasks &&
    before.asked === after.asked &&
    before.seen === after.seen &&
    before.now === after.now;
  if (isSame) return [];
  const [was, is] = [needingIn(before), needingIn(after)];
  const isOther = (id: string): boolean => id !== after.view.selected && id !== before.view.selected;
  const tasksOf = (ids: Iterable<string>): readonly Task[] =>
    [...ids].filter(isOther).flatMap((id) => taskById(after, id) ?? []);
  const begun = tasksOf(is.difference(was));
  const ended = tasksOf(was.difference(is));
  const all = counts(after).needYou;
  return [
    ...(begun.length > MOST_NAMED
      ? [`${begun.length} more tasks need you: ${names(begun)}.`]
      : begun.map((task) => taskWords(after, task, true))),
    ...(ended.length === 0
      ? []
      : [`${names(ended)}: no longer ${plural(ended.length, 'needs', 'need')} you.`]),
    ...(begun.length + ended.length === 0 ? [] : [`${needYouWords(all)} in all.`]),
  ];
}

function names(tasks: readonly Task[]): string {
  const named = tasks.slice(0, MOST_NAMED).map((task) => sanitiseLine(titleOf(task)));
  const more = tasks.length - named.length;
  return `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** What the user did about what they look at. */
function lookWords(before: State, after: State): readonly string[] {
  const [old, now] = [before.view, after.view];
  if (old === now) return [];
  if (old.overlay?.kind !== now.overlay?.kind) {
    if (now.overlay !== null) return overlayWords(after);
    const isSame = old.selected === now.selected && old.focus === now.focus;
    return [...settingWords(before, after), ...(isSame ? placeAgain(after) : placeWords(after))];
  }
  if (now.overlay?.kind === 'help') {
    if (old.overlay === now.overlay) return [];
    const { find = '', typing = false } = now.overlay;
    if (typing) return [`Find: ${sanitiseLine(find)}`];
    const was = old.overlay?.kind === 'help' ? old.overlay : null;
    const isAnother = was !== null && (was.typing === true || (was.find ?? '') !== find);
    return helpWords(after, isAnother ? null : before);
  }
  if (now.overlay?.kind === 'outcome' || now.overlay?.kind === 'texts')
    return old.overlay === now.overlay ? [] : outcomeWords(after, before);
  if (now.overlay?.kind === 'outbox') {
    const isSame = old.overlay === now.overlay && before.deliveries === after.deliveries;
    return isSame ? [] : outboxWords(after);
  }
  if (old.composing !== null && old.composing.field === now.composing?.field)
    return old.composing.finding === now.composing.finding ? [] : [choiceWords(after)];
  const moved = old.selected !== now.selected || old.focus !== now.focus || old.composing !== now.composing;
  return [...settingWords(before, after), ...(moved ? placeWords(after) : readingWords(before, after))];
}

/** What is shown now, and how. */
function settingWords(before: State, after: State): readonly string[] {
  const [old, now] = [before.view, after.view];
  const { reading } = now;
  const words: string[] = [];
  if (old.sort !== now.sort) words.push(`Sorted by ${now.sort}.`);
  if (old.filter !== now.filter || (old.needing === null) !== (now.needing === null))
    words.push(shownWords(after) || `All: ${tasksInWords(visibleTasks(after).length)}.`);
  if (old.marked !== now.marked) words.push(...markWords(before, after));
  if (old.reading.raw !== reading.raw) words.push(reading.raw ? 'As it was written.' : 'Read as markdown.');
  if (old.reading.times !== reading.times) words.push(reading.times ? 'With times.' : 'Without times.');
  if (old.reading.wrap !== reading.wrap) words.push(reading.wrap ? 'Wrapped.' : 'Not wrapped.');
  return words;
}

function markWords(before: State, after: State): readonly string[] {
  const [was, is] = [before.view.marked, after.view.marked];
  const [on] = is.difference(was);
  const [off] = was.difference(is);
  const count = is.size === 0 ? 'None marked.' : `${is.size} marked.`;
  const task = taskById(after, on ?? off ?? null);
  if (task === null || Math.abs(is.size - was.size) !== 1) return [count];
  return [`${on === undefined ? 'Unmarked' : 'Marked'} ${sanitiseLine(titleOf(task))}. ${count}`];
}

/** The part of the conversation that was moved to. */
function readingWords(before: State, after: State): readonly string[] {
  const task = selectedTask(after);
  const shown = shownTranscript(after);
  if (task === null || shown === null) return [];
  const [old, now] = [before.view, after.view];
  const { search, pointed } = now;
  if (search?.hit != null && search.hit !== old.search?.hit) {
    const hits = hitsIn(shown.view, search.text);
    const place = `Hit ${hitsBefore(hits, search.hit) + 1} of ${hits.total}:`;
    return [place, ...lineWordsAt(after, task.id, search.hit.message, search.hit.line)];
  }
  if (search !== null && search.text !== old.search?.text && search.hit === null) return ['No hits.'];
  if (pointed !== null && pointed !== old.pointed) return messageWords(after, task.id, pointed.message);
  const [was, is] = [old.scroll.get(task.id), now.scroll.get(task.id)];
  const isSame =
    conversationOf(before, task.id).history.entries === conversationOf(after, task.id).history.entries;
  if (was === is || !isSame) return [];
  const words = scrolledWords(before, after, task.id, shown.height);
  if (words.length > 0) return words;
  return is === undefined ? ['Following the end.'] : was === undefined ? ['Held here.'] : [];
}

/** What became of the selected task while it is looked at. */
function taskChangeWords(before: State, after: State): readonly string[] {
  const [was, is] = [selectedTask(before), selectedTask(after)];
  if (was === null || is === null || was.id !== is.id) return [];
  const isSame =
    phaseIn(before, was) === phaseIn(after, is) &&
    (was.state?.message === is.state?.message || needsYouIn(before, was) === needsYouIn(after, is));
  return isSame ? [] : [taskWords(after, is, true)];
}

function deliveryChanges(before: State, after: State): readonly string[] {
  if (before.deliveries === after.deliveries) return [];
  return after.deliveries.flatMap((delivery) => {
    const known = before.deliveries.find(({ id }) => id === delivery.id);
    const isNews = known?.stage !== delivery.stage && delivery.stage !== 'sending';
    return isNews ? [`Your message: ${deliveryWords(delivery)}.`] : [];
  });
}

function creationWords(before: State, after: State): readonly string[] {
  if (before.creating === after.creating) return [];
  const known = new Set(before.creating.map(({ key }) => key));
  return after.creating.flatMap(({ key, prompt }) =>
    known.has(key) ? [] : [`Starting a task: ${sanitiseLine(prompt)}`],
  );
}
