import { UsageError } from '../domain/errors.ts';
import { pause, remove, resume } from './actions.ts';
import { type CommandLine, flagsOf, scriptCommands } from './command-line.ts';
import type { ScriptContext } from './context.ts';
import { create } from './create.ts';
import type { ExitCode } from './exit-code.ts';
import { list, type Selection } from './list.ts';
import { logs } from './logs.ts';
import { send } from './send.ts';
import { show } from './show.ts';
import { parseDuration, parsePhases, parseStatuses } from './values.ts';
import { RESTING, wait } from './wait.ts';
import { watch } from './watch.ts';

/** Flags as a parser of the command line gives them, in camelCase; a switch that is false counts as not given. */
export type RawFlags = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A command that was understood and can be run as soon as there is a backend. */
export type ReadyCommand = (context: ScriptContext) => Promise<ExitCode>;

/** Whether this is one of the commands for scripts. */
export const isScriptCommand = (name: string): boolean =>
  scriptCommands.some((command) => command.name === name);

/**
 * Understands one of the commands for scripts. Nothing is asked of a server yet: what is wrong with the words alone is
 * told before a connection is made or a local server started.
 * @param stdinIsTTY whether there is somebody who can be asked
 * @throws UsageError
 */
export function parseCommand(
  name: string,
  args: readonly string[],
  raw: RawFlags,
  stdinIsTTY: boolean,
): ReadyCommand {
  const command = scriptCommands.find((known) => known.name === name);
  if (command === undefined) throw new UsageError(`There is no command "${name}": see taskdeck --help.`);
  checkArguments(command, args);
  const flags = new Flags(command, raw);
  const json = flags.switch('json');
  const [first = '', second = ''] = args;
  switch (name) {
    case 'list': {
      const options = { ...selectionOf(flags), quiet: flags.switch('quiet'), json };
      return (context) => list(context, options);
    }
    case 'show':
      return (context) => show(context, { task: first, json });
    case 'logs': {
      const follow = flags.switch('follow');
      return (context) => logs(context, { task: first, follow, json });
    }
    case 'create': {
      const options = {
        prompt: args[0],
        template: flags.text('template'),
        organization: flags.text('org'),
        preset: flags.text('preset'),
        name: flags.text('name'),
        displayName: flags.text('display-name'),
        json,
      };
      if (options.prompt === undefined && options.preset === undefined) {
        throw new UsageError(
          'There is no prompt: write it behind "create", or - to read it from standard input.',
        );
      }
      return (context) => create(context, options);
    }
    case 'send': {
      const options = {
        task: first,
        text: second,
        resume: flags.switch('resume'),
        wait: flags.switch('wait'),
        timeoutMs: timeoutOf(flags),
        json,
      };
      return (context) => send(context, options);
    }
    case 'pause':
      return (context) => pause(context, { tasks: args, json });
    case 'resume':
      return (context) => resume(context, { tasks: args, json });
    case 'delete': {
      const yes = flags.switch('yes');
      if (!yes && !stdinIsTTY) {
        throw new UsageError('Nobody can be asked here whether to delete: say --yes if you mean it.');
      }
      return (context) => remove(context, { tasks: args, yes, json });
    }
    case 'wait': {
      const until = flags.texts('until');
      const options = {
        tasks: args,
        until: until.length === 0 ? RESTING : parsePhases(until, '--until'),
        timeoutMs: timeoutOf(flags),
        json,
      };
      return (context) => wait(context, options);
    }
    default: {
      const options = { ...selectionOf(flags), json };
      return (context) => watch(context, options);
    }
  }
}

function checkArguments(
  { name, usage, arguments: { least, most } }: CommandLine,
  args: readonly string[],
): void {
  if (args.length < least) throw new UsageError(`Something is missing: taskdeck ${name} ${usage}`);
  if (args.length > most) {
    throw new UsageError(
      `"${args[most]}" is one word too many: taskdeck ${name}${usage === '' ? '' : ` ${usage}`}`,
    );
  }
}

function selectionOf(flags: Flags): Selection {
  const owner = flags.text('owner');
  const all = flags.switch('all');
  if (all && owner !== undefined) {
    throw new UsageError('--all and --owner exclude each other: leave one of them out.');
  }
  return {
    owner: all ? null : (owner ?? 'me'),
    organization: flags.text('org') ?? null,
    query: flags.text('query') ?? '',
    statuses: parseStatuses(flags.texts('status'), '--status'),
    phases: parsePhases(flags.texts('phase'), '--phase'),
  };
}

function timeoutOf(flags: Flags): number | null {
  const text = flags.text('timeout');
  return text === undefined ? null : parseDuration(text, '--timeout');
}

/** The flags of one command; one that belongs to another is refused. */
class Flags {
  readonly #given: ReadonlyMap<string, string | true | readonly string[]>;

  constructor(command: CommandLine, raw: RawFlags) {
    const given = new Map<string, string | true | readonly string[]>();
    for (const [key, value] of Object.entries(raw)) {
      if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
      const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const flag = flagsOf(command).find((known) => known.name === name);
      if (flag === undefined) throw new UsageError(`taskdeck ${command.name} does not take --${name}.`);
      if ((flag.value === null) !== (value === true)) {
        throw new UsageError(
          flag.value === null ? `--${name} takes no value.` : `--${name} wants a value: ${flag.value}.`,
        );
      }
      given.set(name, value === true || Array.isArray(value) ? value : String(value));
    }
    this.#given = given;
  }

  switch(name: string): boolean {
    return this.#given.has(name);
  }

  /** The value of a flag; of one that was given several times, the last. */
  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  texts(name: string): readonly string[] {
    const value = this.#given.get(name);
    if (value === undefined || value === true) return [];
    return typeof value === 'string' ? [value] : value;
  }
}
