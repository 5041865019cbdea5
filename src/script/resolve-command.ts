import { type ActionId, type ActionTable, actionById, verbOf } from '../domain/action.ts';
import { ACTION_TABLES } from '../domain/action-tables.ts';
import { UsageError } from '../domain/errors.ts';
import { requestedArchived } from '../domain/query-requests.ts';
import type { Kind } from '../domain/task-json.ts';
import { answer } from './answer.ts';
import type { CommandDefinition } from './command-definition.ts';
import { scriptCommands } from './commands.ts';
import { create } from './create.ts';
import type { WorktreeOptions } from './create-worktree.ts';
import type { ExitCode } from './exit-code.ts';
import {
  parseDuration,
  parseKind,
  parsePermission,
  parsePhases,
  parseQuery,
  parseStatuses,
} from './flag-values.ts';
import type { ParsedFlags } from './flags.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import type { ParsedCommand } from './parse-arguments.ts';
import type { ScriptContext } from './script-context.ts';
import type { TaskSelection } from './selection.ts';
import { send } from './send.ts';
import { show } from './show.ts';
import { type ActionOptions, actOnTasks } from './task-actions.ts';
import { DEFAULT_UNTIL, wait } from './wait.ts';
import { watch } from './watch.ts';
import { finishWorktree, worktreeOptions } from './worktree.ts';

/** A command with valid arguments that only needs a backend. */
export type RunnableCommand = (context: ScriptContext) => Promise<ExitCode>;

export const isScriptCommand = ({ name }: CommandDefinition): boolean =>
  scriptCommands.some((command) => command.name === name);

/**
 * Validates the arguments of a script command. Runs before any connection, so that wrong usage starts no local server.
 * @param stdinIsTTY whether a confirmation is possible
 * @throws UsageError
 */
export function resolveCommand(
  { command, args, flags }: ParsedCommand,
  stdinIsTTY: boolean,
): RunnableCommand {
  const json = flags.isSet('json');
  const [first = '', second = ''] = args;
  switch (command.name) {
    case 'list': {
      const options = { ...selectionOf(flags), quiet: flags.isSet('quiet'), json };
      return (context) => list(context, options);
    }
    case 'show':
      return (context) => show(context, { task: first, json });
    case 'logs': {
      const follow = flags.isSet('follow');
      return (context) => logs(context, { task: first, follow, json });
    }
    case 'create': {
      const options = {
        kind: createdKind(flags),
        prompt: args[0],
        model: flags.valueOf('model'),
        effort: flags.valueOf('effort'),
        plan: flags.isSet('plan'),
        workspace: flags.valueOf('workspace'),
        permission: permissionOf(flags),
        attach: flags.valuesOf('attach'),
        worktree: worktreeOf(flags),
        template: flags.valueOf('template'),
        organization: flags.valueOf('org'),
        preset: flags.valueOf('preset'),
        name: flags.valueOf('name'),
        displayName: flags.valueOf('display-name'),
        directory: flags.valueOf('cwd'),
        json,
      };
      if (options.prompt === undefined && options.preset === undefined) {
        throw new UsageError('No prompt. Pass it as an argument, or pass - to read standard input.');
      }
      return (context) => create(context, options);
    }
    case 'send': {
      const options = {
        task: first,
        text: second,
        attach: flags.valuesOf('attach'),
        resume: flags.isSet('resume'),
        wait: flags.isSet('wait'),
        timeoutMs: timeoutOf(flags),
        json,
      };
      return (context) => send(context, options);
    }
    case 'answer': {
      const options = {
        task: first,
        answers: args.slice(1),
        question: flags.valueOf('question') ?? null,
        text: flags.isSet('text'),
        json,
      };
      return (context) => answer(context, options);
    }
    case 'wait': {
      const until = flags.valueOf('until');
      const options = {
        tasks: args,
        until: until === undefined ? DEFAULT_UNTIL : parsePhases(until, '--until'),
        timeoutMs: timeoutOf(flags),
        json,
      };
      return (context) => wait(context, options);
    }
    case 'watch': {
      const options = { ...selectionOf(flags), json };
      return (context) => watch(context, options);
    }
    case 'worktree': {
      const options = worktreeOptions(args, flags, stdinIsTTY);
      return (context) => finishWorktree(context, options);
    }
    default:
      return actionCommand(
        command.name,
        { tasks: args, yes: flags.isSet('yes'), clearQueue: flags.isSet('clear-queue'), json },
        stdinIsTTY,
      );
  }
}

