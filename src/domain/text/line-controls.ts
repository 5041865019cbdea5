import { displayWidth } from './width.ts';

const TAB_STOP = 8;

/** Applies carriage returns and tabs in each line. The result contains neither. */
export function applyLineControls(text: string): string {
  if (!text.includes('\r') && !text.includes('\t')) return text;
  return text
    .split('\n')
    .map((line) => expandTabs(afterLastCarriageReturn(line)))
    .join('\n');
}

/** The text after the last carriage return; one at the end has not overwritten anything yet. */
function afterLastCarriageReturn(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end--;
  const start = line.lastIndexOf('\r', end - 1) + 1;
  return end === 0 ? '' : line.slice(start, end);
}

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  const [first = '', ...rest] = line.split('\t');
  let out = first;
  let column = displayWidth(first);
  for (const part of rest) {
    const gap = TAB_STOP - (column % TAB_STOP);
    out += ' '.repeat(gap) + part;
    column += gap + displayWidth(part);
  }
  return out;
}
