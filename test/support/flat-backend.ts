import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { Source } from '../../src/domain/ports/source.ts';

/** A backend with one source, and the methods of this source in the same object. */
export type FlatBackend = AgentBackend & Source;

export const flatBackend = (backend: AgentBackend): FlatBackend => ({ ...backend.sources[0], ...backend });
