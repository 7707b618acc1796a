import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('A call between two languages', () => {
  it('is spoken to each in their own, and goes on when one of them chooses another', async () => {
    const room = uniqueRoom();
    const anna = await stage().open({ room, nickname: 'Anna', attributes: 'lang="de-AT"' });
    const omar = await stage().open({ room, nickname: 'Omar', attributes: 'lang="ar"', browser: 'firefox' });
    await anna.waitForMember('Omar');
    await omar.waitForMember('Anna');
    await anna.call('Omar');
    await omar.until('the card in Arabic', () => rig.text().includes('مكالمة فيديو'));
    await anna.until('it rings in German', () => rig.text().includes('Es klingelt…'));
    await omar.accept();
    await expectLiveCall(anna, omar);
    await anna.page.evaluate(() => (rig.room().lang = 'ja'));
    await anna.until('the words in Japanese', () => rig.part('hangup-button')?.ariaLabel === '通話を終了');
    await expectLiveCall(anna, omar);
    await omar.hangUp();
    await omar.waitForEnd('hangup');
    await anna.waitForEnd('remote-hangup');
    await anna.until('who ended it', () => rig.text().includes('Omarさんが通話を終了しました'));
    for (const [peer, tables] of [[anna, ['de', 'ja']], [omar, ['ar']]] as const) {
      const fetched = await peer.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => /\/chunks\/([a-z]{2})-/.exec(name)?.[1]).filter(Boolean));
      assert.deepEqual(fetched, tables, 'each language once, no other');
      assert.deepEqual(peer.problems, []);
    }
  });

  it('in English fetches nothing of languages', async () => {
    const peer = await stage().open({ nickname: 'Ben' });
    const fetched = await peer.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    assert.deepEqual(fetched.filter((name) => /\/chunks\/([a-z]{2}|translator)-/.test(name)), []);
  });

  it('is chosen on the demo page, before joining and in the room', async () => {
    const peer = await stage().page(await stage().browser(), 'Guest');
    await peer.page.goto(`${stage().server.url}/?room=${uniqueRoom()}`);
    await peer.waitForPart('nickname-input');
    await peer.page.select('#language', 'fr');
    await peer.until('the form in French', () => rig.text().includes('Votre nom'));
    await peer.click('nickname-input');
    await peer.page.keyboard.type('Guest');
    await peer.page.keyboard.press('Enter');
    await peer.until('the list in French', () => rig.text().includes('Il n’y a encore personne d’autre ici'));
    await peer.page.select('#language', 'en');
    await peer.until('all of it in English again', () => rig.text().includes('Nobody else is here yet'));
  });
});
