import { graphemesOf } from '../domain/text/graphemes.ts';

/**
 * The kind of a run of characters from one read, on a terminal that may not mark pastes. Typing ahead on a slow connection, and
 * programs that type whole lines, give keys. But a paste never sends, so text with the shape of several lines counts as a
 * paste.
 */
export type InputRun =
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** Text to insert as a whole, then keys. */
  | { readonly kind: 'text'; readonly text: string; readonly keys: readonly string[] }
  | { readonly kind: 'paste' };

/** Shorter lines may be keys followed by Enter. */
const MIN_PASTED_LINE = 3;
/** This many lines are a paste, however short they are. */
const MIN_PASTED_LINES = 3;
/** Longer runs are inserted as text: users do not type this far ahead, and single keys would take long. */
const MAX_TYPED = 64;
/** Longer runs are always a paste. */
const MAX_RUN = 1_000;

/** `run` has printable characters, CR, LF and tabs. */
export function classifyRun(run: string): InputRun {
  if (run.length === 1) return { kind: 'keys', keys: [run] };
  if (run.length > MAX_RUN * 16) return { kind: 'paste' };
  const graphemes = graphemesOf(run).flatMap(splitBreak);
  // A held key.
  if (graphemes.every((grapheme) => grapheme === graphemes[0])) return { kind: 'keys', keys: graphemes };
  if (graphemes.length > MAX_RUN || hasLines(run)) return { kind: 'paste' };
  const end = graphemes.findLastIndex((grapheme) => !isBreak(grapheme)) + 1;
  const text = graphemes.slice(0, end);
  if (end > MAX_TYPED && !text.some(isBreak)) {
    return { kind: 'text', text: text.join(''), keys: graphemes.slice(end) };
  }
  return { kind: 'keys', keys: graphemes };
}

function hasLines(run: string): boolean {
  const lines = run.split(/[\r\n]+/).filter((line) => line !== '');
  return (
    lines.length >= MIN_PASTED_LINES || lines.filter((line) => line.length >= MIN_PASTED_LINE).length > 1
  );
}

const isBreak = (grapheme: string): boolean => grapheme === '\r' || grapheme === '\n';

/** CR LF is one grapheme but two keys. */
const splitBreak = (grapheme: string): string[] => (grapheme === '\r\n' ? ['\r', '\n'] : [grapheme]);
