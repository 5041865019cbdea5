import * as z from 'zod/mini';
import type { ListQuery } from '../../domain/ports/source.ts';
import type { Task } from '../../domain/task.ts';
import { apiPath } from '../api-client.ts';
import type { ChatLooks } from './chat-looks.ts';
import { type ChatPage, type ChatPages, chatsSearch, createPageLoader } from './chat-pages.ts';
import { type ChatsApi, isUuid } from './chats-api.ts';
import { markIncomplete } from './chats-facts.ts';
import type { ChatTask } from './to-chat-task.ts';

/** Root chats that a list holds unless its query says otherwise. */
const DEFAULT_LIMIT = 200;

/** The last result of a query. */
interface LastList {
  readonly pages: readonly ChatPage[];
  readonly isWhole: boolean;
  /** Without what looks found. */
  readonly chats: readonly ChatTask[];
  readonly ids: ReadonlySet<string>;
  readonly result: readonly Task[];
  readonly isComplete: boolean;
}

export type ListChats = (
  query: ListQuery,
  signal: AbortSignal,
  onProgress?: () => void,
) => Promise<readonly Task[]>;

/**
 * Lists chats: root chats, newest first, each followed by its sub-agents. A list of an unchanged answer is the same
 * object as before. `limit` of the query counts root chats.
 */
export function createChatsList(api: ChatsApi, looks: ChatLooks): ListChats {
  const loader = createPageLoader(api);
  const lists = new Map<string, LastList>();
  const organizationIds = new Map<string, string>();

  async function organizationId(name: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (name === undefined || isUuid(name)) return name;
    const known = organizationIds.get(name);
    if (known !== undefined) return known;
    const { id } = await api.client.get(organization, apiPath('/api/v2/organizations', name), signal);
    organizationIds.set(name, id);
    return id;
  }

  return async (query, signal, onProgress) => {
    const key = JSON.stringify(query);
    const limit = query.limit ?? DEFAULT_LIMIT;
    const inOrganization = await organizationId(query.organization, signal);
    const loaded = await loader.load(chatsSearch(query), limit, signal, onProgress);
    const last = lists.get(key);
    const isSame =
      last !== undefined && last.isWhole === loaded.isWhole && haveSameItems(last.pages, loaded.pages);
    const named = isSame
      ? last.chats
      : await Promise.all(
          flatten(loaded.pages, limit).map((chat) =>
            chat.ownerName === '' ? api.withOwnerName(chat, signal) : chat,
          ),
        );
    const chats = isSame ? named : named.filter((chat) => matches(chat, query, inOrganization));
    await looks.update(chats, signal);
    const completed = chats.map(looks.complete);
    const ids = isSame ? last.ids : new Set(chats.map(({ id }) => id));
    const isComplete = isSame && last.isComplete ? true : isCompleteAfter(loaded, ids, last?.ids);
    const result = reuseResult(last, completed, isComplete);
    lists.delete(key);
    lists.set(key, { ...loaded, chats, ids, result, isComplete });
    for (const oldest of lists.keys()) {
      if (lists.size <= MAX_LISTS) break;
      lists.delete(oldest);
    }
    return result;
  };
}

/** Queries whose last list is remembered. */
const MAX_LISTS = 16;

const organization = z.object({ id: z.string() });

/** The families of all pages, each once and as it was seen last, newest first, at most `limit`. */
function flatten(pages: readonly ChatPage[], limit: number): readonly ChatTask[] {
  const families = new Map(pages.flat().map((family) => [family[0]?.id ?? '', family] as const));
  // The server's order is by the last change: the first ones stay.
  const shown = [...families.values()].slice(0, limit);
  const sorted = shown.toSorted((one, other) => (other[0]?.createdAt ?? 0) - (one[0]?.createdAt ?? 0));
  return [...new Map(sorted.flat().map((chat) => [chat.id, chat] as const)).values()];
}

/** The terms of a query that the server's search does not have. */
const matches = (
  { ownerId, ownerName, facts }: ChatTask,
  { owner, status }: ListQuery,
  organizationId: string | undefined,
): boolean =>
  (owner === null ||
    owner === 'me' ||
    ownerId === owner ||
    ownerName.toLowerCase() === owner.toLowerCase()) &&
  (status === undefined || facts.status === status) &&
  (organizationId === undefined || facts.organizationId === organizationId);

/**
 * Whether a chat that is missing is gone. A chat that moves to the first page while a later one is requested is in
 * neither of them, so with several pages a chat is gone only when it is missing from two lists.
 */
function isCompleteAfter(
  { pages, isWhole }: ChatPages,
  ids: ReadonlySet<string>,
  before: ReadonlySet<string> | undefined,
): boolean {
  if (!isWhole) return false;
  return pages.length === 1 || (before !== undefined && [...before].every((id) => ids.has(id)));
}

/** A list is complete or not for good, so another completeness makes another object. */
function reuseResult(
  last: LastList | undefined,
  chats: readonly ChatTask[],
  isComplete: boolean,
): readonly Task[] {
  if (last !== undefined && last.isComplete === isComplete && haveSameItems(last.result, chats))
    return last.result;
  if (!isComplete) markIncomplete(chats);
  return chats;
}

const haveSameItems = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index]);
