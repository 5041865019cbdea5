// Loads the bundles in dist/ with the code that V8 compiled in an earlier run. Node's compile cache stores the code
// compiled at the load of a file; this one stores it after the first rows are on the screen, so that it holds nearly
// all code that a start runs.
// docs/decisions/code-cache.md says when cached code is not used.
const fs = require('node:fs');
const path = require('node:path');
const { Script } = require('node:vm');
const { setGcFlags, withDefaultFlags } = require('./v8-flags.js');

const DIST = path.join(__dirname, '..', 'dist');
/** Of the build at the start of this run: a later build changes the file `current`. */
let buildDirectory = null;
/** The build ends each bundle with a comment that holds a digest of its text. */
const DIGEST = /\/\/([0-9a-f]{16})\n$/;
/** ms. By then the start has drawn its first rows or crashed. */
const STARTED_AFTER_MS = 2_000;
/** Exit codes after an unexpected error of the program or of Node. */
const FAULTS = [1, 7];
/** ms */
const EXPIRES_AFTER_MS = 14 * 24 * 60 * 60 * 1_000;
/** Suffix of a cache file while a start uses it for the first time. */
const TRIAL = '.trial';

/** Name of the cache directory of a version of Node. */
const VERSION_DIRECTORY = /^v\d+\.\d+\.\d+[^/]*-\w+$/;
const directory = cacheDirectory();
/** Whether code may be stored; undefined until the first bundle is loaded. */
let isUsable;
/** Whether an earlier start crashed with cached code. Then this one uses none, as more of it may be damaged. */
let hasCrashed = false;

const modules = new Map();
/** Scripts compiled since the last `settle`, by the file to store them in. */
const compiled = new Map();
/** Files of cached code in use since the last `settle`, and whether this is their first use. */
const inUse = new Map();

