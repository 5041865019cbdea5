// Whenever a request is over got asks whether what it sent was a web stream. Node loads web streams when somebody first names them,
// a tenth of the time up to the first rows; nothing that taskdeck sends is one, or any object at all.
// Gains: see the end of docs/performance.md.
import { replaceOnce } from './patched-source.mjs';

const ASKED = 'else if (body instanceof ReadableStream) {';

/** got's core, which is patched in got-without-http2.mjs too. */
export const withoutWebStreams = (core) =>
  replaceOnce(core, ASKED, ASKED.replace('(', "(typeof body === 'object' && "));
