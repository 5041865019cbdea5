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
import { readIfExists } from './read-file.ts';

/** An invalid value in a config file. */
export interface ConfigFault {
  /** The keys that lead to it from the top. */
  readonly path: readonly (string | number)[];
  /** What is wrong with it, such as `must be true or false`. */
  readonly message: string;
}

/** A JSON file with comments. */
export interface ConfigFile {
  readonly file: string;
  /** Its content, unchecked. */
  readonly value: unknown;
  /** One error for all faults, in the order of the file, each with line, column and field. At least one fault. */
  errorFor(...faults: readonly ConfigFault[]): UsageError;
}

/**
 * Reads `config.jsonc` in the config directory; null when there is none.
 * @throws UsageError when it cannot be read, or is no JSON even with comments and commas at the end
 */
export function readConfigFile(directory: string): ConfigFile | null {
  const file = path.join(directory, 'config.jsonc');
  const text = readIfExists(file);
  return text === null ? null : parseConfig(file, text);
}

/** The same for a text at hand. */
export function parseConfig(file: string, text: string): ConfigFile {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [error] = errors;
  if (error !== undefined) {
    throw new UsageError(`${file}:${lineAndColumn(text, error.offset)}: ${describeParseError(error)}.`);
  }
  return {
    file,
    value: tree === undefined ? {} : getNodeValue(tree),
    errorFor: (...faults) => {
      const located = faults
        .map(({ path: where, message }) => {
          const offset = (tree === undefined ? undefined : nearestNode(tree, where))?.offset ?? 0;
          return { offset, text: `${where.length === 0 ? '' : `${where.join('.')}: `}${message}` };
        })
        .toSorted((one, other) => one.offset - other.offset);
      const [only, ...others] = located;
      if (only !== undefined && others.length === 0) {
        return new UsageError(`${file}:${lineAndColumn(text, only.offset)}: ${asSentence(only.text)}`);
      }
      const list = located.map((fault) => `${lineAndColumn(text, fault.offset)}: ${asSentence(fault.text)}`);
      return new UsageError(`${file} has ${located.length} errors. ${list.join(' ')}`);
    },
  };
}

/** A sentence: a question at its end already is one. */
const asSentence = (text: string): string => (text.endsWith('?') ? text : `${text}.`);

/** `line:column`, counted from 1, as editors and compilers write it. */
function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

/** `InvalidCommaToken` becomes `invalid comma token`. */
const describeParseError = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();

/** The place of a field, or of what it is missing in. */
function nearestNode(tree: Node, where: readonly (string | number)[]): Node {
  for (let length = where.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, where.slice(0, length));
    // A property is found where its value is; its name is what the eye looks for.
    if (node !== undefined) return node.parent?.type === 'property' ? node.parent : node;
  }
  return tree;
}
