type Environment = Readonly<Record<string, string | undefined>>;

/** The first VTE that shows links as it should: 0.50. */
const MIN_VTE_VERSION = 5_000;

/** Whether this terminal shows links, or at least nothing of the sequence that makes one. */
export function showsLinks({ TERM = '', STY = '', VTE_VERSION }: Environment): boolean {
  if (TERM === 'linux' || TERM === 'dumb' || TERM === '' || STY !== '') return false;
  return VTE_VERSION === undefined || Number(VTE_VERSION) >= MIN_VTE_VERSION;
}

/** Text that is a link to an address as `webAddress` gives it (OSC 8). */
export const hyperlink = (text: string, address: string): string =>
  /^https?:\/\/[\x21-\x7e]+$/u.test(address) ? `\x1b]8;;${address}\x1b\\${text}\x1b]8;;\x1b\\` : text;
