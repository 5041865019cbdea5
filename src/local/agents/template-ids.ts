import type { AgentCommand } from '../../config/agent-command.ts';
import { derivedId } from '../ids.ts';

/** An agent command as a template version: a changed command line is another version. */
export const versionIdOf = (command: AgentCommand): string =>
  derivedId(
    'template version',
    command.name,
    JSON.stringify([command.start, command.followUp, command.followUpLast, command.env]),
  );

export const templateIdOf = (command: Pick<AgentCommand, 'name'>): string =>
  derivedId('template', command.name);
