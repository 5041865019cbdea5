import type { OutboxRows } from '../domain/outbox-rows.ts';
import { pollBuilds } from './builds.ts';
import type { Context } from './context.ts';
import { pollDetail } from './detail.ts';
import { learnIdentity } from './identity.ts';
import { pollList } from './list.ts';
import { createLook } from './look.ts';
import { createOperations, type Operations } from './operations.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { feelPulses } from './pulse.ts';
import { createSeveral, type Several } from './several.ts';
import { startTicker } from './ticker.ts';
import { startWatching } from './watching.ts';

/** Time and network: everything that moves the store without a key being pressed. */
export interface Sync {
  readonly operations: Omit<Operations, 'stop'>;
  readonly several: Omit<Several, 'stop'>;
  readonly outbox: Omit<Outbox, 'stop'>;
  /** Asks everything anew at once, whatever pause a failure called for. */
  refresh(): void;
  stop(): void;
}

export function startSync(context: Context & { readonly rows: OutboxRows }): Sync {
  const list = pollList(context);
  const look = createLook(context);
  const detail = pollDetail({ ...context, look });
  const builds = pollBuilds(context);
  const identity = learnIdentity(context);
  const changed = (): void => {
    list.wake();
    detail.wake();
    builds.wake();
  };
  const operations = createOperations({ ...context, changed });
  const several = createSeveral({ ...context, request: operations.request, changed });
  const outbox = createOutbox({
    ...context,
    look,
    resume: operations.resume,
    changed() {
      list.wake();
      detail.wake();
    },
  });
  const stopWatching = startWatching(context);
  const stopTicker = startTicker(context.store, context.clock);
  const stopPulses = feelPulses(context.store, context.clock);
  for (const part of [list, detail, builds, identity]) part.wake();

  return {
    operations,
    several,
    outbox,
    refresh() {
      list.restart();
      detail.restart();
      builds.restart();
      const { user, templates } = context.store.getState();
      if (user === null || templates === null) identity.restart();
    },
    stop() {
      stopWatching();
      stopTicker();
      stopPulses();
      for (const part of [list, detail, builds, identity, several, operations, outbox]) part.stop();
    },
  };
}
