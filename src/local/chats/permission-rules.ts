import { type AllowRule, SHELL_SYNTAX } from '../../config/allow-rules.ts';
import type { PermissionMode } from '../agents/acp-agent.ts';
import type { PermissionRequest, ToolCallChange, ToolKind } from './session.ts';

export interface PermissionPolicy {
  /** The user's choice for the chat. */
  readonly mode: PermissionMode;
  /** The agent has a mode of its own for `mode`: its requests are for the user. */
  readonly hasOwnMode: boolean;
  /** The agent only plans: no mode answers its requests. */
  readonly planMode: boolean;
  /** The user's setting `allow`. */
  readonly rules: readonly AllowRule[];
}

/** The kinds of tool calls that the mode `edits` allows. */
const EDIT_KINDS: ReadonlySet<ToolKind> = new Set(['edit', 'delete', 'move']);

/**
 * The id of the option that answers a request without the user: the first one of kind allow_once. Null: the user answers.
 * Never an option that allows more than this one call, because an agent keeps such an answer outside taskdeck. The
 * request must hold all known fields of its tool call.
 */
export function automaticAnswer(request: PermissionRequest, policy: PermissionPolicy): string | null {
  const { call, options } = request;
  if (!isAllowedByMode(call, policy) && !policy.rules.some((rule) => matches(rule, call))) return null;
  return options.find(({ kind }) => kind === 'allow_once')?.id ?? null;
}

function isAllowedByMode(
  { kind }: ToolCallChange,
  { mode, hasOwnMode, planMode }: PermissionPolicy,
): boolean {
  if (hasOwnMode || planMode || mode === 'ask') return false;
  return mode === 'all' || (kind !== undefined && EDIT_KINDS.has(kind));
}

function matches({ kind, words }: AllowRule, call: ToolCallChange): boolean {
  if (call.kind !== kind) return false;
  if (words.length === 0) return true;
  const command = commandWords(call.input);
  return command !== null && words.every((word, index) => command[index] === word);
}

/** Programs that run their argument after -c as a script. */
const SHELL = /^(?:\S*\/)?(?:sh|bash|dash|zsh|ksh)$/;
const SCRIPT_OPTION = /^-l?c$/;
// Control characters but the tab, and the line separators of Unicode: a terminal or a shell may break the line at them.
const CONTROL = /[\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/;

/**
 * The words of the command in the arguments of a tool call: of a text split at blanks, without a shell's quoting, or of
 * a list of arguments. Null if no command is known, if the arguments name two, or if it contains shell syntax.
 */
function commandWords(input: unknown): readonly string[] | null {
  const { command, cmd }: { command?: unknown; cmd?: unknown } = Object(input);
  if (command !== undefined && cmd !== undefined) return null;
  const words = wordsOf(command ?? cmd);
  const isPlain = words?.every((word) => !SHELL_SYNTAX.test(word) && !CONTROL.test(word)) === true;
  return isPlain && words.length > 0 ? words : null;
}

function wordsOf(command: unknown): readonly string[] | null {
  if (typeof command === 'string') return command.split(/[ \t]+/).filter((word) => word !== '');
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) return null;
  const [program = '', option = '', script, ...rest] = command;
  // codex runs each command in a shell.
  if (script !== undefined && rest.length === 0 && SHELL.test(program) && SCRIPT_OPTION.test(option)) {
    return wordsOf(script);
  }
  return command;
}
