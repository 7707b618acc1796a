import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { HTTPRequest } from 'puppeteer-core';
import { expectLiveCall } from './rig/peer.js';
import { embedPage, uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('The language of a page', () => {
  it('is each person’s own in one call, which goes on when one of them chooses another', async () => {
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

  it('costs nothing where it is English', async () => {
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

  for (const [what, treat] of [
    ['cannot be fetched', (request: HTTPRequest) => void request.abort()],
    ['never arrives', () => {}],
  ] as const) {
    it(`that ${what} leaves English, and a page that works`, async () => {
      const peer = await stage().page(await stage().browser(), 'Guest');
      await peer.page.setRequestInterception(true);
      let stopped = 0;
      peer.page.on('request', (request) => {
        if (stopped < 0 || !/\/chunks\/(de|translator)-/.test(request.url())) return void request.continue();
        stopped += 1;
        treat(request);
      });
      await peer.page.goto(stage().site.put('/hampered.html', embedPage(`${stage().server.url}/rtc-elements.js`, `lang="de" server="${stage().server.url}" room="${uniqueRoom()}" nickname="Guest"`)));
      await peer.waitForRoom('joined');
      await peer.until('the words in English', () => rig.text().includes('Nobody else is here yet'));
      assert.ok(stopped > 0);
      stopped = -1;
      if (what === 'never arrives') return;
      await peer.page.evaluate(() => rig.room().setAttribute('lang', 'de-CH'));
      await peer.until('the words in German', () => rig.text().includes('Noch ist sonst niemand hier'));
    });
  }
});
