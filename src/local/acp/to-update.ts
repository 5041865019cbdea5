import type {
  ChecklistEntry,
  PermissionRequest,
  SessionUpdate,
  SessionUsage,
  ToolCallChange,
} from '../chats/session.ts';
import { toolCallChange } from './tool-content.ts';
import { choiceOf, type Fields, fieldsOf, itemsOf, numberOf, textOf } from './untrusted.ts';

/** The meaning of a session/update. */
export type SessionEvent =
  | Exclude<SessionUpdate, { readonly type: 'tool' }>
  /** `isNew`: a `tool_call`, which may reuse the id of an earlier one. */
  | { readonly type: 'tool'; readonly isNew: boolean; readonly change: ToolCallChange }
  | { readonly type: 'mode'; readonly mode: string }
  /** The new `configOptions`, unchecked. */
  | { readonly type: 'options'; readonly options: unknown }
  /** A sub-agent works for this session, under a session id of its own. */
  | { readonly type: 'sub-agent'; readonly session: string }
  /** The agent's turn failed, although it may answer the prompt as usual. */
  | { readonly type: 'failure' };

const MAX_TEXT = 1024 * 1024;
const MAX_ENTRIES = 200;
const MAX_ENTRY = 4_000;
const MAX_COMMANDS = 500;
const MAX_NAME = 500;
const MAX_DESCRIPTION = 2_000;
const MAX_TITLE = 500;
const MAX_OPTIONS = 30;

/** Kinds of updates that a replay of an earlier conversation consists of. */
const HISTORY = new Set([
  'user_message_chunk',
  'agent_message_chunk',
  'agent_thought_chunk',
  'tool_call',
  'tool_call_update',
  'plan',
]);

/** Whether an update can belong to the replay of a loaded session. */
export const isHistory = (update: unknown): boolean => HISTORY.has(String(fieldsOf(update).sessionUpdate));

/** The meaning of an update, checked and bounded. Empty for kinds that are unknown, or not for users. */
export function toEvents(update: unknown): readonly SessionEvent[] {
  const fields = fieldsOf(update);
  switch (fields.sessionUpdate) {
    case 'agent_message_chunk':
      return [...chunk('text', fields), ...usageInMeta(fields)];
    case 'agent_thought_chunk':
      return chunk('reasoning', fields);
    case 'tool_call':
    case 'tool_call_update': {
      const change = toolCallChange(fields);
      return change === null ? [] : [{ type: 'tool', isNew: fields.sessionUpdate === 'tool_call', change }];
    }
    case 'plan':
      return [{ type: 'checklist', entries: itemsOf(fields.entries, MAX_ENTRIES).flatMap(entry) }];
    case 'available_commands_update':
      return [
        { type: 'commands', commands: itemsOf(fields.availableCommands, MAX_COMMANDS).flatMap(command) },
      ];
    case 'current_mode_update': {
      const mode = textOf(fields.currentModeId, MAX_NAME);
      return mode === null ? [] : [{ type: 'mode', mode }];
    }
    case 'config_option_update':
      return [{ type: 'options', options: fields.configOptions }];
    case 'session_info_update':
      return [...titleIn(fields), ...failureIn(fields)];
    case 'usage_update':
      return usage(numberOf(fields.used), numberOf(fields.size), costOf(fields.cost));
    case 'notice':
      return notice(fields);
    case 'subagent_update': {
      const session = textOf(fields.sessionId, MAX_NAME);
      return session === null ? [] : [{ type: 'sub-agent', session }];
    }
    default:
      return [];
  }
}

function chunk(type: 'text' | 'reasoning', { content }: Fields): readonly SessionEvent[] {
  const { type: kind, text: raw, uri, name, resource } = fieldsOf(content);
  const text = textOf(raw, MAX_TEXT);
  if (kind === 'text') return text === null || text === '' ? [] : [{ type, text }];
  if (kind === 'resource_link') {
    const label = textOf(name, MAX_NAME) ?? textOf(uri, MAX_NAME);
    return label === null ? [] : [{ type, text: `[${label}]` }];
  }
  if (kind === 'resource') {
    const inner = textOf(fieldsOf(resource).text, MAX_TEXT);
    return inner === null ? [] : [{ type, text: inner }];
  }
  return kind === 'image' || kind === 'audio' ? [{ type, text: `[${kind}]` }] : [];
}

