/** The command that prints what can stand at the cursor; the shells' scripts call it at every tab. In no help. */
export const COMPLETE_COMMAND = '__complete';

/** What it prints in place of candidates where the names of directories complete. */
export const DIRECTORIES_MARKER = ':directories';
