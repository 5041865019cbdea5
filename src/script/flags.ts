import { UsageError } from '../domain/errors.ts';
import { nearestWord } from '../domain/text/did-you-mean.ts';
import { type CommandDefinition, type Flag, flagsOf } from './command-definition.ts';

/** The flags that were given to a command; one that it does not know, or that is given in a wrong way, is refused. */
export class ParsedFlags {
  readonly #given: ReadonlyMap<string, string | true>;

  /**
   * @param parsed as meow gives them: names in camelCase, true or false for a switch, a text for everything else
   * @throws UsageError
   */
  constructor(command: CommandDefinition, parsed: Readonly<Record<string, unknown>>) {
    this.#given = new Map(
      Object.entries(parsed)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => validateFlag(command, kebabCase(key), value)),
    );
  }

  isSet(name: string): boolean {
    return this.#given.has(name);
  }

  valueOf(name: string): string | undefined {
    const value = this.#given.get(name);
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
    throw new UsageError(`${commandName(command)} does not take ${flagText(name)}. ${hint}`);
  }
  // An empty text is what a script's unset variable leaves: to go on without the flag would do something else.
  if (flag.value !== null && (typeof value !== 'string' || value.trim() === '')) {
    throw new UsageError(`--${name} wants a value: ${flagExample(flag)}.`);
  }
  if (flag.value === null && value !== true) {
    throw new UsageError(`--${name} takes no value: write it alone, or leave it out.`);
  }
  return [name, typeof value === 'string' ? value : true];
}

const flagExample = ({ name, value }: Flag): string => `--${name} ${value}`;

/** As the user calls it. */
export const commandName = ({ name }: CommandDefinition): string => `taskdeck ${name}`.trimEnd();

const flagText = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** The name as it is written: `displayName` is `display-name`; one letter stays what it is. */
export const kebabCase = (key: string): string =>
  key.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
