#!/usr/bin/env node
import { describeRooms } from './auth.js';
import { readConfiguration } from './config.js';
import { createSignalingServer, type SettingsInput, type SignalingServer } from './index.js';
import { runTokenCommand } from './token-command.js';
import { tuneProcess } from './tune-process.js';

// The command: settings from the environment, human words on a terminal, an orderly end. Exit codes: 0 stopped, 1 could not run, 2 wrong settings.

tuneProcess();

/** An orderly end takes 5 s at most; whatever hangs does not hold up the operator. */
const EXIT_DEADLINE_MS = 9_000;

const USAGE = `Usage:
  rtc-elements-server              starts the server; settings come from the environment (PORT, PUBLIC_URL, AUTH_SECRET … all in the README)
  rtc-elements-server token        makes a room token (token --help)
  rtc-elements-server turn-check   looks at a relay`;

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

function welcome(url: string, settings: SettingsInput): void {
  const { stunUrls, turnUrls, demo } = settings;
  say(`Calls are served at ${url}${demo === 'off' ? '' : ' (demo)'}`);
  say(`  rooms ${describeRooms(settings)}`);
  if (!settings.authSecret) say('    (AUTH_SECRET lets in who brings a token)');
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

async function serve(): Promise<void> {
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
}

async function printToken(args: readonly string[]): Promise<void> {
  const result = await runTokenCommand(args, process.env);
  if (!result.ok) fail(2, result.problem);
  say(result.out);
}

async function checkRelay(args: readonly string[]): Promise<never> {
  const { turnCheckCommand } = await import('./turn-check.js');
  process.exit(await turnCheckCommand(args, process.env, say));
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) await serve();
else if (command === 'token') await printToken(args);
else if (command === 'turn-check') await checkRelay(args);
else if (command === '--help' || command === '-h') say(USAGE);
else fail(2, `Unknown command ${JSON.stringify(command)}. ${USAGE}`);
