import { graphemesOf } from '../domain/text/graphemes.ts';

/**
 * What a run of characters that arrived in one read is, on a terminal that may not mark pastes. People type ahead on a
 * slow line, and programs type whole lines: `j`, Enter, a sentence, Enter is all keys. But a paste never sends, so
 * what has the shape of several lines is taken for one.
 */
export type InputRun =
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** Text to be put in as a whole, then keys. */
  | { readonly kind: 'text'; readonly text: string; readonly keys: readonly string[] }
  | { readonly kind: 'paste' };

/** Shorter lines may be keys with Enter behind them. */
const MIN_PASTED_LINE = 3;
/** So many lines are pasted, however short they are. */
const MIN_PASTED_LINES = 3;
/** Nobody types this far ahead, and so many keys one by one would take their time. */
const MAX_TYPED = 64;
/** Nor does anybody send as much as this with one Enter behind it. */
const MAX_RUN = 1_000;

/** `run` holds printable characters, CR, LF and tabs. */
export function classifyRun(run: string): InputRun {
  if (run.length === 1) return { kind: 'keys', keys: [run] };
  if (run.length > MAX_RUN * 16) return { kind: 'paste' };
  const graphemes = graphemesOf(run).flatMap(splitBreak);
  // A held key, however many it were.
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
