import { EMPTY } from '../domain/edit/buffer.ts';
import { BackendError, sentenceOf } from '../domain/errors.ts';
import { keyFor } from '../domain/key-hint.ts';
import { faultsOf } from '../domain/new-task.ts';
import type { Intent } from '../domain/phase.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { Task } from '../domain/task.ts';
import { BLANK_FORM } from '../store/form.ts';
import { knownTask, taskById } from '../store/selectors.ts';
import type { NoticeCause } from '../store/state.ts';
import { inputKey } from '../store/state.ts';
import type { Context } from './context.ts';
import { watchForCreated } from './created-after-all.ts';
import { createOffers } from './offers.ts';
import { createUsers } from './users.ts';

export interface Operations extends TaskOperations {
  /** Resolves to whether the task will start. `known`: the task, where it need not be listed. */
  resume(taskId: string, known?: Task): Promise<boolean>;
  /**
   * Requests a change that is shown already. Resolves to null when the server accepted it, else to why not; undefined
   * when taskdeck ends before the answer.
   */
  request(intent: Intent, task: Task): Promise<string | null | undefined>;
  /** Loads once more what the template of the form offers, where a form is on the screen. */
  askAgain(): void;
  /**
   * Null when no pause, resume or delete of a single task is under way. Else resolves when none is, to whether the server
   * accepted all of them.
   */
  finish(): Promise<boolean> | null;
  stop(): void;
}

const METHODS: Readonly<
  Record<Intent, (backend: AgentBackend, task: Task, signal: AbortSignal) => Promise<unknown>>
> = {
  pause: (backend, task, signal) => backend.pause(task, signal),
  resume: (backend, task, signal) => backend.resume(task, signal),
  delete: (backend, task, signal) => backend.remove(task, signal),
};

export function createOperations(context: Context & { readonly changed: () => void }): Operations {
  const { backend, store, clock, changed } = context;
  const stopping = new AbortController();
  const { signal } = stopping;
  const users = createUsers(context);
  const offers = createOffers(context, signal);
  let counter = 0;

  const refused = (what: string, error: unknown, about?: NoticeCause): void => {
    if (signal.aborted) return;
    const text = `${what}: ${sentenceOf(error)}`;
    store.dispatch({
      type: 'noticed',
      notice: { tone: 'bad', text, at: clock.now(), ...(about && { about }) },
    });
  };

  /** Resolves to null when it is done, else to what was wrong. */
  async function attempt(intent: Intent, task: Task): Promise<{ readonly error: unknown } | null> {
    try {
      await METHODS[intent](backend, task, signal);
    } catch (error) {
      const isGone = intent === 'delete' && error instanceof BackendError && error.kind === 'not-found';
      if (!isGone) return { error };
    }
    if (intent === 'delete') store.dispatch({ type: 'removed', taskId: task.id, now: clock.now() });
    return null;
  }

  /** Requests without an answer. */
  const underWay = new Set<Promise<boolean>>();

  function ask(taskId: string, intent: Intent, known?: Task): Promise<boolean> {
    const asked = request(taskId, intent, known).finally(() => underWay.delete(asked));
    underWay.add(asked);
    return asked;
  }

  async function request(taskId: string, intent: Intent, known?: Task): Promise<boolean> {
    // What was asked goes on when others are listed by now.
    const task = known ?? knownTask(store.getState(), taskId);
    if (task === null) return false;
    store.dispatch({ type: 'asked', taskId, intent, now: clock.now() });
    const fault = await attempt(intent, task);
    if (fault !== null) {
      store.dispatch({ type: 'ask-refused', taskId });
      refused(`Cannot ${intent} "${shortTitle(task)}"`, fault.error, { kind: 'intent', taskId, intent });
    }
    changed();
    return fault === null;
  }

  return {
    pause: (taskId) => void ask(taskId, 'pause'),
    resume: (taskId, known) => ask(taskId, 'resume', known),
    remove: (taskId) => void ask(taskId, 'delete'),
    async request(intent, task) {
      const fault = await attempt(intent, task);
      if (signal.aborted) return undefined;
      return fault === null ? null : sentenceOf(fault.error);
    },
    create(task, sent = { form: BLANK_FORM, prompt: task.prompt }) {
      const key = `c${++counter}`;
      const known = new Set(store.getState().tasks.map(({ id }) => id));
      store.dispatch({ type: 'creation-begun', key, prompt: task.prompt, sent, now: clock.now() });
      backend.create(task, signal).then(
        (created) => {
          store.dispatch({ type: 'created', key, task: created, now: clock.now() });
          changed();
        },
        (error) => {
          if (signal.aborted) return;
          const faults = error instanceof BackendError ? faultsOf(error) : {};
          store.dispatch({ type: 'creation-refused', key, faults, now: clock.now() });
          const isBack = store.getState().view.composing !== null;
          const again = isBack ? '' : `${keyFor('new')} brings back what you wrote`;
          if (error instanceof BackendError && error.tookEffect === 'maybe') {
            refused(`It is not known whether the task was created${isBack ? '' : `; ${again}`}`, error);
            watchForCreated(context, task.prompt, known, signal);
            changed();
          } else refused(`The task was not created${isBack ? '' : `, and ${again}`}`, error);
        },
      );
    },
    pageOf: (task) => backend.pageOf(task, signal),

    updateInput(taskId, text) {
      const task = taskById(store.getState(), taskId);
      if (task === null) return;
      const title = shortTitle(task);
      backend.updateInput(task, text, signal).then(
        () => {
          const state = store.getState();
          const now = clock.now();
          const current = taskById(state, taskId);
          if (current !== null)
            store.dispatch({
              type: 'task-arrived',
              task: { ...current, initialPrompt: text },
              startedAt: now,
              now,
            });
          // What has been written to it since stays.
          const key = inputKey(taskId);
          if (state.drafts.get(key)?.text === text)
            store.dispatch({ type: 'draft-edited', key, buffer: EMPTY });
          const words = `“${title}” begins with its new prompt when it is resumed.`;
          store.dispatch({ type: 'noticed', notice: { tone: 'good', text: words, at: now } });
          changed();
        },
        (error) =>
          refused(
            `The prompt of “${title}” is as it was, and ${keyFor('edit-input')} brings back what you wrote`,
            error,
          ),
      );
    },
    async loadTemplates() {
      try {
        store.dispatch({ type: 'templates-arrived', templates: await backend.templates(signal) });
      } catch (error) {
        refused('The templates cannot be listed', error, {
          kind: 'templates',
          known: store.getState().templates,
        });
      }
    },
    findUsers: users.find,
    loadOffer: offers.load,
    askAgain: offers.again,
    finish: () =>
      underWay.size === 0 ? null : Promise.all(underWay).then((taken) => !taken.includes(false)),
    stop() {
      offers.stop();
      stopping.abort();
      users.stop();
      // Nobody will hear what became of these: what was written is a draft again.
      for (const { key } of store.getState().creating.toReversed())
        store.dispatch({ type: 'creation-refused', key, now: clock.now() });
    },
  };
}
