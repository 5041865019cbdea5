import { AgentUnsuitable } from './agent-errors.ts';
import { fieldsOf, textOf } from './untrusted.ts';

export interface Capabilities {
  /** The agent's own version; empty if it does not say. */
  readonly version: string;
  readonly canLoad: boolean;
  readonly canResume: boolean;
  readonly canClose: boolean;
  readonly takesImages: boolean;
  readonly takesResources: boolean;
}

const PROTOCOL_VERSION = 1;

/** The parameters of `initialize`. Files and terminals stay with the agent, and no form is offered. */
export const initializeParams = (version: string): object => ({
  protocolVersion: PROTOCOL_VERSION,
  clientCapabilities: {
    fs: { readTextFile: false, writeTextFile: false },
    terminal: false,
    session: { notices: {} },
  },
  clientInfo: { name: 'taskdeck', title: 'taskdeck', version },
});

/** An absent capability is false, and null too; `{}` is true. Throws AgentUnsuitable for another protocol. */
export function capabilitiesIn(result: unknown, displayName: string): Capabilities {
  const { protocolVersion, agentCapabilities, agentInfo } = fieldsOf(result);
  if (protocolVersion !== PROTOCOL_VERSION) {
    const found = textOf(String(protocolVersion), 50);
    throw new AgentUnsuitable(
      `${displayName} speaks version ${found} of the Agent Client Protocol; taskdeck needs version ${PROTOCOL_VERSION}. Update one of them.`,
    );
  }
  const { loadSession, promptCapabilities, sessionCapabilities } = fieldsOf(agentCapabilities);
  const session = fieldsOf(sessionCapabilities);
  const prompt = fieldsOf(promptCapabilities);
  const has = (value: unknown): boolean => value !== undefined && value !== null && value !== false;
  return {
    version: textOf(fieldsOf(agentInfo).version, 100) ?? '',
    canLoad: loadSession === true,
    canResume: has(session.resume),
    canClose: has(session.close),
    takesImages: has(prompt.image),
    takesResources: has(prompt.embeddedContext),
  };
}
