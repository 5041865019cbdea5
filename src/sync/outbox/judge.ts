import { arrival, type Verdict } from '../../domain/arrival.ts';
import type { Delivery, Stage } from '../../domain/delivery.ts';
import { keyFor } from '../../domain/key-hint.ts';
import { shortTitle } from '../../domain/short-title.ts';
import { knownTask, taskById } from '../../store/selectors.ts';
import type { State, TranscriptEntry } from '../../store/state.ts';
import type { Context } from '../context.ts';
import type { Queue } from './queue.ts';

/** What was compared with a transcript. */
interface Judged {
  readonly entry: TranscriptEntry;
  readonly stage: Stage;
  readonly version: number;
}

/**
 * Lets the transcripts in the state say what has become of messages, whoever looked at them. Returns what to call when
 * anything changed: each transcript is read once for each message that left from here.
 */
export function judgeByTranscripts({
  store,
  clock,
  queue,
}: Pick<Context, 'store' | 'clock'> & { readonly queue: Queue }): () => void {
  /** By id: a message that is read from disk again, because a write failed, is the same message. */
  const judged = new Map<string, Judged>();

  function judge(delivery: Delivery, state: State): void {
    const { id, stage, version } = delivery;
    const entry = state.transcripts.get(delivery.taskId);
    const last = judged.get(id);
    if (entry === undefined) return;
    if (last?.entry === entry && last.stage === stage && last.version === version) return;
    judged.set(id, { entry, stage, version });
    switch (verdictOn(delivery, entry, state, queue.wasSaid)) {
      case 'there':
        if (stage === 'taken') queue.forget(id);
        else queue.take(id, { type: 'shown' });
        return;
      case 'absent':
        queue.take(id, { type: 'absent', now: clock.now() });
        return;
      case 'unclear':
        if (queue.take(id, { type: 'undecided', now: clock.now() }) === null) return;
        store.dispatch({
          type: 'noticed',
          notice: {
            tone: 'bad',
            text: question(delivery, state),
            at: clock.now(),
            about: { kind: 'delivery', id, stages: ['asked'] },
          },
        });
        return;
      case 'open':
        return;
    }
  }

  return () => {
    const { deliveries } = store.getState();
    for (const delivery of deliveries) {
      const { stage, owner } = delivery;
      const left = stage === 'sending' || stage === 'unsure';
      if (stage === 'taken' || (left && owner === queue.me)) judge(delivery, store.getState());
    }
    for (const id of judged.keys()) if (!deliveries.some((delivery) => delivery.id === id)) judged.delete(id);
  };
}

function verdictOn(
  { text, attempt, taskId }: Delivery,
  { transcript, at }: TranscriptEntry,
  state: State,
  wasSaid: (text: string) => boolean,
): Verdict {
  if (transcript === null || at === null || attempt === null) return 'open';
  const build = taskById(state, taskId)?.buildNumber ?? attempt.build;
  // The history holds what was sent before there was a queue on disk.
  const isOurs = (said: string): boolean => wasSaid(said) || state.history.includes(said);
  return arrival(text, attempt, { transcript, askedAt: at, build, isOurs });
}

function question({ taskId }: Delivery, state: State): string {
  const task = knownTask(state, taskId);
  const name = task === null ? 'a task' : `“${shortTitle(task)}”`;
  return `It cannot be told whether a message to ${name} arrived: ${keyFor('outbox')} shows it and asks what to do.`;
}
