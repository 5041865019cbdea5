import { type AgentEntry, NO_QUIRKS } from './acp-agent.ts';
import { CLAUDE } from './claude.ts';
import { CODEX } from './codex.ts';
import { GEMINI } from './gemini.ts';
import { OPENCODE } from './opencode.ts';
import { QWEN } from './qwen.ts';

/** The agents that speak the Agent Client Protocol, in the order of the lists. Nothing is ever downloaded. */
export const ACP_AGENTS: readonly AgentEntry[] = [
  CLAUDE,
  CODEX,
  GEMINI,
  OPENCODE,
  QWEN,
  plainAgent('copilot', 'GitHub Copilot CLI', ['copilot', '--acp', '--stdio'], {
    install: 'npm install --global @github/copilot',
    signIn: 'copilot login',
  }),
  plainAgent('cursor', 'Cursor', ['cursor-agent', 'acp'], { signIn: 'cursor-agent login' }),
  // By default it asks nothing. The variable applies until the mode is set in the session.
  plainAgent('goose', 'Goose', ['goose', 'acp'], {
    env: { GOOSE_MODE: 'approve' },
    modes: { ask: 'approve', all: 'auto' },
    signIn: 'goose configure',
  }),
  plainAgent('kimi', 'Kimi Code', ['kimi', 'acp'], { signIn: 'kimi login' }),
  plainAgent('auggie', 'Auggie', ['auggie', '--acp'], {
    env: { AUGMENT_DISABLE_AUTO_UPDATE: '1' },
    install: 'npm install --global @augmentcode/auggie',
    signIn: 'auggie login',
  }),
  plainAgent('junie', 'Junie', ['junie', '--acp=true'], { signIn: 'junie' }),
  plainAgent('pi', 'pi', ['pi-acp'], { signIn: 'pi' }),
  plainAgent('amp', 'Amp', ['amp-acp'], { signIn: 'amp login' }),
  plainAgent('droid', 'Droid', ['droid', 'exec', '--output-format', 'acp'], { signIn: 'droid' }),
  plainAgent('kiro', 'Kiro', ['kiro-cli', 'acp'], { signIn: 'kiro-cli login' }),
  plainAgent('vibe', 'Mistral Vibe', ['vibe-acp'], { signIn: 'vibe --setup' }),
  plainAgent('openhands', 'OpenHands', ['openhands', 'acp'], { signIn: 'openhands' }),
  plainAgent('qoder', 'Qoder', ['qodercli', '--acp'], { signIn: 'qodercli' }),
];

interface PlainAgent {
  readonly env?: AgentEntry['agent']['env'];
  readonly modes?: AgentEntry['agent']['modes'];
  readonly install?: string;
  readonly signIn: string;
}

/** An agent without known quirks. Its sources: its own documentation, and the lists of other clients. */
function plainAgent(
  name: string,
  displayName: string,
  command: readonly string[],
  { env = {}, modes = {}, install = '', signIn }: PlainAgent,
): AgentEntry {
  return {
    agent: {
      name,
      displayName,
      command,
      env,
      modes,
      quirks: { ...NO_QUIRKS, signIn },
      isConfigured: false,
    },
    install,
  };
}
