import { visibleTranscript } from '../../commands/visible-transcript.ts';
import { countedTasks } from '../../domain/bulk-rules.ts';
import { needsAttentionText } from '../../domain/needs-attention.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { plural } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { connectionProblem } from '../../store/connection-problem.ts';
import { memoize } from '../../store/memoize.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import {
  counts,
  needsAttentionIn,
  phaseIn,
  selectedTask,
  taskById,
  visibleTasks,
} from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { hitsBefore, searchTranscript } from '../../store/transcript-search.ts';
import { deliveryWords } from '../panes/detail-lines.ts';
import { problemLines } from '../panes/problem-lines.ts';
import { createTheme } from '../theme.ts';
import { focusWords, helpWords, outboxWords, overlayWords, resultWords, returnWords } from './focus-words.ts';
import { choiceWords } from './form-words.ts';
import { filterWords, statusWords, taskWords } from './list-words.ts';
import { lineWordsAt, messageWords, scrolledWords } from './transcript-words.ts';

/** So many tasks that begin to need the user at once are named; of more it is said how many. */
const MAX_NAMED = 3;
const WIDE = 1_000;

/** What is to be said when the state is no longer the one that was told before: each change once, what changes nothing not at all. */
export function describeChange(before: State, after: State): readonly string[] {
  if (before === after) return [];
  if (after.listFreshness.requestedAt === null) return problemWords(before, after);
  const arrives = before.listFreshness.requestedAt === null;
  // Until then there is only what was seen last time.
  const isFirst = before.listFreshness.refreshMs === 0 && after.listFreshness.refreshMs > 0;
  return [
    ...noticeWords(before, after),
    ...(arrives || isFirst ? [statusWords(after)] : needWords(before, after)),
    ...(arrives ? focusWords(after) : viewChangeWords(before, after)),
    ...(arrives ? [] : taskChangeWords(before, after)),
    ...deliveryChanges(before, after),
    ...creationWords(before, after),
  ];
}

/** Nothing but what is wrong can be told. */
function problemWords(before: State, after: State): readonly string[] {
  if (before.listFreshness.error === after.listFreshness.error) return noticeWords(before, after);
  const lines = problemLines(after, createTheme({ color: false }), WIDE, WIDE);
  return lines.map((line) => sanitiseLine(line).trim()).filter(Boolean);
}

function noticeWords(before: State, after: State): readonly string[] {
  const [was, is] = [connectionProblem(before), connectionProblem(after)];
  const said = after.notice !== null && after.notice !== before.notice ? [after.notice.text] : [];
  if (is !== null && is.text !== was?.text) return [is.text, ...said];
  const wasTold = was !== null && before.listFreshness.refreshMs > 0;
  return is === null && wasTold ? ['All is up to date again.', ...said] : said;
}

/** Who needs the user, by id. */
const needsAttentionIds = memoize(
  (
    tasks: State['tasks'],
    asked: State['pendingChanges'],
    seen: State['seenFingerprints'],
    now: number,
  ): ReadonlySet<string> =>
    new Set(
      tasks
        .filter((task) => needsAttentionIn({ pendingChanges: asked, seenFingerprints: seen, now }, task))
        .map(({ id }) => id),
    ),
);

const needsAttentionIdsIn = ({ tasks, pendingChanges, seenFingerprints, now }: State): ReadonlySet<string> =>
  needsAttentionIds(tasks, pendingChanges, seenFingerprints, now);

/** Tasks other than the selected one that begin to need the user, or no longer do. */
function needWords(before: State, after: State): readonly string[] {
  const isSame =
    before.tasks === after.tasks &&
    before.pendingChanges === after.pendingChanges &&
    before.seenFingerprints === after.seenFingerprints &&
    before.now === after.now;
  if (isSame) return [];
  const [was, is] = [needsAttentionIdsIn(before), needsAttentionIdsIn(after)];
  const isOther = (id: string): boolean => id !== after.view.selected && id !== before.view.selected;
  const tasksOf = (ids: Iterable<string>): readonly Task[] =>
    [...ids].filter(isOther).flatMap((id) => taskById(after, id) ?? []);
  const begun = tasksOf(is.difference(was));
  const ended = tasksOf(was.difference(is));
  const all = counts(after).needYou;
  return [
    ...(begun.length > MAX_NAMED
      ? [`${begun.length} more tasks need you: ${names(begun)}.`]
      : begun.map((task) => taskWords(after, task, true))),
    ...(ended.length === 0
      ? []
      : [`${names(ended)}: no longer ${plural(ended.length, 'needs', 'need')} you.`]),
    ...(begun.length + ended.length === 0 ? [] : [`${needsAttentionText(all)} in all.`]),
  ];
}

