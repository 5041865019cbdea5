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
      return {
        type: 'file',
        name: wire.name || wire.workspace_file_path,
        mediaType: wire.media_type,
        ...(wire.workspace_file_path === '' ? {} : { path: wire.workspace_file_path }),
      };
    case 'file-reference':
      return {
        type: 'file-reference',
        path: wire.file_name,
        startLine: wire.start_line,
        endLine: wire.end_line,
        content: wire.content,
      };
    case 'context-file':
      return {
        type: 'context-file',
        path: wire.context_file_path,
        isTruncated: wire.context_file_truncated,
      };
    case 'skill':
      return { type: 'skill', name: wire.skill_name, description: wire.skill_description };
    case 'hook-notice':
      return { type: 'notice', text: wire.text, name: wire.type };
    default: {
      const data = receivedFields(wire);
      return { type: 'unknown', name: wire.type, ...(Object.keys(data).length > 0 && { data }) };
    }
  }
}

/** The fields of a part without its type, and without the zero values of the fields of other types. */
const receivedFields = ({ type, ...fields }: WireChatPart): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => Boolean(value) && !Number.isNaN(value)));
