import * as z from 'zod/mini';
import { withDefault } from './common.ts';

/** A part of a message that taskdeck sends. */
interface TextInput {
  readonly type: 'text';
  readonly text: string;
}

/** An uploaded file of a message. */
interface FileInput {
  readonly type: 'file';
  readonly file_id: string;
}

/** The content of a message with uploaded files. */
export const contentWith = (text: string, fileIds: readonly string[]): readonly (TextInput | FileInput)[] => [
  ...textContent(text),
  ...fileIds.map((id) => ({ type: 'file' as const, file_id: id })),
];

/** The content of a message that is only text. */
const textContent = (text: string): readonly TextInput[] => [{ type: 'text', text }];

/** POST …/chats */
export interface CreateChatRequest {
  readonly organization_id: string;
  readonly content: readonly (TextInput | FileInput)[];
  readonly workspace_id?: string;
  readonly model_config_id?: string;
  readonly reasoning_effort?: string;
  readonly plan_mode?: 'plan';
  readonly labels?: Readonly<Record<string, string>>;
  readonly client_type: 'api';
  /** Extensions of taskdeck's own server. */
  readonly directory?: string;
  readonly permission_mode?: string;
  readonly title?: string;
  /** Missing values: HEAD, and a branch named by the prompt. */
  readonly worktree?: { readonly base?: string; readonly branch?: string };
  readonly environment?: Readonly<Record<string, string>>;
}

/** POST …/chats/{id}/messages */
export interface SendRequest {
  readonly content: readonly (TextInput | FileInput)[];
  readonly model_config_id?: string;
  readonly reasoning_effort?: string;
  /** Empty turns it off. */
  readonly plan_mode?: 'plan' | '';
  /** Only to a server with the extension `environment`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** POST …/chats/{id}/tool-results, as answers to permission requests. */
export interface ToolResultsRequest {
  readonly results: readonly {
    readonly tool_call_id: string;
    readonly output:
      | { readonly outcome: 'selected'; readonly option_id: string }
      | { readonly outcome: 'cancelled' };
  }[];
}

/** PATCH …/chats/{id}: one field a request, because the server does not apply several as one. */
export type UpdateChatRequest =
  | { readonly archived: boolean; readonly environment?: Readonly<Record<string, string>> }
  | { readonly title: string }
  /** 0 unpins. Above 0 pins an unpinned chat behind the others. */
  | { readonly pin_order: number }
  /** Newest servers only; others ignore it. */
  | { readonly read: boolean }
  | { readonly plan_mode: 'plan' | '' }
  /** Only to taskdeck's own server, like the next two. */
  | { readonly permission_mode: string }
  | { readonly model_config_id: string }
  | { readonly reasoning_effort: string };

/** The answer to POST …/messages: one of both is set. */
export const sendAnswer = z.object({
  message: z.optional(z.object({ id: z.number() })),
  queued_message: z.optional(z.object({ id: z.number() })),
});

/** POST …/chats/files */
export const uploadedFile = z.object({ id: z.string() });

/** PATCH …/messages/{id} */
export const editAnswer = z.object({ message: z.object({ id: z.number() }) });

/** POST …/interrupt: a bare chat, of which only the status holds. */
export const interruptedChat = z.object({ status: z.string() });

/** POST …/title/propose */
export const proposedTitle = z.object({ title: z.string() });

/** The chats of a list that has a label filter. */
export const labelledChats = withDefault(
  z.array(z.object({ id: z.string(), labels: z.optional(z.nullable(z.record(z.string(), z.string()))) })),
  [],
);
