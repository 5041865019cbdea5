/** How transcripts are shown; the same for all of them, and from one run to the next. */
export interface TranscriptOptions {
  /** Long lines go on in the next row; else they run off the edge, and the window moves sideways. */
  readonly wrap: boolean;
  /** Every message as it was written, without reading it as markdown. */
  readonly raw: boolean;
  /** When each message was written stands behind its name. */
  readonly times: boolean;
}

export const DEFAULT_TRANSCRIPT_OPTIONS: TranscriptOptions = { wrap: true, raw: false, times: true };

/** What was kept of it: whatever is missing, or is no switch, is as usual. */
export function parseTranscriptOptions(stored: unknown): TranscriptOptions {
  if (typeof stored !== 'object' || stored === null) return DEFAULT_TRANSCRIPT_OPTIONS;
  const fields: Readonly<Record<string, unknown>> = { ...stored };
  const flag = (name: keyof TranscriptOptions): boolean => {
    const value = fields[name];
    return typeof value === 'boolean' ? value : DEFAULT_TRANSCRIPT_OPTIONS[name];
  };
  return { wrap: flag('wrap'), raw: flag('raw'), times: flag('times') };
}
