import type { ChatTurn, PromptPart } from '../chats/session.ts';
import type { Capabilities } from './capabilities.ts';

/** A prompt as content blocks of the protocol, and the parts that the agent cannot take. */
export interface PromptBlocks {
  readonly blocks: readonly object[];
  readonly omittedImages: number;
}

/** `withEarlier`: the session is new, and begins with the earlier messages as text. Else they are not read. */
export function promptBlocks(
  turn: Pick<ChatTurn, 'prompt' | 'earlier'>,
  { takesImages, takesResources }: Capabilities,
  withEarlier: boolean,
): PromptBlocks {
  const { prompt } = turn;
  const blocks = prompt.flatMap((part): readonly object[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    if (part.type === 'file') return [takesResources ? resource(part) : { type: 'text', text: asText(part) }];
    return takesImages ? [{ type: 'image', mimeType: part.mediaType, data: part.data }] : [];
  });
  // Reads all messages of the chat.
  const earlier = withEarlier ? turn.earlier : '';
  const before = earlier === '' ? [] : [{ type: 'text', text: introduced(earlier) }];
  return {
    blocks: [...before, ...blocks],
    omittedImages: takesImages ? 0 : prompt.filter(({ type }) => type === 'image').length,
  };
}

type FilePart = Extract<PromptPart, { readonly type: 'file' }>;

const resource = ({ name, mediaType, text }: FilePart): object => ({
  type: 'resource',
  resource: { uri: `attachment:///${encodeURIComponent(name)}`, mimeType: mediaType, text },
});

const asText = ({ name, text }: FilePart): string => `Attached file ${name}:\n\n${text}`;

const introduced = (earlier: string): string =>
  `These are the earlier messages of this conversation, for context. Do not answer them.\n\n${earlier}\n\nThe next message continues the conversation.`;
