export { agentFaults } from './agents.ts';
export { readConfigFile } from './config-file.ts';
export { settingsFaults, settingsFrom, withoutFaults } from './settings.ts';
