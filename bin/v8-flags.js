// Flags of V8's garbage collector. docs/performance.md has their gains.
//
// V8 rejects stored code that was compiled with other flags than it has. Node's own modules are stored with the default
// flags, and each that loads later starts without its stored code. So the screen sets the flags after its first frame,
// once the modules are loaded that the requests need.

/** `defaultValue` is V8's: with all of them V8 accepts code that was stored without the flags. */
const FLAGS = [
  // A young generation that stays small: 20 MiB less.
  { name: 'semi-space-growth-factor', value: 1, defaultValue: 2 },
  // A heap that grows in larger steps: otherwise V8 marks all live objects for nearly every poll of a long list.
  { name: 'heap-growing-percent', value: 150, defaultValue: 0 },
  // No collections to return memory while idle. Older versions of Node report the flag as unknown.
  ...(Number.parseInt(process.versions.node, 10) >= 24
    ? [{ name: 'memory-reducer-gc-count', value: 0, defaultValue: 2 }]
    : []),
];

let areSet = false;

/** Sets the flags for the rest of the run. Does nothing when they are set. */
function setGcFlags() {
  if (areSet) return;
  for (const name of ['http2', 'https', 'zlib', 'child_process', 'sqlite']) require(`node:${name}`);
  areSet = true;
  write(({ value }) => value);
}

/** The result of `work`, which reads or stores compiled code. It runs with the default flags. */
function withDefaultFlags(work) {
  if (!areSet) return work();
  write(({ defaultValue }) => defaultValue);
  try {
    return work();
  } finally {
    write(({ value }) => value);
  }
}

function write(select) {
  const { setFlagsFromString } = require('node:v8');
  for (const flag of FLAGS) setFlagsFromString(`--${flag.name}=${select(flag)}`);
}

module.exports = { setGcFlags, withDefaultFlags };
