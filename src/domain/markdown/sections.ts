/** A run of lines that are shown in one way. Together the sections of a text hold all of its lines, in order. */
export type Section =
  | { readonly kind: 'plain'; readonly lines: readonly string[] }
  /** To be read as markdown. It ends with its blank lines. */
  | { readonly kind: 'prose'; readonly lines: readonly string[] }
  /** What stands between two fences; `opens` where the first fence is its own and not one further up. */
  | {
      readonly kind: 'code';
      readonly lines: readonly string[];
      readonly language: string;
      readonly indent: string;
      readonly opens: boolean;
    }
  | { readonly kind: 'diff'; readonly lines: readonly string[] };

/** A fence that is open where a part of a text ends. */
export interface Fence {
  readonly marker: string;
  readonly language: string;
  readonly indent: string;
}

/** A section is worked out as a whole when it comes on screen, so none is longer than about this, in UTF-16 units and lines. */
const MAX_PROSE_LENGTH = 4_000;
const MAX_SECTION_LINES = 100;
/** A paragraph that goes on for so long without a blank line is no paragraph. */
const MAX_PARAGRAPH_LENGTH = 12_000;

const FENCE = /^( {0,8})(`{3,}(?=[^`]*$)|~{3,})\s*(.*)$/u;
const ITEM = /^ *(?:[-*+]|\d{1,9}[.)])\s/u;
/** Markup that says "this is markdown". Without any of it a text is shown as it is, and costs nothing. */
const MARKUP =
  /^ {0,3}#{1,6} \S|^ *(?:[-*+]|\d{1,9}[.)]) +\S|^ {0,3}>|\*\*\S|__\S|~~\S|(?:^|[\s(])[*_][^\s*_]|`[^`\n]+`|\]\(|^ *\|?[ :|-]*-{3,}[ :|-]*\|/mu;
/** Signs with which programs draw their screens, bullets of agents among them: such text has its layout already. */
const SCREEN_DRAWING = /^\s*[│┃║╭╰╮╯┌└┐┘├┏┗╔╚█▀▄▌▐⏺●⎿✻✽✢✶⧉]/mu;
const BARRED = /^\s*\|/mu;
const TABLE_RULE = /^ *(?=.*\|)\|?[ :|-]*-{3,}[ :|-]*$/mu;

/**
 * Takes a safe text apart. Pure layout, line by line and in linear time: what blocks of code, diffs and drawn screens
 * hold is never read as markdown. `open` is the fence that was open before the first line.
 */
export function splitSections(
  lines: readonly string[],
  open: Fence | null = null,
): { readonly sections: readonly Section[]; readonly open: Fence | null } {
  const sections: Section[] = [];
  let fence = open;
  let opens = false;
  let run: string[] = [];
  let size = 0;

  const flush = (): void => {
    if (fence !== null) {
      if (run.length > 0 || opens)
        sections.push({ kind: 'code', lines: run, language: fence.language, indent: fence.indent, opens });
      opens = false;
    } else if (run.length > 0) sections.push({ kind: isProse(run) ? 'prose' : 'plain', lines: run });
    run = [];
    size = 0;
  };
  const addLine = (line: string): void => {
    run.push(line);
    size += line.length + 1;
  };

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (fence !== null) {
      if (closesFence(line, fence)) {
        flush();
        fence = null;
      } else {
        if (run.length >= MAX_SECTION_LINES) flush();
        addLine(
          fence.indent !== '' && line.startsWith(fence.indent) ? line.slice(fence.indent.length) : line,
        );
      }
      continue;
    }
    const opened = line.includes('```') || line.includes('~~~') ? FENCE.exec(line) : null;
    if (opened !== null) {
      flush();
      const [, indent = '', mark = '', language = ''] = opened;
      fence = { indent, marker: mark, language: language.trim() };
      opens = true;
      continue;
    }
    const diff = diffEnd(lines, at);
    if (diff > at) {
      flush();
      for (let from = at; from < diff; from += MAX_SECTION_LINES)
        sections.push({ kind: 'diff', lines: lines.slice(from, Math.min(diff, from + MAX_SECTION_LINES)) });
      at = diff - 1;
      continue;
    }
    addLine(line);
    if (size > MAX_PARAGRAPH_LENGTH || (line === '' && endsSection(lines, at, run, size))) flush();
  }
  flush();
  return { sections, open: fence };
}

const closesFence = (line: string, { marker }: Fence): boolean => {
  const trimmed = line.trim();
  return trimmed.length >= marker.length && trimmed === (marker[0] ?? '').repeat(trimmed.length);
};

/** Whether a blank line ends the section: not where what follows may belong to what came before. */
function endsSection(lines: readonly string[], at: number, run: readonly string[], size: number): boolean {
  const next = lines[at + 1];
  if (next === undefined || next === '') return false;
  if (size > MAX_PROSE_LENGTH) return true;
  if (next.startsWith(' ')) return !ITEM.test(run[0] ?? '');
  return !(ITEM.test(next) && ITEM.test(run[0] ?? ''));
}

function isProse(run: readonly string[]): boolean {
  const text = run.join('\n');
  if (text.length > MAX_PARAGRAPH_LENGTH + MAX_PROSE_LENGTH || !MARKUP.test(text)) return false;
  return !SCREEN_DRAWING.test(text) && (!BARRED.test(text) || TABLE_RULE.test(text));
}

/** Where a plain unified diff that begins at a line ends, by the lengths that its hunks state; the line itself when none does. */
function diffEnd(lines: readonly string[], start: number): number {
  // Few lines begin like one: the others are not looked at any further.
  if (!'d@-'.includes((lines[start] ?? '').charAt(0) || ' ')) return start;
  const isStart =
    /^(?:diff --git |@@ -\d)/u.test(lines[start] ?? '') ||
    (/^--- \S/u.test(lines[start] ?? '') && /^\+\+\+ \S/u.test(lines[start + 1] ?? ''));
  if (!isStart) return start;
  let at = start;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u.exec(line);
    if (hunk !== null) at = hunkEnd(lines, at + 1, Number(hunk[1] ?? 1), Number(hunk[2] ?? 1));
    else if (DIFF_HEADER.test(line)) at++;
    else break;
  }
  return at;
}

const DIFF_HEADER =
  /^(?:diff --git |index [\da-f]|--- \S|\+\+\+ \S|(?:new|deleted) file mode|(?:old|new) mode|similarity index|(?:rename|copy) (?:from|to)|Binary files|\\ No newline)/u;

function hunkEnd(lines: readonly string[], start: number, before: number, after: number): number {
  let removed = before;
  let added = after;
  let at = start;
  while (at < lines.length && (removed > 0 || added > 0)) {
    const line = lines[at] ?? '';
    if (line.startsWith('+')) added--;
    else if (line.startsWith('-')) removed--;
    else if (line === '' || line.startsWith(' ')) {
      removed--;
      added--;
    } else if (!line.startsWith('\\')) break;
    at++;
  }
  return at;
}
