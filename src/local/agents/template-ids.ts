import type { AgentDefinition } from '../../config/agent-definition.ts';
import { derivedId } from '../ids.ts';

/** Id of an agent command as a template version. Another command line or environment is another version. */
export const versionIdOf = (command: AgentDefinition): string =>
  derivedId(
    'template version',
    command.name,
    JSON.stringify([command.start, command.followUp, command.followUpLast, command.env]),
  );

export const templateIdOf = (command: Pick<AgentDefinition, 'name'>): string =>
  derivedId('template', command.name);
