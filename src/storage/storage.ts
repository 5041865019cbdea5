import type { Storage } from '../domain/ports/storage.ts';
import { adopt } from './adopt.ts';
import { archiveOf } from './archive.ts';
import { credentialDigest, deploymentKey } from './deployment-key.ts';
import { Keeper } from './keeper.ts';
import { memoryOf } from './memory.ts';
import { outboxRowsOf } from './outbox-rows.ts';
import { Presence } from './presence.ts';
import { purge } from './purge.ts';
import { timelineOf } from './timeline.ts';

/** Opens what taskdeck remembers, in `taskdeck.db` of the state directory. Synchronous, and it never throws. */
export function openStorage(options: { readonly directory: string }): Storage {
  const keeper = new Keeper(options.directory);
  const presence = new Presence(options.directory);
  return {
    userOf: (origin, token) => {
      const row = keeper.get('SELECT user FROM credential WHERE digest = ?', credentialDigest(origin, token));
      return row === undefined ? null : String(row.user);
    },
    rememberUser: (origin, token, user) =>
      keeper.write([
        'INSERT OR REPLACE INTO credential VALUES (?, ?)',
        credentialDigest(origin, token),
        user,
      ]),
    strangerOf: (origin, token) => `?${credentialDigest(origin, token).slice(0, 16)}`,
    adopt: (origin, stranger, user) =>
      adopt(keeper, deploymentKey({ origin, user: stranger }), deploymentKey({ origin, user })),
    memory: (deployment) => memoryOf(keeper, deploymentKey(deployment)),
    archive: (deployment) => archiveOf(keeper, deploymentKey(deployment)),
    purge: (what) => purge(keeper, what),
    outbox: (deployment) => outboxRowsOf(keeper, presence, deploymentKey(deployment)),
    timeline: (deployment) => timelineOf(keeper, deploymentKey(deployment)),
    get notice() {
      return keeper.notice;
    },
    get failure() {
      return keeper.failure;
    },
    onNotice(told) {
      keeper.onNotice = told;
    },
    close() {
      presence.close();
      keeper.close();
    },
  };
}
