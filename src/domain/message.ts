/** One message of a conversation. */
export interface Message {
  /** A position, not an identity: ids restart at 0 after a resume that lost the conversation. */
  readonly id: number;
  readonly role: 'user' | 'agent';
  /** In the order in which they were written. All strings in them are untrusted text. */
  readonly parts: readonly MessagePart[];
  /** Unix ms. */
  readonly at: number;
}

/** A piece of a message. Parts are plain JSON data; times are Unix ms. */
export type MessagePart =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | FilePart
  | CitationPart
  | NoticePart
  | UnknownPart;

/** Words of the user or the agent, as markdown. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** Thoughts of the model before it acts. */
interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
}

/** A call of a tool, with its result once there is one. */
export interface ToolCallPart {
  readonly type: 'tool-call';
  /** Unique within the task. */
  readonly id: string;
  /** The tool's name; empty if the agent does not report it. */
  readonly name: string;
  /** A description for people; empty if there is none. */
  readonly title: string;
  readonly kind: 'read' | 'edit' | 'delete' | 'move' | 'search' | 'execute' | 'think' | 'fetch' | 'other';
  /** The arguments as JSON data; null if there are none. */
  readonly input: unknown;
  readonly status: 'pending' | 'running' | 'done' | 'failed';
  readonly output: string;
  /** `oldText` is null for a new file. */
  readonly diffs: readonly {
    readonly path: string;
    readonly oldText: string | null;
    readonly newText: string;
  }[];
  /** Files that the call is about. `line` counts from 1. */
  readonly places: readonly { readonly path: string; readonly line: number | null }[];
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** An attached file. */
interface FilePart {
  readonly type: 'file';
  readonly name: string;
  /** Empty if unknown. */
  readonly mediaType: string;
}

/** A source that the agent refers to. */
interface CitationPart {
  readonly type: 'citation';
  /** Empty if unknown. */
  readonly title: string;
  readonly url: string;
}

/** A remark of the server or the agent's program about the turn. */
interface NoticePart {
  readonly type: 'notice';
  readonly text: string;
}

/** A part of a type that this version does not know. */
interface UnknownPart {
  readonly type: 'unknown';
  /** The type as received. */
  readonly name: string;
}

/** The parts of a message that is only text. */
export const textParts = (text: string): readonly [TextPart] => [{ type: 'text', text }];

/** The text of a message that has one text part and nothing else; null for any other message. */
export function onlyTextOf({ parts }: Pick<Message, 'parts'>): string | null {
  const [part] = parts;
  return parts.length === 1 && part?.type === 'text' ? part.text : null;
}

const texts = new WeakMap<Pick<Message, 'parts'>, string>();

/** The words of the user or the agent: the text parts, separated by blank lines. */
export function textOf(message: Pick<Message, 'parts'>): string {
  const only = onlyTextOf(message);
  if (only !== null) return only;
  const known = texts.get(message);
  if (known !== undefined) return known;
  const text = message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
  texts.set(message, text);
  return text;
}

export const isSameMessage = (a: Message, b: Message): boolean =>
  a === b || (a.id === b.id && a.at === b.at && hasSameContent(a, b));

/** Whether both have the same sender and equal parts. */
export const hasSameContent = (a: Message, b: Message): boolean => a.role === b.role && hasSameParts(a, b);

export const hasSameParts = (a: Pick<Message, 'parts'>, b: Pick<Message, 'parts'>): boolean =>
  isSameData(a.parts, b.parts);

/** Compares JSON data. Strings of different lengths are unequal without a comparison of their characters. */
function isSameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [entries, others] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && isSameData(value, others.get(key)))
  );
}
