import { define } from '../rtc-element.js';
import { RtcMemberList } from './rtc-member-list.component.js';

export { RtcMemberList };

declare global {
  interface HTMLElementTagNameMap {
    'rtc-member-list': RtcMemberList;
  }
}

define('rtc-member-list', RtcMemberList);
