import type { Message } from '../domain/message.ts';
import type { Source } from '../domain/ports/source.ts';
import type { TaskRef } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';

/**
 * The conversation with its older pages. `knownUpTo`: the id of a message from which on the caller needs the later ones;
 * missing for all of them.
 */
export async function wholeTranscript(
  source: Source,
  task: TaskRef,
  signal: AbortSignal,
  knownUpTo = Number.NEGATIVE_INFINITY,
): Promise<Transcript> {
  const newest = await source.transcript(task, signal);
  const pages: (readonly Message[])[] = [newest.messages];
  let hasOlder = newest.hasOlder === true;
  let [oldest] = newest.messages;
  while (hasOlder && source.olderMessages !== undefined && oldest !== undefined && oldest.id > knownUpTo) {
    const older = await source.olderMessages(task, oldest.id, signal);
    const [first] = older.messages;
    // A page that does not go back would be requested forever.
    if (first === undefined || first.id >= oldest.id) break;
    pages.unshift(older.messages);
    ({ hasOlder } = older);
    oldest = first;
  }
  return { ...newest, hasOlder, messages: pages.flat() };
}
