#!/usr/bin/env node

// Must parse on any Node that a user may have, so that an old one gets a sentence and not a stack trace.
// The bundles in dist/ hold everything else.

var NEEDED = [22, 13];
var have = process.versions.node.split('.').map(Number);

if (have[0] < NEEDED[0] || (have[0] === NEEDED[0] && have[1] < NEEDED[1])) {
  process.stderr.write(
    `taskdeck needs Node.js ${NEEDED.join('.')} or newer; this is ${process.versions.node}.\n`,
  );
  process.exit(1);
}

require('./launch.js');
