import { PERMISSION_TOOL } from '../../wire/local-extension.ts';
import type { ChatPermissionRow } from '../chats/chat-row-types.ts';

/** Open permission requests as in `action_required`: the arguments are JSON text. */
export const openCalls = (
  permissions: readonly ChatPermissionRow[],
): readonly Readonly<Record<string, string>>[] =>
  permissions.map(({ id, request }) => ({ tool_call_id: id, tool_name: PERMISSION_TOOL, args: request }));
