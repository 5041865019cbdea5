import type { FoundMessage } from '../domain/ports/conversation-search.ts';
import type { ConversationStorage } from '../domain/ports/conversation-storage.ts';
import { type ConversationEntry, messageOf } from '../domain/stored-conversation.ts';
import { counted, serverTimeText } from '../domain/text/format.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { transcriptText } from '../domain/transcript-text.ts';

/** Earlier messages are left out, UTF-16 units. */
const MAX_CHARACTERS = 10_000_000;

/** The stored conversation of a found message as text: that message first, then all. Null when it is no longer stored. */
export function storedConversationText(storage: ConversationStorage, found: FoundMessage): string | null {
  const { entries, isWhole } = storedEntries(storage, found.taskId);
  const message = entries.find((entry) => isFound(entry, found));
  if (message === undefined) return null;
  const messages = entries.flatMap((entry) => messageOf(entry) ?? []);
  const title = sanitiseLine(found.taskTitle || found.taskName || 'Unnamed task');
  const listed =
    found.goneAt === null ? 'Not in this list.' : `Not listed since ${serverTimeText(found.goneAt)}.`;
  const about = `${listed} ${counted(messages.length, 'message')} stored on this machine${isWhole ? '' : ', without earlier ones'}.`;
  return [
    `${title}\n${about}\n`,
    `── Found ──\n\n${transcriptText(messages.filter((each) => each === messageOf(message)))}`,
    `── Conversation ──\n\n${transcriptText(messages)}`,
  ].join('\n');
}

function storedEntries(
  storage: ConversationStorage,
  taskId: string,
): { readonly entries: readonly ConversationEntry[]; readonly isWhole: boolean } {
  let entries: readonly ConversationEntry[] = [];
  let characters = 0;
  for (let page = storage.load(taskId); page !== null; ) {
    entries = [...page.conversation.entries, ...entries];
    characters += JSON.stringify(page.conversation.entries).length;
    const [first] = page.conversation.entries;
    if (!page.hasOlder || first === undefined) return { entries, isWhole: true };
    if (characters > MAX_CHARACTERS) return { entries, isWhole: false };
    page = storage.load(taskId, first);
  }
  return { entries, isWhole: true };
}

const isFound = (entry: ConversationEntry, { run, id, role, isRetracted }: FoundMessage): boolean =>
  entry.run === run &&
  entry.id === id &&
  messageOf(entry)?.role === role &&
  (entry.kind === 'retracted') === isRetracted;
