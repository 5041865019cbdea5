// string-width builds a segmenter and the regular expression of all emoji when it is loaded, and needs both for every box-drawing
// character. Here they are made at the first use, and a text of nothing but characters of one column is counted.
// Gains: see the end of docs/performance.md.
import { ours, patchedSource, replaceOnce } from './patched-source.mjs';

const SHA256 = 'abc20775da6b552188b098688ebec671e29f5416d6339d3534bb7b016174003e';
const EMOJI = '/^\\p{RGI_Emoji}$/v';

export const stringWidthLazy = {
  name: 'string-width-lazy',
  setup(esbuild) {
    esbuild.onLoad({ filter: /string-width[\\/]index\.js$/ }, async ({ path }) => {
      let text = await patchedSource(path, SHA256);
      text = replaceOnce(text, 'const segmenter = new Intl.Segmenter();', 'let segmenter;');
      text = replaceOnce(text, 'of segmenter.segment(', 'of (segmenter ??= new Intl.Segmenter()).segment(');
      text = replaceOnce(text, `const rgiEmojiRegex = ${EMOJI};`, 'let rgiEmojiRegex;');
      text = replaceOnce(text, 'rgiEmojiRegex.test(', `(rgiEmojiRegex ??= ${EMOJI}).test(`);
      text = replaceOnce(
        text,
        'let string = input;',
        `if (!countAnsiEscapeCodes && ambiguousIsNarrow) {
  const plain = plainWidth(input);
  if (plain !== -1) return plain;
}
let string = input;`,
      );
      return {
        contents: `import { plainWidth } from ${ours('../../src/domain/text/plain.ts')};\n${text}`,
        loader: 'js',
      };
    });
  },
};
