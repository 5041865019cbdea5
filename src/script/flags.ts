import { UsageError } from '../domain/errors.ts';
import { nearestWord } from '../domain/text/did-you-mean.ts';
import { type CommandLine, type Flag, flagsOf } from './command-line.ts';

/** The flags that were given to a command; one that it does not know, or that is given in a wrong way, is refused. */
export class Flags {
  readonly #given: ReadonlyMap<string, string | true>;

  /**
   * @param parsed as meow gives them: names in camelCase, true or false for a switch, a text for everything else
   * @throws UsageError
   */
  constructor(command: CommandLine, parsed: Readonly<Record<string, unknown>>) {
    this.#given = new Map(
      Object.entries(parsed)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => checked(command, dashed(key), value)),
    );
  }

  switch(name: string): boolean {
    return this.#given.has(name);
  }

  text(name: string): string | undefined {
    const value = this.#given.get(name);
    return value === true ? undefined : value;
  }
}

function checked(command: CommandLine, name: string, value: unknown): readonly [string, string | true] {
  const flag = flagsOf(command).find((known) => known.name === name);
  if (flag === undefined) {
    const names = flagsOf(command).map((each) => each.name);
    const nearest = nearestWord(name, names);
    const hint = nearest === null ? `See "${called(command)} --help".` : `Did you mean --${nearest}?`;
    throw new UsageError(`${called(command)} does not take ${written(name)}. ${hint}`);
  }
  // An empty text is what a script's unset variable leaves: to go on without the flag would do something else.
  if (flag.value !== null && (typeof value !== 'string' || value.trim() === '')) {
    throw new UsageError(`--${name} wants a value: ${example(flag)}.`);
  }
  if (flag.value === null && value !== true) {
    throw new UsageError(`--${name} takes no value: write it alone, or leave it out.`);
  }
  return [name, typeof value === 'string' ? value : true];
}

const example = ({ name, value }: Flag): string => `--${name} ${value}`;

/** As the user calls it. */
export const called = ({ name }: CommandLine): string => `taskdeck ${name}`.trimEnd();

const written = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** The name as it is written: `displayName` is `display-name`; one letter stays what it is. */
export const dashed = (key: string): string =>
  key.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
