import { afterAll, expect, it } from 'vitest';
import type { FaultId } from '../support/faults/faults.ts';
import { openHeadlessApp, temporaryStorage } from '../support/faults/headless-app.ts';
import { CHAT_KINDS, KINDS } from '../support/faults/request-kind.ts';
import { manualTime } from '../support/faults/test-time.ts';
import { PACE } from './client-rules.ts';
import { addChats, addTasks, MESSAGE, type TaskIds } from './scenarios.ts';

const { storage, dispose } = temporaryStorage();
afterAll(dispose);

const MINUTE_MS = 60_000;
/** A message that never reached the server goes out this long after its return at the latest. */
const WITHIN_MS = 15_000;

it.each<[what: string, hasChats: boolean, outageMs: number, fault: FaultId]>([
  ['chat', true, 20_000, 'refused'],
  ['chat', true, 10 * MINUTE_MS, 'refused'],
  ['chat', true, 10 * MINUTE_MS, 'reset-before'],
  ['task', false, 10 * MINUTE_MS, 'refused'],
])(
  'a message to a %s goes out soon after the server is back (%s, %i ms, %s)',
  async (_, hasChats, outageMs, fault) => {
    let ids: TaskIds | null = null;
    const app = await openHeadlessApp({
      storage,
      time: manualTime,
      pace: PACE,
      hasChats,
      prepare({ model }) {
        ids = hasChats ? addChats(model) : addTasks(model);
      },
    });
    try {
      await app.time.pass(3_000);
      app.select((ids as TaskIds | null)?.toPause ?? '');
      await app.time.pass(2_000);
      await app.server.injectFault(fault, [...KINDS, ...CHAT_KINDS]);
      app.press('i');
      app.type(MESSAGE);
      app.press('enter');
      await app.time.pass(outageMs);
      expect(app.server.model.sent).toEqual([]);
      await app.server.injectFault(null);
      await app.time.pass(WITHIN_MS);
      expect(app.server.model.sent).toEqual([MESSAGE]);
      await app.time.pass(MINUTE_MS);
      expect(app.server.model.sent).toEqual([MESSAGE]);
    } finally {
      await app.close();
    }
  },
);
