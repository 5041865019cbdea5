/** How transcripts are shown; one setting for all tasks, stored between runs. */
export interface TranscriptOptions {
  /** Wraps long lines; otherwise the view scrolls sideways. */
  readonly wrap: boolean;
  /** Shows the source text of messages instead of rendered Markdown. */
  readonly raw: boolean;
  /** Shows the time of each message. */
  readonly times: boolean;
}

export const DEFAULT_TRANSCRIPT_OPTIONS: TranscriptOptions = { wrap: true, raw: false, times: true };

/** Replaces missing or invalid values by the defaults. */
export function parseTranscriptOptions(stored: unknown): TranscriptOptions {
  if (typeof stored !== 'object' || stored === null) return DEFAULT_TRANSCRIPT_OPTIONS;
  const fields: Readonly<Record<string, unknown>> = { ...stored };
  const flag = (name: keyof TranscriptOptions): boolean => {
    const value = fields[name];
    return typeof value === 'boolean' ? value : DEFAULT_TRANSCRIPT_OPTIONS[name];
  };
  return { wrap: flag('wrap'), raw: flag('raw'), times: flag('times') };
}
