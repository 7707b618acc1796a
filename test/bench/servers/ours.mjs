// @ts-check
import { createSignalingServer } from '../../../dist/server/index.js';
import { tuneProcess } from '../../../dist/server/tune-process.js';
import { report } from './report.mjs';

// As the command runs it.
tuneProcess();

const server = createSignalingServer({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
const { port } = await server.listen();
report(port);
