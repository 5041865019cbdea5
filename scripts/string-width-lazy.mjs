// string-width builds a segmenter and regular expressions of whole classes of characters when it is loaded, and needs them for every
// box-drawing character. Here they are made at the first use, and a text of nothing but characters of one column is counted.
// Gains: see the end of docs/performance.md.
import { patchedSource, patchFile, replaceOnce } from './patched-source.mjs';

const SHA256 = 'abc20775da6b552188b098688ebec671e29f5416d6339d3534bb7b016174003e';
/** What each regular expression is called, and how often it is used. */
const EXPRESSIONS = [
  ['visibleCharacterRegex', 2],
  ['spacingMarkRegex', 1],
  ['rgiEmojiRegex', 1],
  ['extendedPictographicRegex', 1],
];

export const stringWidthLazy = {
  name: 'string-width-lazy',
  setup(esbuild) {
    esbuild.onLoad({ filter: /string-width[\\/]index\.js$/ }, async ({ path }) => {
      let text = await patchedSource(path, SHA256);
      text = replaceOnce(text, 'const segmenter = new Intl.Segmenter();', 'let segmenter;');
      text = replaceOnce(text, 'of segmenter.segment(', 'of (segmenter ??= new Intl.Segmenter()).segment(');
      for (const [name, uses] of EXPRESSIONS) text = makeLazy(text, name, uses);
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
        contents: `import { plainWidth } from ${patchFile('../../src/domain/text/plain-width.ts')};\n${text}`,
        loader: 'js',
      };
    });
  },
};

/** Turns the constant into a function that makes it once. */
function makeLazy(text, name, uses) {
  const [before, after, ...more] = text.split(`const ${name} = `);
  if (after === undefined || more.length > 0) throw new Error(`string-width has no ${name} any more`);
  const end = after.indexOf(';\n');
  const parts = after.slice(end).split(name);
  if (parts.length !== uses + 1) throw new Error(`string-width uses ${name} ${parts.length - 1} times`);
  return `${before}let ${name}Made; const ${name} = () => (${name}Made ??= ${after.slice(0, end)})${parts.join(`${name}()`)}`;
}
