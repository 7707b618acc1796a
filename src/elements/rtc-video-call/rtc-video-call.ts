import { define } from '../rtc-element.js';
import { RtcVideoCall } from './rtc-video-call.component.js';

export { RtcVideoCall };

define('rtc-video-call', RtcVideoCall);

declare global {
  interface HTMLElementTagNameMap {
    'rtc-video-call': RtcVideoCall;
  }
}
