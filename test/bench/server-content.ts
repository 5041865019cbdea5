export interface ServerContent {
  readonly tasks: number;
  /** Lines of each transcript, and of the first one. */
  readonly lines: number;
  readonly firstLines: number;
  readonly linesPerMessage: number;
  /** The working task; the others do not work. */
  readonly working: number | null;
  /** Changes of its transcript: none, a line that counts seconds, or a growing last message. */
  readonly moving: 'nothing' | 'one line' | 'growing';
  /** Whether one task of the list changes in every response. */
  readonly reporting: boolean;
  /** Whether titles and messages contain East Asian text and emoji. */
  readonly wide: boolean;
}

/** Requests since the content was set. */
export interface RequestCounts {
  readonly list: number;
  readonly transcript: number;
  readonly other: number;
  readonly connections: number;
}

/** A response with 85 tasks has 92 KB. */
export const quietContent: ServerContent = {
  tasks: 85,
  lines: 200,
  firstLines: 200,
  linesPerMessage: 40,
  working: null,
  moving: 'nothing',
  reporting: false,
  wide: false,
};
