import type { FileDiff, FileLocation, ToolCallChange } from '../chats/session.ts';
import {
  boundedJson,
  choiceOf,
  endOf,
  type Fields,
  fieldsOf,
  itemsOf,
  numberOf,
  textOf,
} from './untrusted.ts';

/** The longest output of one tool call, UTF-16 units. Of longer ones the end stays. */
export const MAX_OUTPUT = 512 * 1024;
const MAX_DIFF_TEXT = 256 * 1024;
const MAX_DIFFS = 50;
const MAX_PATH = 4096;
const MAX_LOCATIONS = 50;
const MAX_INPUT = 64 * 1024;
const MAX_TITLE = 2_000;
const MAX_ID = 500;
const MAX_CONTENT_ITEMS = 1_000;

const KINDS = ['read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'other'] as const;
const STATUSES = ['pending', 'in_progress', 'completed', 'failed'] as const;

/**
 * The fields of a `tool_call`, a `tool_call_update` or the call of a permission request. Fields of an unknown shape count
 * as absent. Null without an id.
 */
export function toolCallChange(call: Fields): ToolCallChange | null {
  const id = textOf(call.toolCallId, MAX_ID);
  if (id === null || id === '') return null;
  const kind = call.kind === 'switch_mode' ? 'other' : choiceOf(call.kind, KINDS);
  return {
    id,
    ...present('name', textOf(call.name, MAX_TITLE)),
    ...present('title', textOf(call.title, MAX_TITLE)),
    ...present('kind', kind),
    ...present('status', choiceOf(call.status, STATUSES)),
    ...(call.rawInput === undefined || call.rawInput === null
      ? {}
      : { input: boundedJson(call.rawInput, MAX_INPUT) }),
    ...outputOf(call),
    ...(Array.isArray(call.content) ? present('diffs', diffsIn(call.content)) : {}),
    ...(Array.isArray(call.locations) ? { locations: locationsIn(call.locations) } : {}),
  };
}

const present = <K extends string, V>(key: K, value: V | null): { readonly [key in K]?: V } =>
  value === null ? {} : ({ [key]: value } as { readonly [key in K]?: V });

/**
 * The output: the texts of `content`, or else of `rawOutput`; codex sends pieces as `_meta.terminal_output_delta` instead.
 * Content without text, such as a terminal of the agent's own, keeps the output as it is.
 */
function outputOf({ content, rawOutput, _meta }: Fields): Pick<ToolCallChange, 'output' | 'outputDelta'> {
  const delta = fieldsOf(_meta).terminal_output_delta;
  const piece = typeof delta === 'string' ? delta : fieldsOf(delta).data;
  if (typeof piece === 'string' && piece !== '') return { outputDelta: endOf(piece, MAX_OUTPUT) };
  const texts = itemsOf(content, MAX_CONTENT_ITEMS).flatMap((item) => {
    const { type, content: block } = fieldsOf(item);
    return type === 'content' ? blockText(block) : [];
  });
  if (texts.length > 0) return { output: endOf(texts.join('\n'), MAX_OUTPUT) };
  const raw = rawText(rawOutput);
  return raw === null ? {} : { output: endOf(raw, MAX_OUTPUT) };
}

/** The text of a content block; others are named in brackets. */
function blockText(block: unknown): readonly string[] {
  const { type, text, uri, name, resource, mimeType } = fieldsOf(block);
  if (type === 'text') return typeof text === 'string' && text !== '' ? [text] : [];
  if (type === 'resource') {
    const inner = fieldsOf(resource);
    return typeof inner.text === 'string' ? [inner.text] : [`[${textOf(inner.uri, MAX_PATH) ?? 'resource'}]`];
  }
  if (type === 'resource_link') return [`[${textOf(name, MAX_TITLE) ?? textOf(uri, MAX_PATH) ?? 'link'}]`];
  if (type === 'image' || type === 'audio')
    return [`[${type}: ${textOf(mimeType, MAX_TITLE) ?? 'unknown type'}]`];
  return [];
}

function rawText(raw: unknown): string | null {
  if (typeof raw === 'string') return raw;
  const { output, stdout, text, formatted_output: formatted } = fieldsOf(raw);
  const found = [formatted, output, stdout, text].find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : null;
}

/** Null if the content has no diffs: it replaces the texts only. */
function diffsIn(content: readonly unknown[]): readonly FileDiff[] | null {
  const diffs = content.flatMap((item) => {
    const { type, path, oldText, newText } = fieldsOf(item);
    if (type !== 'diff' || typeof path !== 'string' || typeof newText !== 'string') return [];
    return [
      {
        path: textOf(path, MAX_PATH) ?? '',
        oldText: textOf(oldText, MAX_DIFF_TEXT),
        newText: textOf(newText, MAX_DIFF_TEXT) ?? '',
      },
    ];
  });
  return diffs.length === 0 ? null : diffs.slice(0, MAX_DIFFS);
}

const locationsIn = (locations: readonly unknown[]): readonly FileLocation[] =>
  itemsOf(locations, MAX_LOCATIONS).flatMap((location) => {
    const { path, line } = fieldsOf(location);
    const known = textOf(path, MAX_PATH);
    if (known === null || known === '') return [];
    const number = numberOf(line);
    return [{ path: known, line: number !== null && number >= 1 ? Math.floor(number) : null }];
  });
