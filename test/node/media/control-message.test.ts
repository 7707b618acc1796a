import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseControl } from '../../../src/media/control-message.js';

describe('a message of the control channel', () => {
  it('is understood in each of its forms', () => {
    for (const message of [
      { t: 'media', audio: true, video: false, screen: false },
      { t: 'media', audio: true, video: true, screen: false, paused: true },
      { t: 'media', audio: true, video: true, screen: false, recording: true },
      { t: 'media', audio: true, video: false, screen: false, audioOnly: true },
      ...['commit', 'nonce', 'reveal'].map((step) => ({ t: 'sas', step, value: 'a_-9'.repeat(11) })),
      ...['hangup', 'unload', 'media-failed', 'connection-lost', 'protocol-error'].map((reason) => ({ t: 'bye', reason })),
    ]) assert.deepEqual(parseControl(JSON.stringify(message)), message);
  });

  it('loses fields that this version does not know', () => {
    assert.deepEqual(parseControl('{"t":"bye","reason":"hangup","html":"<b>"}'), { t: 'bye', reason: 'hangup' });
  });

  it('is dropped when it is garbage, of an unknown kind, incomplete, too long or binary', () => {
    for (const data of [
      '', 'null', '[]', '{', '"bye"',
      '{"t":"chat"}', '{"t":"bye"}', '{"t":"bye","reason":"constructor"}', '{"t":"media","audio":1,"video":true,"screen":false}',
      '{"t":"sas","step":"commit"}', '{"t":"sas","step":"constructor","value":"aaaaaaaaaaaaaaaa"}', '{"t":"sas","step":"nonce","value":"short"}',
      `{"t":"sas","step":"nonce","value":"${'a'.repeat(65)}"}`, `{"t":"sas","step":"nonce","value":"${' '.repeat(43)}"}`, '{"t":"sas","step":"nonce","value":["aaaa"]}',
      '{"t":"media","audio":true,"video":true,"screen":false,"recording":"<b>"}',
      `{"t":"bye","reason":"hangup","x":"${'x'.repeat(1024)}"}`, new ArrayBuffer(8), null, undefined, 7,
    ]) assert.equal(parseControl(data), null);
  });
});