/** The exports of a bundle such as `tui.cjs`. Throws an error with code `TASKDECK_UPDATED` if its file is missing. */
function load(name) {
  const loaded = modules.get(name);
  if (loaded !== undefined) return loaded.exports;
  const { filename, source } = read(name);
  const file = cacheFile(name, source);
  const cachedData = file === null ? undefined : cachedCode(file);
  const module = { exports: {} };
  modules.set(name, module);
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}})`;
  const script = withDefaultFlags(() => new Script(wrapped, { filename, cachedData }));
  if (file !== null && (cachedData === undefined || script.cachedDataRejected)) {
    inUse.delete(file);
    compiled.set(file, script);
  }
  script.runInThisContext()(module.exports, requireFrom, module, filename, buildDirectory);
  return module.exports;
}

function read(name) {
  try {
    buildDirectory ??= path.join(DIST, fs.readFileSync(path.join(DIST, 'current'), 'latin1').trim());
    const filename = path.join(buildDirectory, name);
    // The build writes ASCII only.
    return { filename, source: fs.readFileSync(filename, 'latin1') };
  } catch (cause) {
    throw Object.assign(new Error('taskdeck was updated: restart it.', { cause }), {
      code: 'TASKDECK_UPDATED',
    });
  }
}

/** `require` for a bundle: of another bundle or a module of Node. */
const requireFrom = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id));

/** Path of a bundle's cached code; null if it must not be cached. */
function cacheFile(name, source) {
  isUsable ??= directory !== null && !process.env.NODE_DISABLE_COMPILE_CACHE && isPrivate(directory);
  const [, digest] = DIGEST.exec(source.slice(-32)) ?? [];
  return isUsable && digest !== undefined ? path.join(directory, `${name}-${digest}`) : null;
}

/** One directory for each version of Node: V8 accepts only its own code. XDG requires ignoring relative paths. */
function cacheDirectory() {
  const { XDG_CACHE_HOME: configured, HOME: home } = process.env;
  const cache =
    configured && path.isAbsolute(configured) ? configured : home ? path.join(home, '.cache') : null;
  return cache && path.join(cache, 'taskdeck', `${process.version}-${process.arch}`);
}

/** Whether no other user can have changed files in the directory. True if it is missing: `store` creates it. */
function isPrivate(directory) {
  try {
    return [path.dirname(directory), directory].every((level) => {
      const stats = fs.statSync(level, { throwIfNoEntry: false });
      return stats === undefined || isOurs(stats);
    });
  } catch {
    return false;
  }
}

/** True on Windows, which has no user ids and modes. */
const isOurs = ({ uid, mode }) =>
  process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);

/**
 * The cached code; undefined if there is none, or if another user can have written it. V8 executes damaged code without
 * a check and crashes. So the first start that uses a file renames it, and back if it succeeds: after a crash no start
 * uses the file again.
 */
function cachedCode(file) {
  if (hasCrashed) return undefined;
  let descriptor;
  try {
    descriptor = fs.openSync(file);
    const stats = fs.fstatSync(descriptor);
    if (!isOurs(stats)) return undefined;
    const data = Buffer.allocUnsafeSlow(stats.size);
    fs.readSync(descriptor, data);
    const isTrial = !isProven(stats);
    if (isTrial) fs.renameSync(file, file + TRIAL);
    inUse.set(file, isTrial);
    return data;
  } catch {
    hasCrashed = fs.existsSync(file + TRIAL);
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** `accept` sets a modification time of whole seconds; a later change of the file sets another. */
const isProven = ({ mtimeMs }) => mtimeMs % 1_000 === 0;

/** After a successful start, accepts the cached code in use and stores new code. Otherwise removes the former. */
function settle(succeeded) {
  for (const [file, isTrial] of inUse) {
    attempt(() => {
      if (!succeeded) fs.rmSync(isTrial ? file + TRIAL : file);
      else if (isTrial) accept(file);
    });
  }
  if (succeeded) for (const [file, script] of compiled) attempt(() => store(file, script));
  inUse.clear();
  compiled.clear();
}

function accept(file) {
  const now = Math.floor(Date.now() / 1_000);
  fs.utimesSync(file + TRIAL, now, now);
  fs.renameSync(file + TRIAL, file);
}

/** Ignores errors such as a full disk: they only make the next start slower. */
function attempt(work) {
  try {
    work();
  } catch {}
}

/** Writes atomically. Opens the file first, so that V8 does not serialise code that cannot be written. */
function store(file, script) {
  makeDirectory(directory);
  if (!isPrivate(directory)) return;
  const temporary = `${file}.${process.pid}`;
  const descriptor = fs.openSync(temporary, 'w', 0o600);
  try {
    try {
      const data = withDefaultFlags(() => script.createCachedData());
      fs.writeFileSync(descriptor, data, { flush: true });
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, file);
    fs.rmSync(file + TRIAL, { force: true });
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  removeExpired();
}

/** Removes expired files of all versions of Node, and empty directories of other versions. */
function removeExpired() {
  const root = path.dirname(directory);
  for (const entry of fs.readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || !VERSION_DIRECTORY.test(entry.name)) continue;
    const version = path.join(root, entry.name);
    for (const name of fs.readdirSync(version)) {
      const file = path.join(version, name);
      attempt(() => {
        if (Date.now() - fs.statSync(file).mtimeMs > EXPIRES_AFTER_MS) fs.rmSync(file);
      });
    }
    // Fails unless the directory is empty.
    if (version !== directory) attempt(() => fs.rmdirSync(version));
  }
}

/**
 * Creates a directory. The last two levels get mode 0700, others the default. Another taskdeck may create them at the
 * same time. Tries each level once: Node's recursive mkdir never returns on a file system that always answers ENOENT,
 * such as /proc.
 */
function makeDirectory(directory, privateLevels = 2) {
  if (fs.existsSync(directory)) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeDirectory(parent, privateLevels - 1);
  try {
    fs.mkdirSync(directory, { mode: privateLevels > 0 ? 0o700 : 0o777 });
  } catch (error) {
    if (!fs.existsSync(directory)) throw error;
  }
}

setTimeout(() => {
  settle(true);
  // For the commands that run on.
  setGcFlags();
}, STARTED_AFTER_MS).unref();
// For commands that end earlier, and for bundles loaded later.
process.on('exit', (code) => settle(!FAULTS.includes(code)));

module.exports = { load };
