import type { MessagePart } from '../../domain/message.ts';
import type { WireChatPart } from '../../wire/chat.ts';

/** A part of a message that is neither a tool call nor a result; null for one without content. */
export function toMessagePart(wire: WireChatPart): MessagePart | null {
  switch (wire.type) {
    case 'text':
      return wire.text === '' ? null : { type: 'text', text: wire.text };
    case 'reasoning':
      return wire.text === ''
        ? null
        : {
            type: 'reasoning',
            text: wire.text,
            ...(wire.created_at === null ? {} : { startedAt: wire.created_at }),
            ...(wire.completed_at === null ? {} : { endedAt: wire.completed_at }),
          };
    case 'source':
      return { type: 'citation', title: wire.title, url: wire.url };
    case 'file':
      return { type: 'file', name: wire.name, mediaType: wire.media_type };
    case 'workspace-file-reference':
      return { type: 'file', name: wire.name || wire.workspace_file_path, mediaType: wire.media_type };
    case 'file-reference':
      return { type: 'file', name: wire.file_name, mediaType: '' };
    case 'context-file':
      return { type: 'file', name: wire.context_file_path, mediaType: '' };
    case 'skill':
      return { type: 'notice', text: `skill ${wire.skill_name}` };
    case 'hook-notice':
      return { type: 'notice', text: wire.text };
    default:
      return { type: 'unknown', name: wire.type };
  }
}
