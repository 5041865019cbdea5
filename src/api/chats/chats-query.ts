import type { ListQuery } from '../../domain/ports/source.ts';

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
