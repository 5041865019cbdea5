/**
 * The string literals of a source file. In template literals `…` replaces each expression, and the literals inside it
 * are listed too. Comments and regular expressions do not count.
 */
export function stringLiteralsIn(source: string): readonly string[] {
  const texts: string[] = [];
  read(source, 0, texts);
  return texts;
}

/** Reads code up to its closing brace; returns the index after it. */
function read(source: string, start: number, texts: string[]): number {
  let depth = 0;
  let at = start;
  while (at < source.length) {
    const char = source[at];
    if (source.startsWith('//', at)) at = endOf(source, '\n', at);
    else if (source.startsWith('/*', at)) at = endOf(source, '*/', at + 2);
    else if (char === "'" || char === '"') at = quoted(source, at, texts);
    else if (char === '`') at = template(source, at, texts);
    else if (char === '/' && /(?:[=(,:;!&|?{}[]|=>|return)\s*$/u.test(source.slice(Math.max(0, at - 12), at)))
      at = expression(source, at);
    else {
      if (char === '{') depth++;
      if (char === '}' && depth-- === 0) return at + 1;
      at++;
    }
  }
  return at;
}

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
}

function quoted(source: string, start: number, texts: string[]): number {
  let at = start + 1;
  while (at < source.length && source[at] !== source[start] && source[at] !== '\n')
    at += source[at] === '\\' ? 2 : 1;
  texts.push(source.slice(start + 1, at));
  return at + 1;
}

function template(source: string, start: number, texts: string[]): number {
  let text = '';
  let at = start + 1;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) {
      text += '…';
      at = read(source, at + 2, texts);
    } else {
      const length = source[at] === '\\' ? 2 : 1;
      text += source.slice(at, at + length);
      at += length;
    }
  }
  texts.push(text);
  return at + 1;
}

function expression(source: string, start: number): number {
  let at = start + 1;
  let inClass = false;
  while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== '/')) {
    if (source[at] === '[') inClass = true;
    if (source[at] === ']') inClass = false;
    at += source[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}