/** @throws UsageError for an action that asks, where it cannot */
export function actionCommand(
  action: ActionId,
  options: Omit<ActionOptions, 'action'>,
  stdinIsTTY: boolean,
  tables: readonly ActionTable[] = ACTION_TABLES,
): RunnableCommand {
  if (actionById(tables, action)?.script?.confirm !== undefined && !options.yes && !stdinIsTTY) {
    throw new UsageError(
      `Cannot ask for confirmation: standard input is not a terminal. Use --yes to ${verbOf(tables, action).present}.`,
    );
  }
  return (context) => actOnTasks(context, { ...options, action }, tables);
}

const TASK_FLAGS = ['template', 'preset', 'name', 'display-name'] as const;
const WORKTREE_FLAGS = ['worktree', 'branch', 'base'] as const;
const CHAT_FLAGS = [
  'model',
  'effort',
  'plan',
  'workspace',
  'permission',
  ...WORKTREE_FLAGS,
  'no-worktree',
  'attach',
] as const;

/**
 * The kind that the flags of `create` name; null when they name none.
 * @throws UsageError for flags of both kinds
 */
function createdKind(flags: ParsedFlags): Kind | null {
  const [taskFlag, chatFlag] = [TASK_FLAGS, CHAT_FLAGS].map((names) =>
    names.find((name) => flags.isSet(name)),
  );
  if (taskFlag !== undefined && chatFlag !== undefined) {
    throw new UsageError(`--${taskFlag} makes a task and --${chatFlag} a chat. Use flags of one kind only.`);
  }
  if (chatFlag !== undefined) return 'chat';
  return taskFlag === undefined ? null : 'task';
}

/** @throws UsageError for another word than a permission mode */
function permissionOf(flags: ParsedFlags): string | undefined {
  const mode = flags.valueOf('permission');
  return mode === undefined ? undefined : parsePermission(mode);
}

/**
 * A branch or a base makes a worktree.
 * @throws UsageError for flags that contradict each other
 */
function worktreeOf(flags: ParsedFlags): WorktreeOptions {
  const flag = WORKTREE_FLAGS.find((name) => flags.isSet(name));
  const isOff = flags.isSet('no-worktree');
  if (flag !== undefined && isOff)
    throw new UsageError(`--${flag} makes a worktree. Omit it, or omit --no-worktree.`);
  return {
    wanted: flag !== undefined ? true : isOff ? false : undefined,
    base: flags.valueOf('base'),
    branch: flags.valueOf('branch'),
  };
}

function selectionOf(flags: ParsedFlags): TaskSelection {
  const owner = flags.valueOf('owner');
  const all = flags.isSet('all');
  const query = parseQuery(flags.valueOf('query') ?? '');
  const status = flags.valueOf('status');
  const phase = flags.valueOf('phase');
  const kindText = flags.valueOf('kind');
  const kind = kindText === undefined ? null : parseKind(kindText);
  const archived = flags.isSet('archived');
  const shared = flags.isSet('shared');
  if (all && owner !== undefined) {
    throw new UsageError('--all and --owner cannot be combined. Use one of them.');
  }
  if (kind === 'task' && (archived || shared)) {
    const [flag, participle] = archived ? ['--archived', 'archived'] : ['--shared', 'shared'];
    throw new UsageError(`Only chats are ${participle}. Omit ${flag}, or use --kind chat.`);
  }
  if (all && shared) {
    throw new UsageError('--all lists shared chats, too. Omit --shared, or omit --all.');
  }
  return {
    owner: all ? null : (owner ?? 'me'),
    ownerFromFilter: !all && owner === undefined,
    organization: flags.valueOf('org') ?? null,
    query,
    statuses: status === undefined ? [] : parseStatuses(status, '--status'),
    phases: phase === undefined ? [] : parsePhases(phase, '--phase'),
    kind,
    archived: archived || requestedArchived(query) === true,
    shared,
  };
}

function timeoutOf(flags: ParsedFlags): number | null {
  const text = flags.valueOf('timeout');
  return text === undefined ? null : parseDuration(text, '--timeout');
}
