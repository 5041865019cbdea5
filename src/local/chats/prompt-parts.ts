import { ErrorResponse } from '../http/error-response.ts';
import type { ChatRepository } from './chat-repository.ts';
import { type ChatMessageRow, partsOf, type WirePart } from './chat-row-types.ts';
import type { PromptPart } from './session.ts';

/** A new session gets the end of the earlier messages. Characters. */
const EARLIER_LIMIT = 100_000;

const invalidPart = (detail: string): ErrorResponse => new ErrorResponse(400, 'Invalid input part.', detail);

/** Throws a 400 for a part that the agent of the chat cannot read. */
export function requirePromptable(content: readonly WirePart[], agent: string, chats: ChatRepository): void {
  for (const [index, part] of content.entries()) {
    if (part.type !== 'file') continue;
    const mediaType = chats.fileType(String(part.file_id));
    if (mediaType === null) {
      throw invalidPart(`content[${index}].file_id references a file that does not exist.`);
    }
    if (isText(mediaType)) continue;
    if (!mediaType.startsWith('image/')) {
      throw invalidPart(`content[${index}]: agents on this machine do not read ${mediaType} files.`);
    }
    if (chats.offer(agent)?.takesImages === false) {
      throw invalidPart(`content[${index}]: ${agent} does not take images.`);
    }
  }
}

/** The parts of a message as a prompt. Files that were deleted are left out. */
export const promptOf = (content: readonly WirePart[], chats: ChatRepository): readonly PromptPart[] =>
  content.flatMap((part): readonly PromptPart[] => {
    switch (part.type) {
      case 'text':
        return [{ type: 'text', text: String(part.text) }];
      case 'file-reference':
        return [{ type: 'text', text: referenceText(part) }];
      case 'file':
        return filePart(String(part.file_id), chats);
      default:
        return [];
    }
  });

/** SVG is text: agents take only pixels as images. */
const isText = (mediaType: string): boolean =>
  mediaType.startsWith('text/') || mediaType === 'application/json' || mediaType === 'image/svg+xml';

function filePart(id: string, chats: ChatRepository): readonly PromptPart[] {
  const file = chats.file(id);
  if (file === null) return [];
  const { name, media_type: mediaType } = file;
  const bytes = Buffer.from(file.bytes);
  return isText(mediaType)
    ? [{ type: 'file', name, mediaType, text: bytes.toString('utf8') }]
    : [{ type: 'image', mediaType, data: bytes.toString('base64') }];
}

function referenceText({ file_name: name, start_line: start, end_line: end, content }: WirePart): string {
  const lines = start === end ? `line ${start}` : `lines ${start}-${end}`;
  return `${name}, ${lines}:\n${content}`;
}

/**
 * The conversation as text, for a session that does not know it: the messages of the user, and the text and the tools of
 * the answers. A long one loses its beginning.
 */
export function conversationText(messages: readonly ChatMessageRow[]): string {
  const text = messages
    .map((message) => ({ role: message.role, text: partsOf(message).flatMap(partText).join('\n').trim() }))
    .filter((message) => message.text !== '')
    .map((message) => `${message.role === 'user' ? 'User' : 'Assistant'}:\n${message.text}`)
    .join('\n\n');
  return text.length <= EARLIER_LIMIT ? text : `[…]\n${text.slice(-EARLIER_LIMIT)}`;
}

function partText(part: WirePart): readonly string[] {
  switch (part.type) {
    case 'text':
      return [String(part.text)];
    case 'file':
      return [`[file: ${part.name}]`];
    case 'file-reference':
      return [referenceText(part)];
    case 'tool-call':
      return [`[tool: ${part.title || part.tool_name}]`];
    default:
      return [];
  }
}
