import path from 'node:path';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { UsageError } from '../domain/errors.ts';
import { readIfThere } from './read-file.ts';

/** A JSON file with comments, whose faults can be told by line. */
export interface ConfigFile {
  readonly file: string;
  /** What it says, not checked. */
  readonly value: unknown;
  /** An error that names file, line, column and field. `path` leads to the field from the top. */
  problem(path: readonly (string | number)[], what: string): UsageError;
}

/**
 * Reads `config.jsonc` in the config directory; null when there is none.
 * @throws UsageError when it cannot be read, or is no JSON even with comments and commas at the end
 */
export function readConfigFile(directory: string): ConfigFile | null {
  const file = path.join(directory, 'config.jsonc');
  const text = readIfThere(file);
  return text === null ? null : parseConfig(file, text);
}

/** The same for a text at hand. */
export function parseConfig(file: string, text: string): ConfigFile {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [error] = errors;
  if (error !== undefined) {
    throw new UsageError(`${place(file, text, error.offset)}: ${wordsFor(error)}.`);
  }
  return {
    file,
    value: tree === undefined ? {} : getNodeValue(tree),
    problem: (where, what) => {
      const node = tree === undefined ? undefined : nearest(tree, where);
      const field = where.length === 0 ? '' : `${where.join('.')}: `;
      return new UsageError(`${place(file, text, node?.offset ?? 0)}: ${field}${what}.`);
    },
  };
}

/** `file:line:column`, counted from 1, as editors and compilers write it. */
function place(file: string, text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

/** `InvalidCommaToken` becomes `invalid comma token`. */
const wordsFor = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();

/** The place of a field, or of what it is missing in. */
function nearest(tree: Node, where: readonly (string | number)[]): Node {
  for (let length = where.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, where.slice(0, length));
    // A property is found where its value is; its name is what the eye looks for.
    if (node !== undefined) return node.parent?.type === 'property' ? node.parent : node;
  }
  return tree;
}
