#!/usr/bin/env node
/** The bin `stepscope`: builds when the build is missing or older than its sources, then runs the command line. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode, ensureBuilt, ensureDependencies, root } from './setup.mjs';

checkNode();
ensureDependencies();
await ensureBuilt();
await import(pathToFileURL(join(root, 'dist/node/cli.js')).href);
