import { css } from 'lit';

/**
 * Colours, type, buttons and focus shared by the three elements. Public `--rtc-*` properties win; the private `--_*` ones are what the sheets use. `--_scheme`
 * is the `theme`; being inherited it reaches everything inside. Colours are `light-dark()`: a part that sets `color-scheme: dark` (the stage) turns dark by itself.
 * (No space after the commas: it would be kept.)
 */
export const themeStyles = css`
  :host {
    color-scheme: var(--_scheme, light dark);
    --_accent: var(--rtc-accent,light-dark(#1f5fd6,#8ab4ff));
    --_on-accent: var(--rtc-on-accent,light-dark(#fff,#0b1b36));
    --_bg: var(--rtc-bg,light-dark(#fff,#14161b));
    --_surface: var(--rtc-surface,light-dark(#f3f4f7,#1e2128));
    --_on-surface: var(--rtc-on-surface,light-dark(#191c22,#eceef2));
    --_muted: var(--rtc-muted-text,light-dark(#565d6b,#a9b0be));
    --_border: var(--rtc-border,light-dark(#d5d9e1,#363b46));
    --_danger: var(--rtc-danger,#d4242c);
    --_on-danger: var(--rtc-on-danger,#fff);
    --_success: var(--rtc-success,#15803d);
    --_warning: var(--rtc-warning,light-dark(#8f5a00,#f3b54a));
    --_radius: var(--rtc-radius,12px);
    --_gap: var(--rtc-gap,8px);
    --_size: max(44px,var(--rtc-control-size,44px));
    color: var(--_on-surface);
    font: var(--rtc-font,inherit);
    line-height: 1.4;
  }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; }
  button {
    display: inline-flex; align-items: center; justify-content: center; min-width: var(--_size); min-height: var(--_size); padding: 6px 16px; font: inherit;
    font-weight: 600; color: inherit; background: light-dark(#0000, #ffffff1f); border: 1px solid var(--_border); border-radius: 99px; cursor: pointer;
    touch-action: manipulation;
  }
  button:hover { background: light-dark(#0000000f, #ffffff33); }
  .primary, .primary:hover { color: var(--_on-accent); background: var(--_accent); border-color: #0000; }
  :focus-visible { outline: var(--rtc-focus-ring,2px solid var(--_accent)); outline-offset: 2px; }
`;
