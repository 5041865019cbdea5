// The esbuild plugin that adds the source of chats to the program: replaces the modules of src/ that name the sources.
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const replacements = path.join(import.meta.dirname, 'replacements');
const replaced = new Map(
  ['domain/action-tables.ts', 'api/coder-facts.ts', 'api/coder-backend.ts'].map((file) => [
    path.join(root, 'src', file),
    path.join(replacements, path.basename(file)),
  ]),
);

export default {
  name: 'second-source',
  setup(esbuild) {
    esbuild.onResolve({ filter: /\/(?:action-tables|coder-facts|coder-backend)\.ts$/ }, (args) => {
      // Modules of test/ import the replaced ones.
      if (args.importer.startsWith(path.join(root, 'test', path.sep))) return undefined;
      const file = replaced.get(path.join(args.resolveDir, args.path));
      return file === undefined ? undefined : { path: file };
    });
  },
};
