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
  /** From the top level. */
  readonly path: readonly (string | number)[];
  /** Such as `must be true or false`. */
  readonly message: string;
}

/** A JSON file with comments. */
export interface ConfigFile {
  readonly file: string;
  /** Unchecked. */
  readonly value: unknown;
  /** One error for all faults (at least one), in file order, each with line, column and field. */
  errorFor(...faults: readonly ConfigFault[]): UsageError;
}

/**
 * Reads `config.jsonc` in the config directory; null when it is missing.
 * @throws UsageError for an unreadable file or invalid JSON; comments and trailing commas are allowed
 */
export function readConfigFile(directory: string): ConfigFile | null {
  const file = path.join(directory, 'config.jsonc');
  const text = readIfExists(file);
  return text === null ? null : parseConfig(file, text);
}

/** @throws UsageError for invalid JSON */
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

/** A question has its own mark. */
const asSentence = (text: string): string => (text.endsWith('?') ? text : `${text}.`);

/** `line:column`, both from 1. */
function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

/** `InvalidCommaToken` becomes `invalid comma token`. */
const describeParseError = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();

/** The node of a field, or of its nearest parent. */
function nearestNode(tree: Node, where: readonly (string | number)[]): Node {
  for (let length = where.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, where.slice(0, length));
    // The position of a property is that of its name.
    if (node !== undefined) return node.parent?.type === 'property' ? node.parent : node;
  }
  return tree;
}
