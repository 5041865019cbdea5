// Sets up V8 for a screen, which shall stand at once and stay small. Its own settings are for long computations.
const v8 = require('node:v8');

/**
 * What a start runs once is not worth compiling twice: the optimising compilers, on threads of their own, take time from it and 8 MiB for
 * their own code alone. What is still hot afterwards is what keys run, and is compiled then.
 * And where nothing happens for eight seconds V8 would go through all that is alive twice to give memory back: 80 ms of processor time each,
 * three times as much as idling takes in these seconds.
 */
const STARTING = [
  '--semi-space-growth-factor=2',
  '--heap-growing-percent=0',
  '--no-maglev',
  '--no-turbofan',
  // Older ones complain about a name that they do not know.
  ...(Number.parseInt(process.versions.node, 10) >= 24 ? ['--memory-reducer-gc-count=0'] : []),
];
/**
 * Then new objects have the megabyte or two that they have got, and not up to 16 that are never given back: a screen makes little, and
 * most of it is gone by the next key. Gains 6 MiB at the first rows, and 20 after some use.
 * What is polled makes garbage as well: at V8's own pace all that is alive is marked for nearly every answer of a list of 10,000 tasks,
 * 60 ms of processor time each. That waits until two and a half times as much is in use.
 */
const LOADED = ['--semi-space-growth-factor=1', '--heap-growing-percent=150'];
const RUNNING = ['--maglev', '--turbofan'];
/** By then there are rows, ms. */
const STARTED_AFTER_MS = 1_000;

const since = [];

function set(flags) {
  since.push(...flags);
  flags.forEach(v8.setFlagsFromString);
}

/** Does something to code that is kept: V8 takes that only with the flags it was made with, so they are always those of a start. */
function withFlagsOfStart(work) {
  STARTING.forEach(v8.setFlagsFromString);
  try {
    return work();
  } finally {
    since.forEach(v8.setFlagsFromString);
  }
}

STARTING.forEach(v8.setFlagsFromString);
// When the code of the first frame is there, which is all kept: collecting meanwhile would gain nothing.
process.nextTick(set, LOADED);
setTimeout(set, STARTED_AFTER_MS, RUNNING).unref();

module.exports = { withFlagsOfStart };
