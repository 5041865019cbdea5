import { countedTasks } from '../../domain/bulk-rules.ts';
import { needsAttentionText } from '../../domain/needs-attention.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { counted, plural } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { currentQuestion } from '../../store/current-question.ts';
import { memoize } from '../../store/memoize.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import { allPendingMessages } from '../../store/pending-messages.ts';
import { commentsOf } from '../../store/review.ts';
import { counts, selectedTask, visibleTasks } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import { needsAttentionIn } from '../../store/slices/attention.ts';
import type { State } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import { deliveryWords } from '../detail/pending-words.ts';
import { lineWordsAt, messageWords, partWords, scrolledWords } from '../detail/transcript-words.ts';
import { visibleTranscript } from '../detail/visible-transcript.ts';
import { connectionProblem } from '../layout/connection-problem.ts';
import { filterWords, statusWords, taskWords } from '../list/list-words.ts';
import { problemLines } from '../list/problem-lines.ts';
import { choiceWords } from '../overlays/form-words.ts';
import { previewWords } from '../overlays/form-worktree-words.ts';
import type { HelpWindow } from '../overlays/help-rows.ts';
import { PLAIN_THEME } from '../theme.ts';
import { hitsBefore, searchTranscript } from '../transcript/transcript-search.ts';
import { diffWords } from './diff-words.ts';
import {
  focusWords,
  helpWords,
  outboxWords,
  overlayWords,
  resultWords,
  returnWords,
  selectedOptionWords,
} from './focus-words.ts';
import { enteredGroupWords, groupChangeWords } from './group-words.ts';
import { peekWords } from './peek-words.ts';
import { queueChanges } from './queue-changes.ts';
import { requestWords } from './request-words.ts';
import { selectedChoiceWords, worktreeChangeWords } from './worktree-choice-words.ts';

/** Of more tasks that begin to need the user only the number is announced. */
const MAX_NAMED = 3;
const WIDE = 1_000;

/** The visible rows of the help, which names commands; null while it is closed. */
type HelpOf = (state: State) => HelpWindow | null;

/** The announcements for a state change; empty if nothing visible changed. */
export function describeChange(before: State, after: State, helpOf: HelpOf): readonly string[] {
  if (before === after) return [];
  if (after.listFreshness.requestedAt === null) return problemWords(before, after);
  const arrives = before.listFreshness.requestedAt === null;
  // Until then the list is from the last run.
  const isFirst = before.listFreshness.refreshMs === 0 && after.listFreshness.refreshMs > 0;
  return [
    ...noticeWords(before, after),
    ...(arrives || isFirst ? [statusWords(after)] : needWords(before, after)),
    ...(arrives ? focusWords(after, helpOf(after)) : viewChangeWords(before, after, helpOf)),
    ...(arrives ? [] : worktreeChangeWords(before, after)),
    ...previewWords(before, after),
    ...(arrives ? [] : taskChangeWords(before, after)),
    ...deliveryChanges(before, after),
    ...queueChanges(before, after),
    ...creationWords(before, after),
  ];
}

/** Only the problem: there is no list yet. */
function problemWords(before: State, after: State): readonly string[] {
  if (before.listFreshness.error === after.listFreshness.error) return noticeWords(before, after);
  const lines = problemLines(after, PLAIN_THEME, WIDE, WIDE);
  return lines.map((line) => sanitiseLine(line).trim()).filter(Boolean);
}

function noticeWords(before: State, after: State): readonly string[] {
  const [was, is] = [connectionProblem(before), connectionProblem(after)];
  const noticeText = after.notice !== null && after.notice !== before.notice ? [after.notice.text] : [];
  if (is !== null && is.text !== was?.text) return [is.text, ...noticeText];
  const wasAnnounced = was !== null && before.listFreshness.refreshMs > 0;
  return is === null && wasAnnounced ? ['Up to date again.', ...noticeText] : noticeText;
}

