import type { ActionTable } from './action.ts';
import { CHAT_ACTIONS } from './chat-actions.ts';
import { CODER_TASK_ACTIONS } from './coder-task-actions.ts';

/** The actions of every source that taskdeck knows. */
export const ACTION_TABLES: readonly ActionTable[] = [CODER_TASK_ACTIONS, CHAT_ACTIONS];
