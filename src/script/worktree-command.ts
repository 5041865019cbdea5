import { WORKTREE_ACTIONS } from '../domain/worktree.ts';
import { type CommandDefinition, jsonFlag, yesFlag } from './command-definition.ts';

/** `taskdeck worktree`, for parsing, help and completion. */
export const worktreeCommand: CommandDefinition = {
  name: 'worktree',
  usage: 'TASK ACTION',
  summary: `finish the work in the git worktree of a chat: ${WORKTREE_ACTIONS.join(', ')}`,
  arguments: { min: 2, max: 2, completes: 'task', second: WORKTREE_ACTIONS },
  flags: [
    { ...yesFlag, summary: 'remove without a question' },
    {
      name: 'delete-branch',
      value: null,
      summary: 'remove: delete the branch, too, if taskdeck made it and its base has its commits',
    },
    jsonFlag,
  ],
  sends: true,
  usesDeployment: true,
};
