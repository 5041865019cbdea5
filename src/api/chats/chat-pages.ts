import { BackendError } from '../../domain/errors.ts';
import { wireChat, wireChatList } from '../../wire/chat.ts';
import type { ListSchema } from '../incremental-list-parser.ts';
import { parseResponse } from '../parse-response.ts';
import { ResponseCache } from '../response-cache.ts';
import type { ChatsApi } from './chats-api.ts';
import type { ChatsSearch } from './chats-query.ts';
import { type ChatTask, toFamily } from './to-chat-task.ts';

/** A root chat, then its sub-agents. */
type Family = readonly ChatTask[];
/** One page of a list: an unchanged page is the same object as before. */
export type ChatPage = readonly Family[];

/** Chats of a page; fewer when the list needs fewer. */
const PAGE = 50;

export interface ChatPages {
  readonly pages: readonly ChatPage[];
  /** Whether the list ends with them; false when more chats may follow. */
  readonly isWhole: boolean;
}

export interface PageLoader {
  /**
   * Loads the pages of a search one after another, up to `limit` root chats. Two pages can hold the same chat, or none
   * of them, when it changes its place between their requests.
   */
  load(search: ChatsSearch, limit: number, signal: AbortSignal, onProgress?: () => void): Promise<ChatPages>;
}

export function createPageLoader(api: ChatsApi): PageLoader {
  const skewMs = (): number => api.client.skewMs;
  const newCache = () => new ResponseCache(pageSchema(skewMs));
  let cache = newCache();
  let cacheSkewMs = skewMs();
  /** False once the server rejected a search for shared chats. */
  let listsShared = true;

  /** A new clock skew changes the times of all chats, so the cache starts again. */
  function currentCache(): typeof cache {
    if (cacheSkewMs !== skewMs()) cache = newCache();
    cacheSkewMs = skewMs();
    return cache;
  }

  async function loadPages(
    q: string,
    limit: number,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<ChatPages> {
    const size = Math.min(PAGE, Math.max(1, limit));
    const fetchPage = (key: string, place: Readonly<Record<string, string>>): Promise<ChatPage> =>
      currentCache().fetch(
        `${key} of ${size} ${q}`,
        (consumer) =>
          api.send(
            {
              method: 'GET',
              path: '',
              query: { ...(q === '' ? {} : { q }), limit: String(size), ...place },
              onProgress,
              consumer,
            },
            signal,
          ),
        ({ response, request }) =>
          parseResponse(wireChatList, response, request).map((chat) => toFamily(chat, skewMs())),
        signal,
      );

    const pages: ChatPage[] = [];
    const seen = new Set<string>();
    for (;;) {
      const cursor = pages.at(-1)?.at(-1)?.[0]?.id;
      let page = await fetchPage(`page ${pages.length}`, cursor === undefined ? {} : { after_id: cursor });
      // The cursor's chat may be gone, which looks like the end of the list.
      if (page.length === 0 && cursor !== undefined)
        page = await fetchPage('after a lost cursor', { offset: String(pages.length * size) });
      const before = seen.size;
      for (const [root] of page) if (root !== undefined) seen.add(root.id);
      pages.push(page);
      // Servers until about 2.32 ignore `limit`, and return all chats as one page.
      if (page.length !== size) return { pages, isWhole: seen.size <= limit };
      if (seen.size >= limit || seen.size === before) return { pages, isWhole: false };
    }
  }

  return {
    async load({ q, withoutShared }, limit, signal, onProgress) {
      const isOwn = q === withoutShared;
      if (isOwn || listsShared) {
        try {
          return await loadPages(q, limit, signal, onProgress);
        } catch (error) {
          if (isOwn || !(error instanceof BackendError) || error.kind !== 'invalid') throw error;
          // Older servers do not know this term.
          listsShared = false;
        }
      }
      return withoutShared === null
        ? { pages: [], isWhole: true }
        : loadPages(withoutShared, limit, signal, onProgress);
    },
  };
}

/** A page is a bare array. One invalid chat fails the whole page: it would look deleted. */
const pageSchema = (skewMs: () => number): ListSchema<Family, ChatPage> => ({
  field: null,
  parseItems: (elements) => elements.map((element) => toFamily(wireChat.parse(element), skewMs())),
  buildValue: (_, families) => families,
});
