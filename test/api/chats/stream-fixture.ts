import { afterEach } from 'vitest';
import type { FollowEvent } from '../../../src/domain/ports/source.ts';
import type { Task } from '../../../src/domain/task.ts';
import type { LiveTurn, Transcript } from '../../../src/domain/transcript.ts';
import { neverAborted } from '../api-fixture.ts';
import { type ChatsSource, refOf } from './chats-fixture.ts';

const open: AbortController[] = [];
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
});

/** A followed chat. */
export interface Followed {
  readonly events: readonly FollowEvent[];
  /** Resolves to the first event, now or later, for which `find` returns something. */
  until<Found>(find: (event: FollowEvent) => Found | null | undefined): Promise<Found>;
  /** The newest transcript. */
  transcript(): Transcript;
  readonly tasks: readonly Task[];
  /** How the stream ended. */
  readonly ended: Promise<unknown>;
  close(): void;
}

/** Follows a chat until the test ends. `task`: as it was before; default: as the server has it. */
export async function follow(source: ChatsSource, id: string, task?: Task): Promise<Followed> {
  const controller = new AbortController();
  open.push(controller);
  const events: FollowEvent[] = [];
  const waiting = new Set<() => void>();
  const given = task ?? (await source.get(refOf(id), neverAborted()));
  const ended = source
    .follow(
      given,
      (event) => {
        events.push(event);
        for (const check of [...waiting]) check();
      },
      controller.signal,
    )
    .then(
      () => 'ended',
      (error: unknown) => error,
    );
  const transcripts = () => events.flatMap((event) => (event.type === 'transcript' ? [event] : []));
  return {
    events,
    ended,
    close: () => controller.abort(),
    get tasks() {
      return events.flatMap((event) => (event.type === 'task' ? [event.task] : []));
    },
    transcript() {
      const last = transcripts().at(-1);
      if (last === undefined) throw new Error('No transcript.');
      return last.transcript;
    },
    until: (find) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          for (const event of events) {
            const found = find(event);
            if (found === null || found === undefined) continue;
            waiting.delete(check);
            return resolve(found);
          }
        };
        waiting.add(check);
        check();
        void ended.then((end) => reject(end instanceof Error ? end : new Error(String(end))));
      }),
  };
}

/** For `until`: the transcript whose live turn has this text. */
export const liveText =
  (text: string) =>
  (event: FollowEvent): Transcript | null =>
    event.type === 'transcript' && textOfLive(event.transcript.live) === text ? event.transcript : null;

/** The text parts of a live turn; null without one. */
export const textOfLive = (live: LiveTurn | undefined): string | null =>
  live === undefined
    ? null
    : live.parts.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('|');
