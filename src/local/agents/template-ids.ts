import type { AgentDefinition } from '../../config/agent-definition.ts';
import { derivedId } from '../ids.ts';

/** An agent command as a template version: a changed command line is another version. */
export const versionIdOf = (command: AgentDefinition): string =>
  derivedId(
    'template version',
    command.name,
    JSON.stringify([command.start, command.followUp, command.followUpLast, command.env]),
  );

export const templateIdOf = (command: Pick<AgentDefinition, 'name'>): string =>
  derivedId('template', command.name);
