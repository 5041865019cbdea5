#!/usr/bin/env node

// Must parse on old versions of Node, so that they print a message and no stack trace.

var REQUIRED = [22, 16];
var current = process.versions.node.split('.').map(Number);

if (current[0] < REQUIRED[0] || (current[0] === REQUIRED[0] && current[1] < REQUIRED[1])) {
  process.stderr.write(
    `taskdeck requires Node.js ${REQUIRED.join('.')} or newer; this is ${process.versions.node}.\n`,
  );
  process.exit(1);
}

require('./launch.js');
