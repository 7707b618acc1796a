// @ts-check
import { createSignalingServer } from '../../../dist/server/index.js';
import { report } from './report.mjs';

const server = createSignalingServer({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
const { port } = await server.listen();
report(port);
