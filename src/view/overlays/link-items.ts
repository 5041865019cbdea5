import type { Message, MessagePart } from '../../domain/message.ts';
import { partAddress } from '../../domain/message-text.ts';
import { messageOf } from '../../domain/stored-conversation.ts';
import { chatFacts } from '../../domain/task.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { parseWebUrl, shortUrl, taskLink, webLinksIn } from '../../domain/web-link.ts';
import { memoize } from '../../store/memoize.ts';
import { type MergedTranscript, mergedTranscriptOf } from '../../store/merged-transcript.ts';
import type { State } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import type { PickerItem } from './picker-rows.ts';

/** The id of the item for the web page of the task; the others are web addresses. */
export const TASK_PAGE = 'page';
const PAGE_LABEL = 'Web page of the task';
/** More links of a conversation are not listed. */
const MAX_LINKS = 200;

/** The links of a task: its own, its changes, then those of its conversation, the newest first. */
export function linkItems(state: State, taskId: string): readonly PickerItem[] {
  const task = taskById(state, taskId);
  if (task === null) return [];
  const own = taskLink(task);
  const changes = parseWebUrl(chatFacts(task)?.changes?.url ?? '');
  const found = [
    ...(changes === null ? [] : [itemOf(changes, 'Changes')]),
    ...conversationLinks(mergedTranscriptOf(state, taskId)),
  ].filter(({ id }) => id !== own?.address);
  const page = { id: TASK_PAGE, label: PAGE_LABEL, about: '', words: [PAGE_LABEL] };
  return [
    ...(own === null ? [] : [itemOf(own.address, '')]),
    page,
    ...new Map(found.map((item) => [item.id, item])).values(),
  ];
}

const conversationLinks = memoize(({ conversation }: MergedTranscript): readonly PickerItem[] => {
  const items: PickerItem[] = [];
  for (const entry of conversation.entries.toReversed()) {
    const message = messageOf(entry);
    if (message !== null) items.push(...linksIn(message).toReversed());
    if (items.length >= MAX_LINKS) break;
  }
  return items;
});

const linksIn = ({ parts }: Message): readonly PickerItem[] =>
  parts.flatMap((part) => {
    if (part.type === 'text') {
      // Cheap for the many texts without an address.
      if (!part.text.includes('://')) return [];
      return webLinksIn(sanitise(part.text)).map(({ address }) => itemOf(address, shortUrl(address)));
    }
    const address = partAddress(part);
    return address === null ? [] : [itemOf(address, titleOf(part))];
  });

const titleOf = (part: MessagePart): string =>
  part.type === 'citation' ? part.title : part.type === 'file' ? part.name : '';

function itemOf(address: string, title: string): PickerItem {
  const label = sanitiseLine(title) || shortUrl(address);
  return { id: address, label, about: address, words: [label, address] };
}
