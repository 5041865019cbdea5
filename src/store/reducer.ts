import { type EditBuffer, EMPTY } from '../domain/edit/buffer.ts';
import { USUAL_SORT } from '../domain/order.ts';
import { USUAL_READING } from '../domain/reading.ts';
import { isSameScope, MINE, type Scope } from '../domain/scope.ts';
import { beginChange } from '../domain/transition.ts';
import type { Action } from './action.ts';
import { takeBuild, takeBuildLines } from './build-view.ts';
import { holdEnd, readOn, readToEnd, takeRecalled, wantOlder, withDeliveries } from './conversation.ts';
import { BLANK_FORM, isBlank } from './form.ts';
import { NEVER } from './initial.ts';
import { asItWasLeft, goBack, withoutReturn } from './kept-view.ts';
import { allOwn, chooseScope, isAllOwn, leaveRefused, relist } from './listing.ts';
import { withEntry, withoutEntries } from './map.ts';
import { withoutOverNotices } from './notice-cause.ts';
import { AWAY_MS, admitNeeding, leaveHandled, showNeeding, sortRows } from './order.ts';
import {
  beginOrder,
  endOrder,
  holdOrder,
  noteAnswer,
  showAsked,
  takeBackOrder,
  takeOrder,
} from './orders.ts';
import { takeUsers } from './owners.ts';
import { takeSigns } from './pulse-view.ts';
import { returnedTo } from './returned.ts';
import { knownTask, taskById } from './selectors.ts';
import type { Freshness, Notice, State } from './state.ts';
import { takeBack } from './take-back.ts';
import {
  addTask,
  dropTask,
  isWritingToTask,
  markSeen,
  rememberPrompt,
  reselect,
  settle,
  takeList,
  takeTask,
  takeTasks,
  takeTranscript,
} from './task-list.ts';
import type { View } from './view.ts';

/** The state after something happened. Pure; returns the same object when nothing changed. */
export function reduce(state: State, action: Action): State {
  const stepped = tellNext(withoutOverNotices(readOn(state, goBack(state, relist(step(state, action))))));
  const next = keepRemark(state, stepped);
  if (next === state) return state;
  const isWatched = next.watched !== null && next.watched === next.view.selected;
  return admitNeeding(state, isWatched ? markSeen(next) : next);
}

