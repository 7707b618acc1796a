import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createSignalingServer } from '../../../src/server/index.js';
import { playTranscript, type Step } from './wire-v1.js';

// Pages are not updated with the server: one that was loaded yesterday, or pins an older bundle, speaks as that version did. Its transcript is frozen.

const { steps } = JSON.parse(readFileSync(new URL('../../fixtures/wire-v1/two-calls.json', import.meta.url), 'utf8')) as { steps: Step[] };

async function play(changed: readonly Step[]): Promise<void> {
  const server = createSignalingServer({ port: 0, host: '127.0.0.1', logLevel: 'silent', sessionSecret: 'a secret of this test' });
  try {
    await playTranscript(changed, (await server.listen()).url, 'lobby');
  } finally {
    await server.close();
  }
}

describe('A page of version 0.1.0 at this server', () => {
  it('joins, calls, is called, comes back, and hears what it heard then', () => play(steps));

  it('and one of a later version that says more: what this server does not know is dropped', () =>
    play(steps.map((step) => (step.asks ? { ...step, asks: { ...step.asks, later: { than: 'this' }, ...(step.asks['t'] === 'hello' && { versions: [1, 2, 99] }) } } : step))));

  it('is told so where it asks what this server does not know, and nothing else happens to it', () =>
    play(steps.flatMap((step, at) => (at === 2 ? [{ who: 'ana', asks: { v: 1, id: 'future-0000000000000', t: 'teleport', to: 'ben' }, answer: { ok: false, code: 'bad-message' } }, step] : [step]))));

  it('would be noticed if it heard less', async () => {
    await assert.rejects(play(steps.map((step, at) => (at === 3 ? { ...step, answer: { ...step.answer, hasRelay: false } } : step))), /hasRelay is undefined/);
  });
});