function titleIn(fields: Fields): readonly SessionEvent[] {
  const title = textOf(fields.title, MAX_TITLE);
  return title === null || title.trim() === '' ? [] : [{ type: 'title', title }];
}

/** codex ends a turn that its model refused with `end_turn`; the refusal is its text. */
const failureIn = ({ _meta }: Fields): readonly SessionEvent[] =>
  fieldsOf(fieldsOf(fieldsOf(_meta).codex).threadStatus).type === 'systemError' ? [{ type: 'failure' }] : [];

/** qwen sends usage with an empty piece of text. */
function usageInMeta({ _meta }: Fields): readonly SessionEvent[] {
  const meta = fieldsOf(_meta).usage;
  return meta === undefined ? [] : usage(tokensOf(meta), null, null);
}

/** The reason of the end of a turn, and its usage, from the answer to a prompt. Agents answer with null as well. */
export function promptEnd(result: unknown): { readonly reason: string; readonly usage: SessionUsage | null } {
  const { stopReason, usage: tokens, _meta } = fieldsOf(result);
  const used = tokensOf(tokens) ?? tokensOf(fieldsOf(_meta).usage);
  return {
    reason: textOf(stopReason, MAX_NAME) ?? 'end_turn',
    usage: used === null ? null : { used, size: null, cost: null },
  };
}

/** All tokens that the model read and wrote in its last call; null if unknown. */
function tokensOf(value: unknown): number | null {
  const { totalTokens, inputTokens, outputTokens } = fieldsOf(value);
  const total = numberOf(totalTokens);
  if (total !== null) return total;
  const input = numberOf(inputTokens);
  return input === null ? null : input + (numberOf(outputTokens) ?? 0);
}

const usage = (
  used: number | null,
  size: number | null,
  cost: SessionUsage['cost'],
): readonly SessionEvent[] =>
  used === null && size === null && cost === null ? [] : [{ type: 'usage', usage: { used, size, cost } }];

function costOf(cost: unknown): SessionUsage['cost'] {
  const { amount, currency } = fieldsOf(cost);
  const number = numberOf(amount);
  return number === null ? null : { amount: number, currency: textOf(currency, 10) ?? 'USD' };
}

function entry(item: unknown): readonly ChecklistEntry[] {
  const { content, priority, status } = fieldsOf(item);
  const text = textOf(content, MAX_ENTRY);
  if (text === null) return [];
  return [
    {
      content: text,
      priority: choiceOf(priority, ['high', 'medium', 'low']) ?? 'medium',
      status: choiceOf(status, ['pending', 'in_progress', 'completed']) ?? 'pending',
    },
  ];
}

function command(item: unknown): readonly { readonly name: string; readonly description: string }[] {
  const { name, description } = fieldsOf(item);
  const known = textOf(name, MAX_NAME);
  if (known === null || known === '') return [];
  return [{ name: known, description: textOf(description, MAX_DESCRIPTION) ?? '' }];
}

function notice({ title, description }: Fields): readonly SessionEvent[] {
  const texts = [textOf(title, MAX_TITLE), textOf(description, MAX_DESCRIPTION)];
  const text = texts.filter((part) => part !== null && part.trim() !== '').join(': ');
  return text === '' ? [] : [{ type: 'notice', text }];
}

/** The options of a permission request. Those without an id are left out: they cannot be chosen. */
export const toOptions = (options: unknown): PermissionRequest['options'] =>
  itemsOf(options, MAX_OPTIONS).flatMap((option) => {
    const { optionId, name, kind } = fieldsOf(option);
    if (typeof optionId !== 'string') return [];
    return [
      {
        // Not bounded: the agent must recognise it.
        id: optionId,
        name: textOf(name, MAX_NAME) ?? optionId.slice(0, MAX_NAME),
        kind: choiceOf(kind, ['allow_once', 'allow_always', 'reject_once', 'reject_always']) ?? 'other',
      },
    ];
  });
