/** One message of a conversation. */
export interface Message {
  /**
   * Of a Coder Task a position, not an identity: ids restart at 0 after a resume that lost the conversation. Of a chat an
   * identity: ids rise with gaps, and a changed message has a new one.
   */
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
  | FileReferencePart
  | ContextFilePart
  | SkillPart
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
  /** Missing or null: unknown. */
  readonly startedAt?: number | null;
  readonly endedAt?: number | null;
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
  readonly status: 'pending' | 'running' | 'done' | 'failed' | 'cancelled';
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
  /** Of a command that ended; missing or null otherwise. */
  readonly exitCode?: number | null;
  /** The chat of the sub-agent that the call started or is about. Missing: none, or it is in the arguments. */
  readonly childId?: string;
}

/** An attached file. */
interface FilePart {
  readonly type: 'file';
  readonly name: string;
  /** Empty if unknown. */
  readonly mediaType: string;
  /** Its web page; missing if it has none. */
  readonly url?: string;
  /** Where it is in the workspace; missing if it is not there. */
  readonly path?: string;
}

/** Lines of a file that the user refers to, such as a comment on a diff. */
interface FileReferencePart {
  readonly type: 'file-reference';
  readonly path: string;
  /** Both from 1 and included; 0 if unknown. */
  readonly startLine: number;
  readonly endLine: number;
  /** The text of the lines; empty if unknown. */
  readonly content: string;
}

/** A file that the agent's program added to the context of the model, such as AGENTS.md. */
interface ContextFilePart {
  readonly type: 'context-file';
  readonly path: string;
  /** Only its beginning was added. */
  readonly isTruncated: boolean;
}

/** Instructions that the agent's program offered to the model. */
interface SkillPart {
  readonly type: 'skill';
  readonly name: string;
  /** Empty if there is none. */
  readonly description: string;
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
  /** The type as received, such as `hook-notice`; missing: `notice`. */
  readonly name?: string;
}

/** A part of a type that this version does not know. */
interface UnknownPart {
  readonly type: 'unknown';
  /** The type as received. */
  readonly name: string;
  /** The part as received, JSON data; missing if it has no fields. */
  readonly data?: unknown;
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

export const isSamePart = (a: MessagePart, b: MessagePart): boolean => isSameData(a, b);

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
