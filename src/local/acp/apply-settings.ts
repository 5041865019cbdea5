import type { AcpAgent } from '../agents/acp-agent.ts';
import type { SessionSettings } from '../chats/session.ts';
import { AgentError, AgentUnsuitable } from './agent-errors.ts';
import { nameOfChoice, type SessionOptions } from './session-options.ts';

export interface SettingsTarget {
  readonly agent: AcpAgent;
  /** The options of the session now. */
  readonly options: () => SessionOptions;
  /** The model and the effort that the session had before the user chose any. */
  readonly defaults: { readonly model: string; readonly effort: string };
  /** Sets an option and updates `options` by the answer. Rejects with AgentError and others. */
  readonly set: (option: keyof SessionOptions, value: string) => Promise<void>;
  readonly notice: (text: string) => void;
}

/**
 * Sets the permission mode, the model and the effort of a session, and checks that the agent took them: an agent's own
 * defaults may let it act without a question. Returns the settings that it really has. Rejects with AgentUnsuitable if the
 * agent refuses the mode that asks, or the model.
 */
export async function applySettings(
  target: SettingsTarget,
  settings: SessionSettings,
): Promise<SessionSettings> {
  const { agent, options, defaults, notice } = target;
  const mode = await applyMode(target, settings);
  const model = settings.model || (options().model === null ? '' : defaults.model);
  if (model !== '') {
    const refusal = await trySet(target, 'model', model);
    if (refusal !== null) {
      throw new AgentUnsuitable(
        `${agent.displayName} does not accept the model ${model}: ${refusal} Choose another model.`,
      );
    }
  }
  const effort = settings.effort || (options().effort === null ? '' : defaults.effort);
  if (effort !== '') {
    const refusal = await trySet(target, 'effort', effort);
    if (refusal !== null) {
      notice(`${agent.displayName} does not accept the effort ${effort}: ${refusal}`);
      return { ...settings, ...mode, effort: '' };
    }
  }
  return { ...settings, ...mode };
}

type Modes = Pick<SessionSettings, 'permissionMode' | 'planMode'>;

async function applyMode(target: SettingsTarget, { permissionMode, planMode }: Modes): Promise<Modes> {
  const { agent, options, notice } = target;
  const { modes, displayName } = agent;
  const isPlan = planMode && typeof modes.plan === 'string';
  if (planMode && !isPlan) notice(`${displayName} has no plan mode.`);
  const wanted = isPlan ? modes.plan : (modes[permissionMode] ?? modes.ask);
  const applied = { permissionMode, planMode: isPlan };
  if (typeof wanted !== 'string') {
    await leavePlanMode(target);
    return applied;
  }
  const refusal = await trySet(target, 'mode', wanted);
  if (refusal === null) return applied;
  const name = nameOfChoice(options().mode, wanted);
  const asks = modes.ask;
  if (typeof asks === 'string' && asks !== wanted && (await trySet(target, 'mode', asks)) === null) {
    notice(`${displayName} refuses the mode ${name}: ${refusal} It asks for permission instead.`);
    return { permissionMode: 'ask', planMode: false };
  }
  throw new AgentUnsuitable(`${displayName} refuses the mode ${name}: ${refusal}`);
}

/** For agents with a plan mode, but no modes of permission: their first other mode. */
async function leavePlanMode(target: SettingsTarget): Promise<void> {
  const { mode } = target.options();
  const { plan } = target.agent.modes;
  if (typeof plan !== 'string' || mode?.current !== plan) return;
  const other = mode.choices.find(({ id }) => id !== plan);
  if (other === undefined) return;
  const refusal = await trySet(target, 'mode', other.id);
  if (refusal !== null)
    throw new AgentUnsuitable(`${target.agent.displayName} stays in plan mode: ${refusal}`);
}

/** Sets an option and reads it back. The reason if the agent does not follow, as a sentence; null if it does. */
async function trySet(
  { options, set }: SettingsTarget,
  option: keyof SessionOptions,
  value: string,
): Promise<string | null> {
  if (options()[option]?.current === value) return null;
  try {
    await set(option, value);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return sentence(error.details || error.message);
  }
  const current = options()[option]?.current ?? value;
  return current === value ? null : `It stays at ${nameOfChoice(options()[option], current)}.`;
}

const sentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