function step(state: State, action: Action): State {
  switch (action.type) {
    case 'ticked':
      return settle({ ...state, now: action.now });
    case 'resized':
      return { ...state, size: action.size };
    case 'mouse-turned':
      return { ...state, mouse: action.on };
    case 'focus-changed': {
      const { focused, now } = action;
      if (state.window.focused === focused) return state;
      const read = focused ? state : readToEnd(state, state.view.selected);
      const next = { ...read, now, window: { focused, since: now } };
      const wasAway = state.window.focused === false && now - state.window.since >= AWAY_MS;
      return focused && wasAway ? sortRows(next) : next;
    }
    case 'server-known':
      return { ...state, serverVersion: action.version };
    case 'user-known':
      return { ...state, user: action.user };

    case 'users-arrived':
      return takeUsers(state, action.users);
    case 'users-refused':
      return { ...state, users: { ...state.users, refused: true } };
    case 'scope-chosen':
      return chooseScope({ ...state, now: action.now }, action.scope);
    case 'scope-refused': {
      const { scope, text, now } = action;
      const left = leaveRefused({ ...state, now }, scope);
      const about = { kind: 'scope', scope: left.scope } as const;
      return { ...left, notice: { tone: 'bad', text, at: now, about } };
    }
    case 'list-arrived': {
      const { tasks, startedAt, promised, now, scope = state.listed } = action;
      if (!isSameScope(scope, state.listed)) return state;
      const taken = takeList(state, tasks, startedAt, now);
      const notice = isAllOwn(state, tasks) ? allOwn(now) : taken.notice;
      const told = isSameScope(state.listed, state.scope) ? state.scope : state.told;
      return { ...taken, told, list: fresh(startedAt, promised), now, orderDue: false, notice };
    }
    case 'list-recalled':
      return state.list.at !== null
        ? state
        : { ...takeTasks(state, action.tasks, state.now), list: { ...state.list, at: action.at } };
    case 'list-failed':
      return { ...state, list: late(state.list, action), now: action.now };
    case 'task-arrived':
      return takeTask(state, action.task, action.startedAt, action.now);
    case 'task-gone':
      return dropTask(state, action.taskId, action.now);

    case 'transcript-arrived': {
      const { taskId, transcript, startedAt, promised, now } = action;
      return { ...takeTranscript(state, taskId, { ...fresh(startedAt, promised), transcript }), now };
    }
    case 'transcript-failed': {
      const entry = state.transcripts.get(action.taskId) ?? { ...NEVER, transcript: null };
      const transcripts = withEntry(state.transcripts, action.taskId, { ...entry, ...late(entry, action) });
      return { ...state, transcripts, now: action.now };
    }

    case 'left':
      return state.window.focused === false ? state : readToEnd(state, state.view.selected);
    case 'conversation-recalled':
      return takeRecalled(state, action.taskId, action.part);
    case 'transcript-rests': {
      const { taskId } = action;
      const entry = state.transcripts.get(taskId);
      if (entry === undefined) return state;
      const transcripts =
        entry.transcript === null
          ? withoutEntries(state.transcripts, (id) => id === taskId)
          : withEntry(state.transcripts, taskId, { ...entry, ...RESTING });
      return { ...state, transcripts };
    }

    case 'build-arrived':
      return { ...takeBuild(state, action.taskId, action.build), now: action.now };
    case 'build-logged':
      return takeBuildLines(state, action.taskId, action.buildId, action.lines);

    case 'signs-felt':
      return takeSigns(state, action.signs);
    case 'timeline-known':
      return { ...state, timelines: withEntry(state.timelines, action.taskId, action.stretches) };

    case 'asked': {
      const task = knownTask(state, action.taskId);
      if (task === null) return state;
      const asked = withEntry(state.asked, task.id, beginChange(action.intent, task, action.now));
      return { ...state, asked, notice: null };
    }
    case 'ask-refused':
      return { ...state, asked: withoutEntries(state.asked, (id) => id === action.taskId) };
    case 'order-given':
      return takeOrder({ ...state, now: action.now }, action.order);
    case 'order-held':
      return holdOrder({ ...state, now: action.now }, action.id, action.until);
    case 'order-taken-back':
      return takeBackOrder({ ...state, now: action.now }, action.id);
    case 'order-begun':
      return beginOrder({ ...state, now: action.now }, action.id);
    case 'order-asks':
      return showAsked(state, action.id, action.taskId, action.now);
    case 'order-answered':
      return noteAnswer(state, action.id, action.taskId, action.failure);
    case 'order-ended':
      return endOrder({ ...state, now: action.now }, action.id);
    case 'removed':
      return dropTask(state, action.taskId, action.now);
    case 'creation-begun': {
      const { key, prompt, now } = action;
      const sent = action.sent ?? { form: BLANK_FORM, prompt };
      return {
        ...state,
        creating: [{ key, prompt, since: now, selected: state.view.selected, sent }, ...state.creating],
        notice: null,
      };
    }
    case 'created': {
      const creation = state.creating.find(({ key }) => key === action.key);
      const creating = state.creating.filter(({ key }) => key !== action.key);
      const next = addTask({ ...state, creating }, action.task, action.now);
      // Whoever has moved on meanwhile is not pulled away from what they look at, nor from what they write to.
      const stayed =
        creation?.selected === state.view.selected &&
        !isWritingToTask(state.view) &&
        taskById(next, action.task.id) !== null;
      return stayed ? look(next, { selected: action.task.id }) : next;
    }
    case 'creation-refused':
      return takeBack(state, action.key, action.faults ?? {}, action.now);
    case 'templates-arrived':
      return { ...state, templates: action.templates };
    case 'offer-arrived':
      return { ...state, offers: withEntry(state.offers, action.versionId, action.offer) };
    case 'form-changed':
      return { ...state, form: { ...state.form, ...action.change } };
    case 'choice-used':
      return { ...state, lastChoice: action.choice };
    case 'finder-loaded':
      return { ...state, find: action.find };

    case 'delivery-begun':
      return readToEnd(
        { ...withDeliveries(state, [...state.deliveries, action.delivery]), notice: null },
        action.delivery.taskId,
      );
    case 'delivery-changed': {
      const { delivery } = action;
      return {
        ...state,
        deliveries: state.deliveries.map((each) => (each.id === delivery.id ? delivery : each)),
      };
    }
    case 'deliveries-read':
      return withDeliveries(state, action.deliveries);
    case 'delivery-ended':
      return withDeliveries(
        state,
        state.deliveries.filter(({ id }) => id !== action.id),
      );

    case 'draft-edited':
      return look(write(state, action.key, action.buffer), { recall: action.recall ?? null });
    case 'draft-returned':
      return write(state, action.key, returnedTo(state.drafts.get(action.key) ?? EMPTY, action.text));
    case 'remembered':
      return look(
        {
          ...sortRows(withKept(state, action.scope), unlessChosen(state.view.sort, USUAL_SORT, action.sort)),
          drafts: new Map([...action.drafts, ...state.drafts]),
          history: joined(action.history, state.history),
          seen: new Map([...(action.seen ?? []), ...state.seen]),
          form: isBlank(state.form) ? (action.form ?? state.form) : state.form,
          lastChoice: state.lastChoice ?? action.lastChoice ?? null,
        },
        {
          selected: state.view.selected ?? action.selected,
          reading: unlessChosen(state.view.reading, USUAL_READING, action.reading),
          returning: new Map([...(action.places ?? []), ...state.view.returning]),
          ...asItWasLeft(state.view, action.view),
        },
      );
    case 'prompt-used':
      return rememberPrompt(state, action.text);
    case 'prompt-searched':
      return state.view.promptSearch === action.search ? state : look(state, { promptSearch: action.search });
    case 'prefixed':
      return look(state, { prefix: action.prefix });

    case 'selected':
      return state.view.selected === action.taskId
        ? state
        : leaveHandled(look(state, { selected: action.taskId, column: 0, pointed: null, search: null }));
    case 'focused':
      return look(
        state,
        action.pane === 'prompt'
          ? { focus: 'prompt', promptSearch: null }
          : action.pane === 'list'
            ? { focus: 'list', pane: 'list', zoomed: false, pointed: null, toMarked: false }
            : { focus: action.pane, pane: action.pane, toMarked: false },
      );
    case 'filtered': {
      const next = relist(look(state, { filter: action.filter }));
      // Other tasks have a selection of their own.
      return next.listed === state.listed ? reselect(state, next) : next;
    }
    case 'watched':
      return state.watched === action.taskId ? state : { ...state, watched: action.taskId };
    case 'sorted':
      return sortRows(state, action.sort);
    case 'marked':
      return look(state, { marked: action.marked });
    case 'needing-shown':
      return reselect(state, showNeeding(state, action.on));
    case 'returned':
      return { ...sortRows(state), orderDue: true };
    case 'overlay-opened':
      return look(state, { overlay: action.overlay });
    case 'overlay-closed':
      return look(state, { overlay: null });
    case 'rewriting':
      return look(state, { rewriting: action.taskId, composing: null, toMarked: false });
    case 'composing':
      return look(state, { composing: action.composing, toMarked: false });
    case 'addressed':
      return look(state, { toMarked: action.toMarked });
    case 'scrolled': {
      const { taskId, anchor } = action;
      const { scroll } = state.view;
      return look(wantOlder(holdEnd(state, taskId, anchor), taskId, anchor), {
        scroll:
          anchor === null ? withoutEntries(scroll, (id) => id === taskId) : withEntry(scroll, taskId, anchor),
        returning: withoutReturn(state.view.returning, taskId),
      });
    }
    case 'markdown-loaded':
      return { ...state, markdown: action.read };
    case 'reading-changed':
      return look(state, { reading: { ...state.view.reading, ...action.change }, column: 0 });
    case 'pointed':
      return look(state, { pointed: action.at });
    case 'searched':
      return look(state, { search: action.search });
    case 'zoomed':
      return look(state, { zoomed: action.on });
    case 'moved-sideways':
      return look(state, { column: action.column });
    case 'noticed':
      return state.notice === action.notice ? state : { ...state, notice: action.notice };
    case 'trouble-told': {
      const { notice, untold } = state;
      const isKnown = [notice, ...untold].some((each) => each?.text === action.text);
      const trouble: Notice = { tone: 'bad', text: action.text, at: action.now };
      return isKnown ? state : { ...state, untold: [...untold, trouble] };
    }
    case 'trouble-over': {
      const { notice, untold } = state;
      return {
        ...state,
        notice: notice?.text === action.text ? null : notice,
        untold: untold.filter(({ text }) => text !== action.text),
      };
    }
  }
}

