import '../rtc-member-list/rtc-member-list.js';
import '../rtc-video-call/rtc-video-call.js';
import { define } from '../rtc-element.js';
import { RtcRoom } from './rtc-room.component.js';

export { RtcRoom };

declare global {
  interface HTMLElementTagNameMap {
    'rtc-room': RtcRoom;
  }
}

define('rtc-room', RtcRoom);
