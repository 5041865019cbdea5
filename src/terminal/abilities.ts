import { WriteStream } from 'node:tty';

type Environment = Readonly<Record<string, string | undefined>>;

/** Their fonts have letters and frames, and none of the other signs. */
const LETTERS_ONLY = /^(?:linux|ansi|cons25|vt\d)/u;

/** Whether a terminal of this kind shows nothing but ASCII, as far as it can be known. */
export const showsOnlyAscii = ({ TERM = '' }: Environment): boolean => LETTERS_ONLY.test(TERM);

/** Whether there are colours, and the user wants them. */
export const showsColors = (env: Environment): boolean =>
  (env.NO_COLOR ?? '') === '' && WriteStream.prototype.getColorDepth(env) > 1;
