import { addressWithRoom, byId, chooseLanguage, linksToDemos, roomOfAddress } from './demo.js';

// The tag as it stands works alone; this only follows `?room=` and fills in the page's own address.
const room = roomOfAddress('lobby');
byId('room').room = room;
byId('room-name').value = room;
// A token for trying out, in the fragment, which goes to no server and into no log.
const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token) byId('room').token = token;
byId('second').href = addressWithRoom(room);

// The `lang` of any ancestor would do; live, in a call too.
chooseLanguage(byId('language'), (lang) => (byId('room').lang = lang));

const attribute = room.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
byId('embed').textContent = byId('embed').textContent.replace('room="lobby"', () => `room="${attribute}"`);

byId('more').append(...linksToDemos());
