import { createHash } from 'node:crypto';
import type { Storage } from '../domain/ports/storage.ts';
import { InstanceLock } from './instance-lock.ts';
import { mergeAnonymousData } from './merge-anonymous-data.ts';
import { outboxStorageOf } from './outbox-storage.ts';
import { purgeConversations } from './purge.ts';
import { ResilientDatabase } from './resilient-database.ts';
import { savedStateOf } from './saved-state.ts';
import { storedConversationsOf } from './stored-conversations.ts';
import { timelineStorageOf } from './timeline.ts';

/** Opens `taskdeck.db` in the state directory. Synchronous; never throws. */
export function openStorage(options: { readonly directory: string }): Storage {
  const database = new ResilientDatabase(options.directory);
  const instanceLock = new InstanceLock(options.directory);
  return {
    knownUser: (origin, token) => {
      const row = database.get(
        'SELECT user FROM credential WHERE digest = ?',
        credentialDigest(origin, token),
      );
      return row === undefined ? null : String(row.user);
    },
    saveUser: (origin, token, user) =>
      database.write([
        'INSERT OR REPLACE INTO credential VALUES (?, ?)',
        credentialDigest(origin, token),
        user,
      ]),
    anonymousUser: (origin, token) => `?${credentialDigest(origin, token).slice(0, 16)}`,
    mergeAnonymousData: (origin, anonymousUser, user) =>
      mergeAnonymousData(
        database,
        deploymentKey({ origin, user: anonymousUser }),
        deploymentKey({ origin, user }),
      ),
    savedState: (deployment) => savedStateOf(database, deploymentKey(deployment)),
    conversations: (deployment) => storedConversationsOf(database, deploymentKey(deployment)),
    async conversationSearch(deployment) {
      const { conversationSearchOf } = await import('./conversation-search.ts');
      return conversationSearchOf(database, deployment === null ? null : deploymentKey(deployment));
    },
    purge: (what) => purgeConversations(database, what),
    outbox: (deployment) => outboxStorageOf(database, instanceLock, deploymentKey(deployment)),
    timeline: (deployment) => timelineStorageOf(database, deploymentKey(deployment)),
    get problem() {
      return database.notice;
    },
    get lastFailure() {
      return database.failure;
    },
    onProblem(listener) {
      database.onNotice = listener;
    },
    close() {
      instanceLock.close();
      database.close();
    },
  };
}

/** The key of one user's data of one deployment. Neither an origin nor a user name contains a space. */
const deploymentKey = (deployment: { readonly origin: string; readonly user: string }): string =>
  `${deployment.origin} ${deployment.user}`;

/** Identifies a token without storing it. Tokens are long and random, so the digest does not reveal them. */
const credentialDigest = (origin: string, token: string): string =>
  createHash('sha256').update(`${origin} ${token}`).digest('hex');
