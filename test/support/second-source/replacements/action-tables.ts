export { TABLES_WITH_SESSIONS as ACTION_TABLES } from '../../session-actions.ts';
