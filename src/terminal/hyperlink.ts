type Environment = Readonly<Record<string, string | undefined>>;

/** VTE 0.50, the first with correct hyperlinks. */
const MIN_VTE_VERSION = 5_000;

/** Whether this terminal supports hyperlinks or ignores their sequence. */
export function showsLinks({ TERM = '', STY = '', VTE_VERSION }: Environment): boolean {
  if (TERM === 'linux' || TERM === 'dumb' || TERM === '' || STY !== '') return false;
  return VTE_VERSION === undefined || Number(VTE_VERSION) >= MIN_VTE_VERSION;
}

/**
 * Text as a hyperlink (OSC 8); only the text if `address` is not an ASCII http(s) URL. `isPartial`: a piece of a link with
 * others on other rows. The same id makes a terminal treat the pieces as one link.
 */
export const hyperlink = (text: string, address: string, isPartial = false): string =>
  /^https?:\/\/[\x21-\x7e]+$/u.test(address)
    ? `\x1b]8;${isPartial ? `id=${linkId(address)}` : ''};${address}\x1b\\${text}\x1b]8;;\x1b\\`
    : text;

/** A short id of the address (FNV-1a). Two links with one id are still two, since their addresses differ. */
function linkId(address: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < address.length; at++) hash = Math.imul(hash ^ address.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
