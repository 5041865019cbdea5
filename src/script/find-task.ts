import { BackendError, UsageError, withHint } from '../domain/errors.ts';
import type { Source } from '../domain/ports/source.ts';
import { getFromAnySource } from '../domain/sources.ts';
import { CHATS, type Task, titleOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { neitherAvailable } from '../domain/unavailable.ts';
import type { ScriptContext } from './script-context.ts';
import { beginsWithId, canNameChat, parseTaskArgument, type TaskArgument } from './task-argument.ts';

/** Names are found among this many chats at most, the newest. */
export const MAX_LISTED = 5_000;

export interface TaskFinder {
  /**
   * The task with this id, else with this name, else the chat whose id begins so, else the task with exactly this title;
   * archived chats only when nothing else matches. Rejects with a UsageError when several match, in one source or in two.
   */
  find(argument: TaskArgument, signal: AbortSignal): Promise<Task>;
}

/** Finds the tasks that one command names. Lists each source at most once, and only for names that need it. */
export function createTaskFinder({ backend }: Pick<ScriptContext, 'backend'>): TaskFinder {
  const lists = new Map<string, Promise<readonly Task[]>>();
  const list = (source: Source, archived: boolean, signal: AbortSignal): Promise<readonly Task[]> => {
    const key = `${source.id} ${archived}`;
    const known = lists.get(key);
    if (known !== undefined) return known;
    const query =
      source.id === CHATS
        ? ({ owner: 'me', shared: 'too', limit: MAX_LISTED, ...(archived && { archived }) } as const)
        : { owner: 'me' };
    const listed = source.list(query, signal);
    lists.set(key, listed);
    return listed;
  };
  const chatSources = backend.sources.filter(({ id }) => id === CHATS);
  const otherSources = backend.sources.filter(({ id }) => id !== CHATS);

  async function find(argument: TaskArgument, signal: AbortSignal): Promise<Task> {
    const { text, named, isUuid } = argument;
    if (named !== null && isUuid)
      return getFromAnySource(backend, named, signal).catch((error: unknown) => {
        throw withNamesHint(error);
      });
    const errors = new Map<Source, BackendError>();
    const collect = (sources: readonly Source[], tasksOf: (source: Source) => Promise<readonly Task[]>) =>
      collectFrom(sources, tasksOf, errors);
    const chats = async (archived: boolean, matches: (chat: Task) => boolean): Promise<readonly Task[]> => {
      const all = await collect(chatSources, (source) => list(source, archived, signal));
      return all.filter(matches);
    };
    const nameOfChat = named !== null && canNameChat(named.id) ? named : null;
    const hasName = (chat: Task): boolean =>
      nameOfChat !== null && isOwner(chat, nameOfChat.ownerName) && chat.name === nameOfChat.id;
    const hasIdStart = (chat: Task): boolean =>
      nameOfChat !== null && isOwner(chat, nameOfChat.ownerName) && beginsWithId(chat.id, nameOfChat.id);
    const hasTitle = (task: Task): boolean => isTitle(task, text);

    const tasksWithName = async (): Promise<readonly Task[]> => {
      if (named === null) return [];
      const [tasks, namedChats] = await Promise.all([
        collect(otherSources, async (source) => [await source.get(named, signal)]),
        nameOfChat === null ? [] : chats(false, hasName),
      ]);
      return [...tasks, ...namedChats];
    };
    const tasksWithTitle = async (): Promise<readonly Task[]> => {
      const [tasks, titledChats] = await Promise.all([
        // Of a source that has answered a request for the name, the answer to that counts.
        collect(otherSources, (source) =>
          list(source, false, signal).catch((error: unknown) => {
            if (named === null) throw error;
            return [];
          }),
        ),
        chats(false, hasTitle),
      ]);
      return [...tasks.filter(hasTitle), ...titledChats];
    };
    const stages: readonly (() => Promise<readonly Task[]>)[] = [
      tasksWithName,
      async () => (nameOfChat === null ? [] : chats(false, hasIdStart)),
      tasksWithTitle,
      () => chats(true, hasName),
      () => chats(true, hasIdStart),
      () => chats(true, hasTitle),
    ];
    for (const stage of stages) {
      const [found, ...others] = await stage();
      if (found !== undefined && others.length === 0) return found;
      if (found !== undefined) throw ambiguous(text, [found, ...others]);
    }
    throw withNamesHint(reasonForNone(text, backend.sources, errors));
  }

  return { find };
}

/** The tasks of all sources that answer. Records the first error of each other one. */
async function collectFrom(
  sources: readonly Source[],
  tasksOf: (source: Source) => Promise<readonly Task[]>,
  errors: Map<Source, BackendError>,
): Promise<readonly Task[]> {
  const answers = sources.map(async (source) => {
    try {
      return await tasksOf(source);
    } catch (error) {
      // A fault of taskdeck, or the end of the command.
      if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
      if (!errors.has(source)) errors.set(source, error);
      return [];
    }
  });
  return (await Promise.all(answers)).flat();
}

/** The error of a source that could not tell, else that nothing has this name, else that the server has no source. */
function reasonForNone(
  text: string,
  sources: readonly Source[],
  errors: ReadonlyMap<Source, BackendError>,
): BackendError {
  const all = sources.flatMap((source) => errors.get(source) ?? []);
  const failure = all.find(({ kind }) => kind !== 'not-found' && kind !== 'no-tasks');
  if (failure !== undefined) return failure;
  const [first, ...others] = all.filter(({ kind }) => kind === 'no-tasks');
  if (first !== undefined && others.length === sources.length - 1)
    return neitherAvailable([first, ...others]);
  return (
    all.find(({ kind }) => kind === 'not-found') ??
    new BackendError({
      kind: 'not-found',
      message: `Nothing on this server has the id, name or title "${text}".`,
      tookEffect: 'no',
    })
  );
}

const withNamesHint = (error: unknown): unknown =>
  error instanceof BackendError && error.kind === 'not-found'
    ? withHint(error, '"taskdeck list --all --quiet" lists all names.')
    : error;

const isOwner = ({ ownerName }: Task, name: string): boolean =>
  name === 'me' || ownerName.toLowerCase() === name.toLowerCase();

/** As the server has it, or as other commands print it. */
const isTitle = (task: Task, text: string): boolean =>
  task.displayName.trim() === text || sanitiseLine(titleOf(task)).trim() === text;

function ambiguous(text: string, candidates: readonly Task[]): UsageError {
  const names = candidates.map((task) => {
    const label = [`${task.ownerName}/${task.name}`, task.displayName].filter(Boolean).join(', ');
    return sanitiseLine(`${task.id} (${label})`);
  });
  return new UsageError(`"${text}" matches several tasks. Use an id: ${names.join('; ')}.`);
}

/**
 * The task that a command names. Rejects like `TaskFinder.find`.
 * @throws UsageError for a malformed name
 */
export async function findOneTask(context: ScriptContext, text: string): Promise<Task> {
  const argument = parseTaskArgument(text);
  return createTaskFinder(context).find(argument, context.signal);
}