/** Keeps a notice that `after` no longer shows, so that its text can still be read in full. */
function keepRemark({ notice }: State, after: State): State {
  const isHidden = notice !== null && notice.tone !== 'bad' && after.notice !== notice;
  return isHidden ? { ...after, lastRemark: notice } : after;
}

/** A trouble stays until the user hides it; a remark gives way to one. */
function tellNext(state: State): State {
  const [notice, ...untold] = state.untold;
  return notice === undefined || state.notice?.tone === 'bad' ? state : { ...state, notice, untold };
}

const look = (state: State, change: Partial<View>): State => ({
  ...state,
  view: { ...state.view, ...change },
});

function write(state: State, key: string, buffer: EditBuffer): State {
  const { drafts: before } = state;
  const drafts =
    buffer.text === '' ? withoutEntries(before, (id) => id === key) : withEntry(before, key, buffer);
  return drafts === before ? state : { ...state, drafts };
}

/** What was kept, if anything was, where the user has not chosen something else by `now`. */
const unlessChosen = <Value>(now: Value, usual: Value, kept: Value | undefined): Value =>
  now === usual ? (kept ?? now) : now;

/** Lists what was listed last, unless the user has other plans already: a filter may ask for others by now. */
const withKept = (state: State, scope: Scope | undefined): State =>
  scope !== undefined && isSameScope(state.scope, MINE) && !isWritingToTask(state.view)
    ? relist({ ...state, scope })
    : state;

/** What was remembered, then what came since; it may be among what was remembered already. */
function joined(remembered: readonly string[], since: readonly string[]): readonly string[] {
  const tail = remembered.slice(Math.max(0, remembered.length - since.length));
  const isIn = tail.length === since.length && tail.every((text, index) => text === since[index]);
  return isIn ? remembered : [...remembered, ...since];
}

const fresh = (at: number, promised: number): Freshness => ({ at, promised, error: null, retryAt: null });

/** Nothing is promised, so nothing is late. */
const RESTING = { promised: Number.POSITIVE_INFINITY, error: null, retryAt: null };

const late = (before: Freshness, { error, retryAt }: Pick<Freshness, 'error' | 'retryAt'>): Freshness => ({
  ...before,
  error,
  retryAt,
});
