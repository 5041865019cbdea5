import type { AcpAgent, PermissionMode } from '../agents/acp-agent.ts';
import type { SessionSettings } from '../chats/session.ts';
import { nameOfChoice, type SessionOptions } from './session-options.ts';

/** The fields of `applied` that differ from `wanted`; null if none does. */
export function changedSettings(
  wanted: SessionSettings,
  applied: SessionSettings,
): Partial<SessionSettings> | null {
  const changed = Object.entries(applied).filter(
    ([name, value]) => wanted[name as keyof SessionSettings] !== value,
  );
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

/** The effect of a change that an agent made by itself. */
export interface FollowedChange {
  /** Null: the settings of the chat stay. */
  readonly settings: Partial<SessionSettings> | null;
  /** For the user; null for none. */
  readonly notice: string | null;
}

const PERMISSION_MODES: readonly PermissionMode[] = ['ask', 'edits', 'all'];

/** The settings of a chat after its agent changed an option by itself. A mode that we do not set is only announced. */
export function followedSettings(
  { modes, displayName }: AcpAgent,
  settings: SessionSettings,
  options: SessionOptions,
  previous: SessionOptions,
): FollowedChange {
  const mode = options.mode?.current ?? '';
  const model = changedChoice(options, previous, 'model');
  const effort = changedChoice(options, previous, 'effort');
  const others = { ...(model !== null && { model }), ...(effort !== null && { effort }) };
  const choices = Object.keys(others).length === 0 ? null : others;
  if (mode === '' || mode === previous.mode?.current) return { settings: choices, notice: null };
  if (mode === modes.plan) return { settings: { ...choices, planMode: true }, notice: null };
  const same = PERMISSION_MODES.filter((name) => modes[name] === mode);
  const [permissionMode] = same.includes(settings.permissionMode) ? [settings.permissionMode] : same;
  if (permissionMode !== undefined) {
    return { settings: { ...choices, permissionMode, planMode: false }, notice: null };
  }
  const name = nameOfChoice(options.mode, mode);
  return { settings: choices, notice: `${displayName} changed its mode to ${name}.` };
}

function changedChoice(
  options: SessionOptions,
  previous: SessionOptions,
  name: 'model' | 'effort',
): string | null {
  const current = options[name]?.current ?? '';
  const before = previous[name]?.current ?? '';
  return current !== '' && before !== '' && current !== before ? current : null;
}
