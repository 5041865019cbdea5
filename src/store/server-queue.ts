import { chatFacts, type Task } from '../domain/task.ts';
import type { State } from './state.ts';

/** The task with the length of its server's queue, where the conversation shows it: lists do not. */
export function withServerQueue({ transcripts }: Pick<State, 'transcripts'>, task: Task): Task {
  const facts = chatFacts(task);
  const queue = transcripts.get(task.id)?.transcript?.queue;
  return facts === null || queue === undefined || queue.length === facts.queueLength
    ? task
    : { ...task, facts: { ...facts, queueLength: queue.length } };
}
