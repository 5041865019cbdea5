import type { ConfigFault, ConfigFile } from './config-file.ts';

/** Kinds of tool calls, in the words of the Agent Client Protocol. */
const TOOL_KINDS = [
  'read',
  'edit',
  'delete',
  'move',
  'search',
  'execute',
  'think',
  'fetch',
  'other',
] as const;

/** A permission that is given without asking the user. */
export interface AllowRule {
  readonly kind: (typeof TOOL_KINDS)[number];
  /** Only for `execute`: the words with which a command must begin. Empty for every request of the kind. */
  readonly words: readonly string[];
}

/**
 * The rules of the setting `allow`, such as `"allow": ["read", "execute: npm test"]`.
 * @throws UsageError that names each fault with its line and field
 */
export function allowRulesFrom(file: ConfigFile | null): readonly AllowRule[] {
  if (file === null) return [];
  const faults = allowFaults(file);
  if (faults.length > 0) throw file.errorFor(...faults);
  const setting = allowSetting(file);
  return Array.isArray(setting) ? setting.flatMap((text) => parseRule(text).rule ?? []) : [];
}

/** All faults of the setting `allow`. */
export function allowFaults(file: ConfigFile): readonly ConfigFault[] {
  const setting = allowSetting(file);
  if (setting === undefined) return [];
  if (!Array.isArray(setting)) return [{ path: ['allow'], message: 'must be a list of rules' }];
  return setting.flatMap((text, index) => {
    const { fault } = parseRule(text);
    return fault === null ? [] : [{ path: ['allow', index], message: fault }];
  });
}

/** A command with one of these runs more than its words say, so no rule matches it. */
export const SHELL_SYNTAX = /[;&|<>$(){}`\n\r]/;

function parseRule(text: unknown): { readonly rule: AllowRule | null; readonly fault: string | null } {
  const failed = (fault: string) => ({ rule: null, fault });
  if (typeof text !== 'string') return failed('must be a string');
  const [, name = '', colon, rest = ''] = /^\s*([^:\s]*)\s*(:)?(.*)$/s.exec(text) ?? [];
  const kind = TOOL_KINDS.find((each) => each === name);
  if (kind === undefined) return failed(`must begin with one of ${TOOL_KINDS.join(', ')}`);
  if (colon === undefined) {
    return rest.trim() === ''
      ? { rule: { kind, words: [] }, fault: null }
      : failed(`must have a colon after ${kind}`);
  }
  if (kind !== 'execute') return failed(`must be ${kind} alone: only execute takes words`);
  if (SHELL_SYNTAX.test(rest)) return failed('must not contain any of ; & | < > $ ( ) { } ` or a line break');
  const words = rest.split(/\s+/).filter(Boolean);
  return words.length === 0
    ? failed('must have words after the colon. Write "execute" to allow every command')
    : { rule: { kind, words }, fault: null };
}

const allowSetting = ({ value }: ConfigFile): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, 'allow') : undefined;
