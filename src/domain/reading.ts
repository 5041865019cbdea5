/** How transcripts are shown; the same for all of them, and from one run to the next. */
export interface Reading {
  /** Long lines go on in the next row; else they run off the edge, and the window moves sideways. */
  readonly wrap: boolean;
  /** Every message as it was written, without reading it as markdown. */
  readonly raw: boolean;
  /** When each message was written stands behind its name. */
  readonly times: boolean;
}

export const USUAL_READING: Reading = { wrap: true, raw: false, times: true };

/** What was kept of it: whatever is missing, or is no switch, is as usual. */
export function readingFrom(kept: unknown): Reading {
  if (typeof kept !== 'object' || kept === null) return USUAL_READING;
  const fields: Readonly<Record<string, unknown>> = { ...kept };
  const flag = (name: keyof Reading): boolean => {
    const value = fields[name];
    return typeof value === 'boolean' ? value : USUAL_READING[name];
  };
  return { wrap: flag('wrap'), raw: flag('raw'), times: flag('times') };
}