/** The ids of tasks that need the user. */
const needsAttentionIds = memoize(
  (
    tasks: State['tasks'],
    pendingChanges: State['pendingChanges'],
    seenFingerprints: State['seenFingerprints'],
    now: number,
  ): ReadonlySet<string> =>
    new Set(
      tasks
        .filter((task) => needsAttentionIn({ pendingChanges, seenFingerprints, now }, task))
        .map(({ id }) => id),
    ),
);

const needsAttentionIdsIn = ({ tasks, pendingChanges, seenFingerprints, now }: State): ReadonlySet<string> =>
  needsAttentionIds(tasks, pendingChanges, seenFingerprints, now);

/** Unselected tasks that begin to need the user, or no longer do. */
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

/** Changes of the view by the user. */
function viewChangeWords(before: State, after: State, helpOf: HelpOf): readonly string[] {
  const [old, now] = [before.view, after.view];
  if (old === now) return [];
  // Its facts were read out before the question.
  if (old.overlay?.kind === 'confirm-worktree' && now.overlay?.kind === 'worktree')
    return isRunningIn(after, now.overlay.taskId) ? [] : selectedChoiceWords(after);
  if (old.overlay?.kind !== now.overlay?.kind) {
    if (now.overlay !== null) return overlayWords(after, helpOf(after));
    const isSame = old.selected === now.selected && old.focus === now.focus;
    return [...displayOptionWords(before, after), ...(isSame ? returnWords(after) : focusWords(after, null))];
  }
  if (now.overlay?.kind === 'help') {
    if (old.overlay === now.overlay) return [];
    const { find = '', typing = false } = now.overlay;
    if (typing) return [`Find: ${sanitiseLine(find)}`];
    const was = old.overlay?.kind === 'help' ? old.overlay : null;
    const isAnother = was !== null && (was.typing === true || (was.find ?? '') !== find);
    return helpWords(helpOf(after), isAnother ? null : helpOf(before));
  }
  if (now.overlay?.kind === 'outcome' || now.overlay?.kind === 'texts')
    return old.overlay === now.overlay ? [] : resultWords(after, before);
  if (now.overlay?.kind === 'requests') return requestWords(after, before);
  if (now.overlay?.kind === 'peek') return peekWords(after, before);
  if (now.overlay?.kind === 'options') {
    if (old.overlay?.kind !== 'options' || old.overlay === now.overlay) return [];
    return old.overlay.questionId === now.overlay.questionId
      ? selectedOptionWords(after)
      : overlayWords(after, null);
  }
  if (now.overlay?.kind === 'worktree') {
    const was = old.overlay?.kind === 'worktree' ? old.overlay.selected : null;
    return was === now.overlay.selected ? [] : selectedChoiceWords(after);
  }
  if (now.overlay?.kind === 'outbox') {
    const isSame = old.overlay === now.overlay && allPendingMessages(before) === allPendingMessages(after);
    return isSame ? [] : outboxWords(after);
  }
  if (now.openDiff !== null && old.openDiff !== null) {
    if (old.focus === now.focus) return now.focus === 'prompt' ? [] : diffWords(after, before);
    return now.focus === 'prompt' ? focusWords(after, null) : returnFromPromptWords(before, after);
  }
  if (old.openForm !== null && old.openForm.field === now.openForm?.field)
    return old.openForm.choiceSearch === now.openForm.choiceSearch ? [] : [choiceWords(after)];
  const moved =
    old.selected !== now.selected ||
    old.selectedGroup !== now.selectedGroup ||
    old.focus !== now.focus ||
    old.openForm !== now.openForm ||
    old.openDiff !== now.openDiff;
  return [
    ...displayOptionWords(before, after),
    ...(moved && now.focus === 'list' && old.grouping === now.grouping
      ? enteredGroupWords(before, after)
      : []),
    ...(moved ? focusWords(after, helpOf(after)) : transcriptPositionWords(before, after)),
  ];
}

