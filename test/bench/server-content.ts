/** What the bench's server holds. */
export interface ServerContent {
  readonly tasks: number;
  /** Lines of every conversation, and of the first task's. */
  readonly lines: number;
  readonly firstLines: number;
  /** The task that works; the others rest. */
  readonly working: number | null;
  /** What happens in its conversation: nothing, a line that counts seconds, or a last message that gets longer. */
  readonly moving: 'nothing' | 'one line' | 'growing';
  /** Whether one task of the list reports something else in every answer. */
  readonly reporting: boolean;
}

/** What it was asked since the scene was set. */
export interface RequestCounts {
  readonly list: number;
  readonly transcript: number;
  readonly other: number;
  readonly connections: number;
}

/** 85 tasks are an answer of 92 KB. */
export const quietContent: ServerContent = {
  tasks: 85,
  lines: 200,
  firstLines: 200,
  working: null,
  moving: 'nothing',
  reporting: false,
};
