/** The few pictures on buttons. They say nothing themselves: every button has its words. */

import { svg, html } from "lit";

/**
 * @param {import("lit").SVGTemplateResult} shape
 * @returns {import("lit").TemplateResult}
 */
function icon(shape) {
  return html`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
    ${shape}
  </svg>`;
}

export const ICONS = Object.freeze({
  first: icon(svg`<path class="stroke" d="M5 4.5v11M15 5l-6.5 5 6.5 5z" />`),
  back: icon(svg`<path class="stroke" d="M13 5l-6.5 5 6.5 5z" />`),
  on: icon(svg`<path class="stroke" d="M7 5l6.5 5L7 15z" />`),
  last: icon(svg`<path class="stroke" d="M15 4.5v11M5 5l6.5 5L5 15z" />`),
  play: icon(svg`<path class="fill" d="M6.5 4.2v11.6L16 10z" />`),
  pause: icon(svg`<path class="fill" d="M5.5 4.5h3.2v11H5.5zM11.3 4.5h3.2v11h-3.2z" />`),
  repeat: icon(svg`<path class="stroke" d="M5 8.5V8a2.5 2.5 0 0 1 2.5-2.5h8M13 3l2.5 2.5L13 8" />
    <path class="stroke" d="M15 11.5v.5a2.5 2.5 0 0 1-2.5 2.5h-8M7 17l-2.5-2.5L7 12" />`),
  beside: icon(svg`<path class="stroke" d="M3.5 4.5h13v11h-13zM10 4.5v11" />`),
  fit: icon(svg`<path class="stroke" d="M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4" />`),
  plus: icon(svg`<path class="stroke" d="M10 4.5v11M4.5 10h11" />`),
  minus: icon(svg`<path class="stroke" d="M4.5 10h11" />`),
  light: icon(svg`<circle class="stroke" cx="10" cy="10" r="3.4" />
    <path class="stroke" d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2" />
    <path class="stroke" d="M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4" />`),
  dark: icon(svg`<path class="stroke" d="M15.8 12.2A6.3 6.3 0 0 1 7.8 4.2a6.3 6.3 0 1 0 8 8z" />`),
  system: icon(
    svg`<circle class="stroke" cx="10" cy="10" r="6.3" /><path class="fill" d="M10 3.7a6.3 6.3 0 0 1 0 12.6z" />`,
  ),
  close: icon(svg`<path class="stroke" d="M5 5l10 10M15 5L5 15" />`),
});
