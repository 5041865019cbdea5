export { allowFaults } from './allow-rules.ts';
export { readConfigFile } from './config-file.ts';
export { agentFaults } from './configured-agents.ts';
export { settingsFaults, settingsFrom, withoutFaultyFields as withoutFaults } from './settings.ts';
export { worktreeFaults } from './worktree-settings.ts';