function names(tasks: readonly Task[]): string {
  const named = tasks.slice(0, MAX_NAMED).map((task) => sanitiseLine(titleOf(task)));
  const more = tasks.length - named.length;
  return `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** What the user did about what they look at. */
function viewChangeWords(before: State, after: State): readonly string[] {
  const [old, now] = [before.view, after.view];
  if (old === now) return [];
  if (old.overlay?.kind !== now.overlay?.kind) {
    if (now.overlay !== null) return overlayWords(after);
    const isSame = old.selected === now.selected && old.focus === now.focus;
    return [...displayOptionWords(before, after), ...(isSame ? returnWords(after) : focusWords(after))];
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
    return old.overlay === now.overlay ? [] : resultWords(after, before);
  if (now.overlay?.kind === 'outbox') {
    const isSame = old.overlay === now.overlay && before.deliveries === after.deliveries;
    return isSame ? [] : outboxWords(after);
  }
  if (old.openForm !== null && old.openForm.field === now.openForm?.field)
    return old.openForm.choiceSearch === now.openForm.choiceSearch ? [] : [choiceWords(after)];
  const moved = old.selected !== now.selected || old.focus !== now.focus || old.openForm !== now.openForm;
  return [
    ...displayOptionWords(before, after),
    ...(moved ? focusWords(after) : transcriptPositionWords(before, after)),
  ];
}

/** What is shown now, and how. */
function displayOptionWords(before: State, after: State): readonly string[] {
  const [old, now] = [before.view, after.view];
  const { transcriptOptions } = now;
  const words: string[] = [];
  if (old.sort !== now.sort) words.push(`Sorted by ${now.sort}.`);
  if (old.filter !== now.filter || (old.needsAttentionIds === null) !== (now.needsAttentionIds === null))
    words.push(filterWords(after) || `All: ${countedTasks(visibleTasks(after).length)}.`);
  if (old.marked !== now.marked) words.push(...markWords(before, after));
  if (old.transcriptOptions.raw !== transcriptOptions.raw)
    words.push(transcriptOptions.raw ? 'As it was written.' : 'Read as markdown.');
  if (old.transcriptOptions.times !== transcriptOptions.times)
    words.push(transcriptOptions.times ? 'With times.' : 'Without times.');
  if (old.transcriptOptions.wrap !== transcriptOptions.wrap)
    words.push(transcriptOptions.wrap ? 'Wrapped.' : 'Not wrapped.');
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
function transcriptPositionWords(before: State, after: State): readonly string[] {
  const task = selectedTask(after);
  const visible = visibleTranscript(after);
  if (task === null || visible === null) return [];
  const [old, now] = [before.view, after.view];
  const { transcriptSearch, messageCursor } = now;
  if (transcriptSearch?.hit != null && transcriptSearch.hit !== old.transcriptSearch?.hit) {
    const hits = searchTranscript(visible.view, transcriptSearch.text);
    const place = `Hit ${hitsBefore(hits, transcriptSearch.hit) + 1} of ${hits.total}:`;
    return [place, ...lineWordsAt(after, task.id, transcriptSearch.hit.message, transcriptSearch.hit.line)];
  }
  if (
    transcriptSearch !== null &&
    transcriptSearch.text !== old.transcriptSearch?.text &&
    transcriptSearch.hit === null
  )
    return ['No hits.'];
  if (messageCursor !== null && messageCursor !== old.messageCursor)
    return messageWords(after, task.id, messageCursor.message);
  const [was, is] = [old.scrollAnchors.get(task.id), now.scrollAnchors.get(task.id)];
  const isSame =
    mergedTranscriptOf(before, task.id).conversation.entries ===
    mergedTranscriptOf(after, task.id).conversation.entries;
  if (was === is || !isSame) return [];
  const words = scrolledWords(before, after, task.id, visible.height);
  if (words.length > 0) return words;
  return is === undefined ? ['Following the end.'] : was === undefined ? ['Held here.'] : [];
}

/** What became of the selected task while it is looked at. */
function taskChangeWords(before: State, after: State): readonly string[] {
  const [was, is] = [selectedTask(before), selectedTask(after)];
  if (was === null || is === null || was.id !== is.id) return [];
  const isSame =
    phaseIn(before, was) === phaseIn(after, is) &&
    (was.state?.message === is.state?.message ||
      needsAttentionIn(before, was) === needsAttentionIn(after, is));
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
  if (before.pendingCreations === after.pendingCreations) return [];
  const known = new Set(before.pendingCreations.map(({ key }) => key));
  return after.pendingCreations.flatMap(({ key, prompt }) =>
    known.has(key) ? [] : [`Starting a task: ${sanitiseLine(prompt)}`],
  );
}
