type Environment = Readonly<Record<string, string | undefined>>;

/** VTE 0.50, the first with correct hyperlinks. */
const MIN_VTE_VERSION = 5_000;

/** Whether this terminal supports hyperlinks or ignores their sequence. */
export function showsLinks({ TERM = '', STY = '', VTE_VERSION }: Environment): boolean {
  if (TERM === 'linux' || TERM === 'dumb' || TERM === '' || STY !== '') return false;
  return VTE_VERSION === undefined || Number(VTE_VERSION) >= MIN_VTE_VERSION;
}

/** Text as a hyperlink (OSC 8); only the text if `address` is not an ASCII http(s) URL. */
export const hyperlink = (text: string, address: string): string =>
  /^https?:\/\/[\x21-\x7e]+$/u.test(address) ? `\x1b]8;;${address}\x1b\\${text}\x1b]8;;\x1b\\` : text;
