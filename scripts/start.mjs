// `npm start`: opens the local server, or the deployment given after `--`.
import { createRequire } from 'node:module';

const hasDeployment = process.argv.slice(2).some((arg) => /^--(url|profile|local)(=|$)/.test(arg));
if (!hasDeployment) process.argv.splice(2, 0, '--local');
createRequire(import.meta.url)('../bin/taskdeck.js');
