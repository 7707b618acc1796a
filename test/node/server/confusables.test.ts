import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import { nicknameKeys, skeletonOf } from '../../../src/server/confusables.js';
import { parseNickname } from '../../../src/protocol/names.js';
import { presenceStoreSuite } from '../../conformance/store-presence.js';

/** As they come: in NFKC. */
const keysOf = (nickname: string): readonly string[] => nicknameKeys(nickname.normalize('NFKC'));
const alike = (one: string, other: string): boolean => keysOf(one).some((key) => keysOf(other).includes(key));

describe('Nicknames', () => {
  // After the vectors of UTS #39 and what people have done in rooms.
  const pairs: [one: string, other: string][] = [
    ['Ana', 'Аnа'], ['Ana', 'ANA'], ['paypal', 'раураl'], ['scope', 'ѕсоре'], ['Ian', 'Ιan'], ['Ian', 'lan'], ['Ian', '1an'], ['Bob', 'B0b'], ['Bob', 'Воb'], ['bob', 'Ьob'],
    ['Amy', 'Arny'], ['Cleo', 'C1eo'], ['Cleo', 'CIeo'], ['Tom', 'Τom'], ['Tom', 'Tοm'], ['Olga', 'Օlga'], ['Heidi', 'Ηeidi'], ['Dr. Who', 'Dr․ Who'], ['O’Brien', "O'Brien"], ['O’Brien', 'O`Brien'],
    ['rn', 'm'], ['a-b', 'a‐b'], ['a-b', 'a−b'], ['ⅠⅠ', 'll'], ['Ana', 'Ꭺna'], ['Zoe', 'Ζoe'], ['ADMIN', 'АDМІN'], ['admin', 'аdmіn'], ['Support', 'Տupport'], ['ß', 'ẞ'], ['Ana', 'A\u200cna'],
  ];
  for (const [one, other] of pairs) {
    it(`${JSON.stringify(one)} and ${JSON.stringify(other)} are alike`, () => assert.ok(alike(one, other), `${keysOf(one)} | ${keysOf(other)}`));
  }

  for (const [one, other] of [['Ana', 'Anna'], ['Ana', 'Ána'], ['Tim', 'Tom'], ['山田', '山口'], ['Анна', 'Инна'], ['Jo', 'Joe'], ['Ian', 'ean'], ['🐈', '🐕'], ['Ana', 'Ana #2']] as const) {
    it(`${one} and ${other} are not`, () => assert.ok(!alike(one, other)));
  }

  it('have the skeletons that Unicode gives them', () => {
    assert.equal(skeletonOf('ρaγρal'), 'paypal');
    assert.equal(skeletonOf('\u0439'), skeletonOf('\u0438\u0306'));
    assert.equal(skeletonOf('m'), 'rn');
    assert.equal(skeletonOf(skeletonOf('Ⅿꝏ 0O lI1|')), skeletonOf('Ⅿꝏ 0O lI1|'));
  });

  it('that look like one present get the visible suffix, as long as that one is there', async () => {
    const store = new MemoryPresenceStore(nicknameKeys);
    const enter = async (id: string, nickname: string): Promise<string> => {
      const added = await store.add({ id, room: 'lobby', nickname: parseNickname(nickname) ?? '', since: 1 }, 100);
      return added.ok ? added.member.nickname : added.refused;
    };
    assert.deepEqual([await enter('1', 'Ana'), await enter('2', 'Аnа'), await enter('3', 'ＡＮＡ'), await enter('4', 'Anna')], ['Ana', 'Аnа #2', 'ANA #3', 'Anna']);
    await store.remove('lobby', '1');
    assert.equal(await enter('5', 'Аnа'), 'Аnа');
  });
});

presenceStoreSuite('memory, with look-alikes', () => new MemoryPresenceStore(nicknameKeys));
