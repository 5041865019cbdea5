// string-width creates a segmenter and regular expressions of large character classes at load, and uses them for every
// box-drawing character. This plugin creates them at the first use, and measures text that needs none itself.
// Gains: see the end of docs/performance.md.
import { patchedSource, patchFile, replaceOnce } from './patched-source.mjs';

const SHA256 = 'abc20775da6b552188b098688ebec671e29f5416d6339d3534bb7b016174003e';
/** Name of each regular expression, and the number of its uses. */
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
  const width = knownWidth(input);
  if (width !== -1) return width;
}
let string = input;`,
      );
      return {
        contents: `import { knownWidth } from ${patchFile('../../src/domain/text/plain-width.ts')};\n${text}`,
        loader: 'js',
      };
    });
  },
};

/** Turns a constant into a function that creates it at the first call. Throws unless it is used `uses` times. */
function makeLazy(text, name, uses) {
  const [before, after, ...more] = text.split(`const ${name} = `);
  if (after === undefined || more.length > 0) throw new Error(`string-width no longer has ${name}`);
  const end = after.indexOf(';\n');
  const parts = after.slice(end).split(name);
  if (parts.length !== uses + 1) throw new Error(`string-width uses ${name} ${parts.length - 1} times`);
  return `${before}let ${name}Cache; const ${name} = () => (${name}Cache ??= ${after.slice(0, end)})${parts.join(`${name}()`)}`;
}
