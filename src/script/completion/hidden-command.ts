/** The command that prints candidates; the shell scripts call it at every tab. Not in the help. */
export const COMPLETE_COMMAND = '__complete';

/** Printed instead of candidates: the shell completes directories. */
export const DIRECTORIES_MARKER = ':directories';
/** The same for files. */
export const FILES_MARKER = ':files';
