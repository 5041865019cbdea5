import { BackendError } from '../../domain/errors.ts';
import type { ListQuery } from '../../domain/ports/source.ts';
import { wireChat, wireChatList } from '../../wire/chat.ts';
import type { ListSchema } from '../incremental-list-parser.ts';
import { parseResponse } from '../parse-response.ts';
import { ResponseCache } from '../response-cache.ts';
import type { ChatsApi } from './chats-api.ts';
import { type ChatServerFacts, type ChatTask, toFamily } from './to-chat-task.ts';

/** Which chats the server returns. The other terms of a query are applied to its answer. */
export interface ChatsSearch {
  /** The search query; empty for the user's own chats. */
  readonly q: string;
  /** The same for a server that cannot list shared chats; null when it would list the wrong ones. */
  readonly withoutShared: string | null;
}

/**
 * The search of a list. A server lists only the user's own chats and those that others share with the user; it has no
 * list of everything, also not for administrators. So without an owner, and with another one than `me`, both are listed.
 */
export function chatsSearch({ owner, archived = false, shared }: ListQuery): ChatsSearch {
  const scope = shared ?? (owner === 'me' ? 'own' : 'too');
  const terms = archived ? ['archived:true'] : [];
  return {
    q: [...terms, ...SOURCES[scope]].join(' '),
    withoutShared: scope === 'only' ? null : terms.join(' '),
  };
}

/** Without a source a server lists the user's own chats. */
const SOURCES = {
  own: [],
  only: ['source:shared_with_me'],
  too: ['source:created_by_me,shared_with_me'],
} as const;

/** A root chat, then its sub-agents. */
type Family = readonly ChatTask[];
/** One page of a list: an unchanged page is the same object as before. */
export type ChatPage = readonly Family[];

/** Chats of a page; fewer when the list needs fewer, and a multiple when a whole list needs more. */
const PAGE = 50;

export interface ChatPages {
  readonly pages: readonly ChatPage[];
  /** Whether the list ends with them; false when more chats may follow. */
  readonly isWhole: boolean;
}

const NO_EXTENSIONS: readonly string[] = [];

interface LoadedPages extends ChatPages {
  readonly rootCount: number;
}

export interface PageLoader {
  /**
   * Loads the pages of a search one after another, up to `limit` root chats; a repeated search as one page. Two pages can
   * hold the same chat, or none of them, when it changes its place between their requests.
   */
  load(search: ChatsSearch, limit: number, signal: AbortSignal, onProgress?: () => void): Promise<ChatPages>;
}

export function createPageLoader(api: ChatsApi): PageLoader {
  /** Requested when a chat has fields of an extension. */
  let extensions: readonly string[] | null = null;
  const server = (): ChatServerFacts => ({
    skewMs: api.client.skewMs,
    extensions: extensions ?? NO_EXTENSIONS,
  });
  const newCache = () => new ResponseCache(pageSchema(server));
  let cache = newCache();
  let cached = server();
  /** Root chats of the last list, by limit and search. */
  const rootCounts = new Map<string, number>();
  /** False once the server returned fewer chats on a large page than on small ones. */
  let hasLargePages = true;
  /** False once the server rejected a search for shared chats. */
  let listsShared = true;

  /** A new clock skew changes the times of all chats, and extensions what they are, so the cache starts again. */
  function currentCache(): typeof cache {
    const now = server();
    if (cached.skewMs !== now.skewMs || cached.extensions !== now.extensions) cache = newCache();
    cached = now;
    return cache;
  }

  async function loadPages(
    q: string,
    size: number,
    limit: number,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<LoadedPages> {
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
          parseResponse(wireChatList, response, request).map((chat) => toFamily(chat, server())),
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
      if (page.length !== size) return { pages, isWhole: seen.size <= limit, rootCount: seen.size };
      if (seen.size >= limit || seen.size === before) return { pages, isWhole: false, rootCount: seen.size };
    }
  }

  /** One page that is as long as the last list and more, where the server returns that many chats. */
  async function loadRepeatedly(
    q: string,
    limit: number,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<ChatPages> {
    const key = `${limit} ${q}`;
    const last = rootCounts.get(key) ?? 0;
    const size = (pages: number): number => Math.min(PAGE * pages, Math.max(1, limit));
    const large = size(hasLargePages ? Math.floor(last / PAGE) + 1 : 1);
    let loaded = await loadPages(q, large, limit, signal, onProgress);
    if (large > PAGE && loaded.rootCount < last) {
      // Chats are gone, or the server limits its pages.
      const { rootCount } = loaded;
      loaded = await loadPages(q, size(1), limit, signal, onProgress);
      if (loaded.rootCount > rootCount) hasLargePages = false;
    }
    rootCounts.set(key, loaded.rootCount);
    return loaded;
  }

  async function load(
    { q, withoutShared }: ChatsSearch,
    limit: number,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<ChatPages> {
    const isOwn = q === withoutShared;
    if (isOwn || listsShared) {
      try {
        return await loadRepeatedly(q, limit, signal, onProgress);
      } catch (error) {
        if (isOwn || !(error instanceof BackendError) || error.kind !== 'invalid') throw error;
        // Older servers do not know this term.
        listsShared = false;
      }
    }
    return withoutShared === null
      ? { pages: [], isWhole: true }
      : loadRepeatedly(withoutShared, limit, signal, onProgress);
  }

  return {
    async load(search, limit, signal, onProgress) {
      const loaded = await load(search, limit, signal, onProgress);
      const isExtended = loaded.pages.some((page) => page.some((family) => family.some(hasExtensionFields)));
      if (extensions !== null || !isExtended) return loaded;
      extensions = await api.client.extensions(signal);
      return load(search, limit, signal, onProgress);
    },
  };
}

const hasExtensionFields = ({ facts }: ChatTask): boolean => facts.extension !== undefined;

/** A page is a bare array. One invalid chat fails the whole page: it would look deleted. */
const pageSchema = (server: () => ChatServerFacts): ListSchema<Family, ChatPage> => ({
  field: null,
  parseItems: (elements) => elements.map((element) => toFamily(wireChat.parse(element), server())),
  buildValue: (_, families) => families,
});
