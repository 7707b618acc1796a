#!/usr/bin/env node
import { readConfiguration } from './config.js';
import { createSignalingServer, type SettingsInput, type SignalingServer } from './index.js';

// The command: settings from the environment, human words on a terminal, an orderly end. Exit codes: 0 stopped, 1 could not run, 2 wrong settings.

/** An orderly end takes 5 s at most; whatever hangs does not hold up the operator. */
const EXIT_DEADLINE_MS = 9_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function fail(code: 1 | 2, ...lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(code);
}

function explain(error: unknown): string {
  const { code, port, message }: NodeJS.ErrnoException & { port?: number } = error instanceof Error ? error : new Error(String(error));
  if (code === 'EADDRINUSE') return `Port ${port} is already in use: stop what runs there, or set PORT to another.`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this user: set PORT to one above 1023.`;
  return `Cannot start: ${message}`;
}

function welcome(url: string, { stunUrls, turnUrls, demo }: SettingsInput): void {
  say(`Calls are served at ${url}${demo === 'off' ? '' : ' (demo)'}`);
  say("  open rooms: anybody who knows a room's name may enter");
  if (!stunUrls && !turnUrls) say('  no STUN or TURN configured: calls work inside one network only (STUN_URLS, TURN_URLS)');
}

function stopOnSignals(server: SignalingServer): void {
  const stop = async (): Promise<void> => {
    setTimeout(() => process.exit(0), EXIT_DEADLINE_MS).unref();
    await server.drain();
    await server.close();
    process.exit(0);
  };
  // The second signal kills: nobody has to wait.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop().catch((error: unknown) => fail(1, `Stopped with a failure: ${String(error)}`));
    });
  }
}

if (process.argv[2] === 'turn-check') {
  const { turnCheckCommand } = await import('./turn-check.js');
  process.exit(await turnCheckCommand(process.argv.slice(3), process.env, say));
}
const configuration = readConfiguration(process.env);
if (!configuration.ok) fail(2, ...configuration.problems);
const { settings } = configuration;
const logFormat = settings.logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json');
const server = createSignalingServer({ ...settings, logFormat });
try {
  const { url } = await server.listen();
  stopOnSignals(server);
  if (logFormat === 'pretty') welcome(url, settings);
} catch (error) {
  fail(1, explain(error));
}
