import { css } from 'lit';

/** What only a call under way needs, or one with a problem. (That somebody records is said before this is there, and put in its place by it.) */
export const lateStyles = css`
  :host(:fullscreen) { border-radius: 0; }
  /* The picture stays where it is. */
  .picture.reconnecting .remote { visibility: visible; opacity: .2; }
  .picture.reconnecting .keys { grid-area: 1 / 1; z-index: 1; align-self: end; }
  .picture.reconnecting:has(.keys) .pictures > :not(.remote, dialog) { margin-bottom: calc(var(--_size) + 24px); }
  .recording {
    position: absolute; inset-block-end: 12px; inset-inline-start: 12px; max-width: calc(76cqi - 36px); padding: 4px 12px; overflow: hidden; border-radius: 99px; font-size: .875em;
    line-height: 1.3; white-space: nowrap; text-overflow: ellipsis;
  }
  .recording:has(~ .shield) { inset-inline-start: 64px; max-width: calc(76cqi - 88px); }
  .badge { width: 24px; height: 24px; color: var(--_on-danger); background: var(--_danger); }
  .badge .icon { width: 14px; }
  .duration { margin-top: 4px; color: var(--_muted); font-size: max(16px, .7em); font-weight: 400; }
  .picture.active .banner { margin-bottom: auto; }
  /* On any picture: the ring between two dark ones. */
  .picture.active :is(.keys button, .small, .shown):focus-visible { box-shadow: 0 0 0 6px #14161b; }
  .picture.active:focus-visible::after {
    content: ''; position: absolute; inset: 0; z-index: 2; border-radius: inherit; outline: var(--rtc-focus-ring, 2px solid var(--_accent)); outline-offset: -4px;
    box-shadow: inset 0 0 0 6px #14161b; pointer-events: none;
  }
  [aria-busy='true'] { opacity: .6; }
  .problem { position: relative; }
  .problem::after {
    content: '!'; position: absolute; inset-block-start: -3px; inset-inline-end: -3px; width: 18px; border-radius: 50%; font: 700 12px/18px sans-serif; color: #191c22;
    background: #ffc24b;
  }
  .bar [aria-disabled='true'] { opacity: .5; pointer-events: none; }
  /* Beside the own picture, and the clock beneath the words. */
  .stage:is(.reconnecting, .active:not(.picture)) .how { max-width: 52cqi; }
  .reconnecting time { display: block; }
  @container rtc-call (width < 480px) { .stage:is(.reconnecting, .active):not(.picture) .how { max-width: none; } }
  @container rtc-call (width < 400px) { .picture.reconnecting .how { max-width: none; } }
  @media (height < 420px) {
    .banner:not(:empty) ~ .face .avatar { font-size: 16px; }
  }
  @media (forced-colors: active) {
    .badge, .recording, .picture.active .face, .banner:not(:empty) { border: 1px solid; }
    button.unusual { border-width: 3px; }
  }
`;
