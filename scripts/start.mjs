// `npm start`: the local server unless another place is named after `--`.
import { createRequire } from 'node:module';

const elsewhere = process.argv.slice(2).some((arg) => /^--(url|profile|local)(=|$)/.test(arg));
if (!elsewhere) process.argv.splice(2, 0, '--local');
createRequire(import.meta.url)('../bin/taskdeck.js');
