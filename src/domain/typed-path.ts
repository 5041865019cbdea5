/**
 * The meanings of a typed, pasted or dragged path, the likeliest first, without repetitions: the text as it is, then as a
 * shell reads it (quotes, escaped blanks), and as a file URL. A leading `~` becomes `home`. Empty for a blank text.
 */
export function pathCandidates(typed: string, home: string): readonly string[] {
  const text = typed.trim();
  if (text === '') return [];
  const url = filePath(text);
  const all = [...(url === null ? [] : [url]), text, shellWord(text)].map((path) =>
    path.replace(/^~(?=\/|$)/u, home),
  );
  return [...new Set(all)];
}

/** The path as a shell reads it; the same text when it has no quotes and escapes. */
export function shellWord(text: string): string {
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '' && character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === '\\' && quote !== "'" && at + 1 < text.length) {
      at += 1;
      word += text[at] ?? '';
    } else word += character;
  }
  return word;
}

/** The path of a `file:` URL of this machine, as file managers paste it; else null. */
function filePath(text: string): string | null {
  const path = /^file:\/\/(?:localhost)?(\/.*)$/isu.exec(text)?.[1];
  try {
    return path === undefined ? null : decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** A path that is being typed: the directory with its slash, and the beginning of a name in it. */
export function splitPath(path: string): { readonly directory: string; readonly start: string } {
  const slash = path.lastIndexOf('/') + 1;
  return { directory: path.slice(0, slash), start: path.slice(slash) };
}

export interface PathEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** The names that begin with `start`, sorted; hidden ones only after a dot. A directory ends with a slash. */
export const matchingNames = (entries: readonly PathEntry[], start: string): readonly string[] =>
  entries
    .filter(({ name }) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
    .map(({ name, isDirectory }) => (isDirectory ? `${name}/` : name))
    .sort((one, other) => (one < other ? -1 : 1));