/** The comments that the prompt wrote, sent or gave back. */
function returnFromPromptWords(before: State, after: State): readonly string[] {
  const count = (state: State): string => {
    const { openDiff } = state.view;
    return counted(openDiff === null ? 0 : commentsOf(state, openDiff.taskId).length, 'comment');
  };
  const isChanged = before.comments !== after.comments;
  return [...returnWords(after), ...(isChanged ? [`${count(after)}.`] : [])];
}

const isRunningIn = ({ openedWorktrees }: State, taskId: string): boolean =>
  (openedWorktrees.get(taskId)?.running ?? null) !== null;

/** Changed display options. */
function displayOptionWords(before: State, after: State): readonly string[] {
  const [old, now] = [before.view, after.view];
  const { transcriptOptions } = now;
  const words: string[] = [];
  if (old.sort !== now.sort || old.sortReversed !== now.sortReversed)
    words.push(`Sorted by ${now.sort}${now.sortReversed ? ', reversed' : ''}.`);
  words.push(...groupChangeWords(before, after));
  if (old.filter !== now.filter || (old.needsAttentionIds === null) !== (now.needsAttentionIds === null))
    words.push(filterWords(after) || `All: ${countedTasks(visibleTasks(after).length)}.`);
  if (old.marked !== now.marked) words.push(...markWords(before, after));
  if (old.transcriptOptions.raw !== transcriptOptions.raw)
    words.push(transcriptOptions.raw ? 'Raw text.' : 'Markdown.');
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

/** The new position in the transcript. */
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
    return messageCursor.part == null
      ? messageWords(after, task.id, messageCursor.message)
      : partWords(after, task.id, messageCursor.message, messageCursor.part);
  if (messageCursor?.part != null && old.openParts !== now.openParts)
    return partWords(after, task.id, messageCursor.message, messageCursor.part);
  const [was, is] = [old.scrollAnchors.get(task.id), now.scrollAnchors.get(task.id)];
  const isSame =
    mergedTranscriptOf(before, task.id).conversation.entries ===
    mergedTranscriptOf(after, task.id).conversation.entries;
  if (was === is || !isSame) return [];
  const words = scrolledWords(before, after, task.id, visible.height);
  if (words.length > 0) return words;
  return is === undefined ? ['Following new messages.'] : was === undefined ? ['Not following.'] : [];
}

/** Changes of the selected task. */
function taskChangeWords(before: State, after: State): readonly string[] {
  const [was, is] = [selectedTask(before), selectedTask(after)];
  if (was === null || is === null || was.id !== is.id) return [];
  // The open options announce themselves.
  const isOpen = after.view.overlay?.kind === 'options';
  const isSame =
    phaseIn(before, was) === phaseIn(after, is) &&
    (isOpen || currentQuestion(before, was)?.id === currentQuestion(after, is)?.id) &&
    (was.state?.message === is.state?.message ||
      needsAttentionIn(before, was) === needsAttentionIn(after, is));
  return isSame ? [] : [taskWords(after, is, true)];
}

function deliveryChanges(before: State, after: State): readonly string[] {
  if (before.deliveries === after.deliveries) return [];
  return after.deliveries.flatMap((delivery) => {
    const known = before.deliveries.find(({ id }) => id === delivery.id);
    const isNews = known?.stage !== delivery.stage && delivery.stage !== 'sending';
    const isQueueFull = after.fullQueues.has(delivery.taskId);
    return isNews ? [`Your message: ${deliveryWords(delivery, isQueueFull)}.`] : [];
  });
}

function creationWords(before: State, after: State): readonly string[] {
  if (before.pendingCreations === after.pendingCreations) return [];
  const known = new Set(before.pendingCreations.map(({ key }) => key));
  return after.pendingCreations.flatMap(({ key, prompt }) =>
    known.has(key) ? [] : [`Starting a task: ${sanitiseLine(prompt)}`],
  );
}
