import { UsageError } from '../domain/errors.ts';
import { pause, remove, resume } from './actions.ts';
import type { CommandLine } from './command-line.ts';
import { scriptCommands } from './commands.ts';
import type { ScriptContext } from './context.ts';
import { create } from './create.ts';
import type { ExitCode } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import type { GivenCommand } from './read-command.ts';
import type { Selection } from './selection.ts';
import { send } from './send.ts';
import { show } from './show.ts';
import { parseDuration, parsePhases, parseQuery, parseStatuses } from './values.ts';
import { DEFAULT_UNTIL, wait } from './wait.ts';
import { watch } from './watch.ts';

/** A command that was understood and can be run as soon as there is a backend. */
export type ReadyCommand = (context: ScriptContext) => Promise<ExitCode>;

/** Whether this is one of the commands for scripts. */
export const isScriptCommand = ({ name }: CommandLine): boolean =>
  scriptCommands.some((command) => command.name === name);

/**
 * Understands one of the commands for scripts. Nothing is asked of a server yet: what is wrong with the words alone is
 * told before a connection is made or a local server started.
 * @param stdinIsTTY whether there is somebody who can be asked
 * @throws UsageError
 */
export function parseCommand({ command, args, flags }: GivenCommand, stdinIsTTY: boolean): ReadyCommand {
  const json = flags.switch('json');
  const [first = '', second = ''] = args;
  switch (command.name) {
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
        directory: flags.text('cwd'),
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
      const until = flags.text('until');
      const options = {
        tasks: args,
        until: until === undefined ? DEFAULT_UNTIL : parsePhases(until, '--until'),
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

function selectionOf(flags: Flags): Selection {
  const owner = flags.text('owner');
  const all = flags.switch('all');
  const status = flags.text('status');
  const phase = flags.text('phase');
  if (all && owner !== undefined) {
    throw new UsageError('--all and --owner exclude each other: leave one of them out.');
  }
  return {
    owner: all ? null : (owner ?? 'me'),
    byFilter: !all && owner === undefined,
    organization: flags.text('org') ?? null,
    query: parseQuery(flags.text('query') ?? ''),
    statuses: status === undefined ? [] : parseStatuses(status, '--status'),
    phases: phase === undefined ? [] : parsePhases(phase, '--phase'),
  };
}

function timeoutOf(flags: Flags): number | null {
  const text = flags.text('timeout');
  return text === undefined ? null : parseDuration(text, '--timeout');
}
