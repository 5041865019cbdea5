import * as z from 'zod/mini';
import { optionalText, withDefault } from './common.ts';

/** A part of a message that taskdeck sends. */
interface TextInput {
  readonly type: 'text';
  readonly text: string;
}

/** The content of a message that is only text. */
export const textContent = (text: string): readonly TextInput[] => [{ type: 'text', text }];

/** POST …/chats */
export interface CreateChatRequest {
  readonly organization_id: string;
  readonly content: readonly TextInput[];
  readonly workspace_id?: string;
  readonly model_config_id?: string;
  readonly reasoning_effort?: string;
  readonly plan_mode?: 'plan';
  readonly labels?: Readonly<Record<string, string>>;
  readonly client_type: 'api';
}

/** PATCH …/chats/{id}: one field a request, because the server does not apply several as one. */
export type UpdateChatRequest =
  | { readonly archived: boolean }
  | { readonly title: string }
  /** 0 unpins. Above 0 pins an unpinned chat behind the others. */
  | { readonly pin_order: number }
  /** Newest servers only; others ignore it. */
  | { readonly read: boolean };

/** The answer to POST …/messages: one of both is set. */
export const sendAnswer = z.object({
  message: z.optional(z.object({ id: z.number() })),
  queued_message: z.optional(z.object({ id: z.number() })),
});

/** POST …/title/propose */
export const proposedTitle = z.object({ title: z.string() });

/** The chats of a list that has a label filter. */
export const labelledChats = withDefault(
  z.array(z.object({ id: z.string(), labels: z.optional(z.nullable(z.record(z.string(), z.string()))) })),
  [],
);

const text = z.catch(optionalText, '');
const flag = (fallback: boolean) => z.catch(withDefault(z.boolean(), fallback), fallback);

/** GET …/organizations/{id}/chats/models, 2.37 and newer. */
export const chatModels = z.object({
  models: withDefault(
    z.array(
      z.object({
        id: z.string(),
        ai_provider_id: text,
        model: text,
        display_name: text,
        enabled: flag(true),
        is_default: flag(false),
        reasoning_efforts: z.catch(withDefault(z.array(z.string()), []), []),
      }),
    ),
    [],
  ),
  providers: withDefault(
    z.array(
      z.object({
        id: text,
        type: text,
        display_name: text,
        enabled: flag(true),
        available: flag(true),
        unavailable_reason: text,
      }),
    ),
    [],
  ),
});
export type ChatModels = z.infer<typeof chatModels>;

/** GET …/chats/models of older servers: grouped by provider. */
export const oldChatModels = z.object({
  providers: withDefault(
    z.array(
      z.object({
        provider: text,
        available: flag(true),
        models: withDefault(
          z.array(z.object({ id: z.string(), model: text, display_name: text })),
          [],
        ),
      }),
    ),
    [],
  ),
});
export type OldChatModels = z.infer<typeof oldChatModels>;
