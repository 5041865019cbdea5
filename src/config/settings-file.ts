export { readConfigFile } from './config-file.ts';
export { settingsFrom } from './settings.ts';
