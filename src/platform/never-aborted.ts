/** The signal of work that nothing cancels: it ends by itself, or at its own time limit. */
export const neverAborted: AbortSignal = new AbortController().signal;
