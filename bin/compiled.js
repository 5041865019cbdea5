// Loads the bundles in dist/ together with what V8 made of them in an earlier run. Node's own compile cache keeps what is compiled
// when a file is loaded; this keeps what was compiled once the screen stood, which is nearly all that the next start needs.
const fs = require('node:fs');
const path = require('node:path');
const { Script } = require('node:vm');

const DIST = path.join(__dirname, '..', 'dist');
/** The directory of the build that this run began with: the file `current` of a later build names another. */
let buildDirectory = null;
/** The build ends every bundle with a comment: a digest of its text, after which the kept code is named. */
const DIGEST = /\/\/([0-9a-f]{16})\n$/;
/** By then the first frame and the first answer are there; ms. */
const KEEP_AFTER_MS = 2_000;
/** What is so old goes when something new is kept: it is another version's, or is made again; ms. */
const FORGET_AFTER_MS = 14 * 24 * 60 * 60 * 1_000;

const modules = new Map();
/** What this run had to compile: how to keep it, by the file to keep it in. */
const compiled = new Map();

/** The exports of a bundle, such as `tui.cjs`. Throws an error with the code `TASKDECK_UPDATED` when its file is gone. */
function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const { filename, source } = read(name);
  const file = keptIn(name, source);
  const cachedData = file === null ? undefined : contentOf(file);
  const module = { exports: {} };
  modules.set(name, module);
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}})`;
  const script = new Script(wrapped, { filename, cachedData });
  if (file !== null && (cachedData === undefined || script.cachedDataRejected)) compiled.set(file, script);
  script.runInThisContext()(module.exports, requireFrom, module, filename, buildDirectory);
  return module.exports;
}

function read(name) {
  try {
    buildDirectory ??= path.join(DIST, fs.readFileSync(path.join(DIST, 'current'), 'latin1').trim());
    const filename = path.join(buildDirectory, name);
    // The build leaves nothing in it that is not ASCII.
    return { filename, source: fs.readFileSync(filename, 'latin1') };
  } catch (cause) {
    throw Object.assign(new Error('taskdeck was updated: restart it.', { cause }), {
      code: 'TASKDECK_UPDATED',
    });
  }
}

/** Bundles ask for each other, and for what is Node's. */
const requireFrom = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id));

/** Null where nothing can or shall be kept. */
function keptIn(name, source) {
  const [, digest] = DIGEST.exec(source.slice(-32)) ?? [];
  const directory = cacheDirectory();
  if (digest === undefined || directory === null || process.env.NODE_DISABLE_COMPILE_CACHE) return null;
  return path.join(directory, `${name}-${digest}`);
}

/** One for each Node, as V8 takes only its own. By the XDG specification, which wants relative paths to be ignored. */
function cacheDirectory() {
  const { XDG_CACHE_HOME: named, HOME: home } = process.env;
  const cache = named && path.isAbsolute(named) ? named : home ? path.join(home, '.cache') : null;
  return cache && path.join(cache, 'taskdeck', `${process.version}-${process.arch}`);
}

function contentOf(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Keeps what was compiled so far. Whatever goes wrong, the next start is a slow one. */
function keep() {
  for (const [file, script] of compiled) {
    compiled.delete(file);
    try {
      replace(file, script.createCachedData());
    } catch {
      // A full disk, a home that cannot be written.
    }
  }
}

/** Whole or not at all, as V8 believes what it is given. */
function replace(file, data) {
  const directory = path.dirname(file);
  makeDirectory(directory);
  const fresh = `${file}.${process.pid}`;
  fs.writeFileSync(fresh, data, { mode: 0o600, flush: true });
  fs.renameSync(fresh, file);
  for (const other of fs.readdirSync(directory)) {
    const old = path.join(directory, other);
    if (Date.now() - fs.statSync(old).mtimeMs > FORGET_AFTER_MS) fs.rmSync(old, { force: true });
  }
}

/**
 * The two levels that are ours get mode 0700, what is missing above them the mode that the umask allows. Another taskdeck may create
 * the same levels at the same time. Each level is tried once: Node's own recursive mkdir never returns where the file system says
 * ENOENT to everything, as below /proc.
 */
function makeDirectory(directory, ours = 2) {
  if (fs.existsSync(directory)) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeDirectory(parent, ours - 1);
  try {
    fs.mkdirSync(directory, { mode: ours > 0 ? 0o700 : 0o777 });
  } catch (error) {
    if (!fs.existsSync(directory)) throw error;
  }
}

setTimeout(keep, KEEP_AFTER_MS).unref();
// For commands that are done sooner.
process.on('exit', keep);

module.exports = { load };
