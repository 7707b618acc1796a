import { css } from 'lit';

/** What only a call under way needs. (That somebody records is said before this is there, and put in its place by it.) */
export const lateStyles = css`
  :host(:fullscreen) { border-radius: 0; }
  .reconnecting .remote { opacity: .2; }
  .recording {
    position: absolute; inset-block-end: 12px; inset-inline-start: 64px; max-width: calc(76cqi - 88px); padding: 4px 12px; overflow: hidden; border-radius: 99px; font-size: 14px;
    line-height: 1.3; white-space: nowrap; text-overflow: ellipsis;
  }
  @media (forced-colors: active) { .avatar, .badge, .recording { border: 1px solid; } }
`;
