export { TABLES_WITH_CHATS as ACTION_TABLES } from '../../chat-actions.ts';
