import { UsageError } from '../domain/errors.ts';
import { nearestWord } from '../domain/text/did-you-mean.ts';
import { type CommandDefinition, type Flag, flagsOf } from './command-definition.ts';

/** The validated flags of a command line. */
export class ParsedFlags {
  readonly #values: ReadonlyMap<string, string | true>;
  /** Of the flags that may be given several times. */
  readonly #lists: ReadonlyMap<string, readonly (readonly [name: string, value: string | true])[]>;

  /**
   * @param parsed the flags as parsed: names in camelCase; a boolean for a switch, an array for a repeatable flag, else a
   * string
   * @throws UsageError for an unknown flag, a missing or an unexpected value
   */
  constructor(command: CommandDefinition, parsed: Readonly<Record<string, unknown>>) {
    const given = Object.entries(parsed).flatMap(([key, value]) => {
      const values: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
      return values.map((each) => validateFlag(command, kebabCase(key), each));
    });
    this.#values = new Map(given);
    this.#lists = Map.groupBy(given, ([name]) => name);
  }

  isSet(name: string): boolean {
    return this.#values.has(name);
  }

  /** All values of a repeatable flag, in the order of the line. */
  valuesOf(name: string): readonly string[] {
    return (this.#lists.get(name) ?? []).flatMap(([, value]) => (value === true ? [] : value));
  }

  valueOf(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === true ? undefined : value;
  }
}

function validateFlag(
  command: CommandDefinition,
  name: string,
  value: unknown,
): readonly [string, string | true] {
  const flag = flagsOf(command).find((known) => known.name === name);
  if (flag === undefined) {
    const names = flagsOf(command).map((each) => each.name);
    const nearest = nearestWord(name, names);
    const hint = nearest === null ? `See "${commandName(command)} --help".` : `Did you mean --${nearest}?`;
    throw new UsageError(`${commandName(command)} has no flag ${flagText(name)}. ${hint}`);
  }
  // An unset variable of a script leaves an empty value: ignoring the flag could act on the wrong tasks.
  if (flag.value !== null && (typeof value !== 'string' || value.trim() === '')) {
    throw new UsageError(`--${name} needs a value: ${flagExample(flag)}.`);
  }
  if (flag.value === null && value !== true) {
    throw new UsageError(`--${name} takes no value. Use it alone, or omit it.`);
  }
  return [name, typeof value === 'string' ? value : true];
}

const flagExample = ({ name, value }: Flag): string => `--${name} ${value}`;

export const commandName = ({ name }: CommandDefinition): string => `taskdeck ${name}`.trimEnd();

const flagText = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** `displayName` becomes `display-name`; a single letter stays. */
export const kebabCase = (key: string): string =>
  key.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
