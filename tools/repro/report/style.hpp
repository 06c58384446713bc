// SPDX-License-Identifier: MIT
#pragma once
// How a page looks. Colours of sides are those of Okabe and Ito, darker or lighter where they would not stand
// out three to one from their ground; text stands out four and a half to one.

namespace tool::page {

inline constexpr const char* style_sheet = R"(
:root { color-scheme: light dark; --ground: #ffffff; --raised: #f4f5f7; --text: #1b1e23; --faint: #545b66; --edge: #7b828c;
  --grid: #dfe2e6; --link: #0b57a4; --good: #0a6b3d; --bad: #b3261e; --doubt: #7a5200; --side0: #0072b2; --side1: #c04f00;
  --side2: #00805d; --side3: #a8437f; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --raised: #1e2329; --text: #e6e8eb; --faint: #a9b1bc; --edge: #7f8894;
  --grid: #333a43; --link: #7ab8f5; --good: #5fd39a; --bad: #ff8a80; --doubt: #f0b94a; --side0: #56b4e9; --side1: #f08c3c;
  --side2: #3fc79a; --side3: #e08fbf; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .5rem; border-bottom: 1px solid var(--edge); overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; overflow-wrap: anywhere; }
p, li, dd { overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0 1rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.alert { border: 2px solid var(--bad); border-radius: 6px; padding: .5rem 1rem; background: var(--raised); }
.claim { font-size: 1.15rem; font-weight: 600; margin: .5rem 0 1rem; }
.panels { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .75rem; align-items: start; }
.panel { border: 1px solid var(--edge); border-radius: 8px; background: var(--raised); }
.panel[open] { grid-column: 1 / -1; }
.panel > summary { padding: .75rem 1rem; display: flex; flex-direction: column; gap: .25rem; border-radius: 8px; }
.panel[open] > summary { flex-direction: row; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
.panel > summary::before { content: "Open"; order: 9; font-size: .85rem; color: var(--link); text-decoration: underline; }
.panel[open] > summary::before { content: "Close"; margin-left: auto; }
.panel > summary::-webkit-details-marker { display: none; }
.panel > :not(summary) { margin: .5rem 1rem 1rem; }
summary { cursor: pointer; }
.folded { margin: .75rem 0; }
.folded > summary { color: var(--link); }
.level { font-weight: 700; }
.count, .decides, .note { color: var(--faint); font-size: .9rem; }
.verdict { font-weight: 700; white-space: nowrap; }
.accepted { color: var(--good); }
.rejected { color: var(--bad); }
.undecided { color: var(--doubt); }
.informs { color: var(--faint); font-weight: 400; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; }
dt { color: var(--faint); }
dd { margin: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
.scroll, .plot { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding: .25rem 0; overflow-wrap: anywhere; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--grid); max-width: 30rem;
  overflow-wrap: break-word; }
th { border-top: 0; color: var(--faint); font-weight: 600; }
pre { background: var(--raised); border: 1px solid var(--grid); border-radius: 6px; padding: .75rem 1rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.plot svg { display: block; max-width: none; font-size: 13px; }
svg text { fill: var(--text); }
svg .name { font-weight: 600; }
.mark { vertical-align: -1px; }
.side0 { --own: var(--side0); } .side1 { --own: var(--side1); } .side2 { --own: var(--side2); } .side3 { --own: var(--side3); }
.plain { --own: var(--text); }
.dot { fill: var(--own); stroke: var(--ground); stroke-width: .6px; }
.crowd { fill: var(--own); fill-opacity: .55; }
.spread { fill: var(--own); fill-opacity: .3; stroke: var(--own); stroke-width: 1px; }
.mean { stroke: var(--own); stroke-width: 3px; }
.error { fill: none; stroke: var(--own); stroke-width: 2px; }
.curve { fill: none; stroke: var(--own); stroke-width: 1.6px; stroke-linejoin: round; stroke-linecap: butt; }
.band { fill: var(--own); fill-opacity: .18; stroke: none; }
.grid { stroke: var(--grid); stroke-width: 1px; }
.zero { stroke: var(--edge); stroke-width: 1.5px; stroke-dasharray: 4 3; }
.margin { fill: var(--good); fill-opacity: .14; stroke: var(--good); stroke-dasharray: 6 3; }
.dash1 { stroke-dasharray: 7 3; } .dash2 { stroke-dasharray: 2 3; } .dash3 { stroke-dasharray: 9 3 2 3; }
.dash4 { stroke-dasharray: 4 2; } .dash5 { stroke-dasharray: 12 3 2 3 2 3; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; padding: 0; margin: .25rem 0; font-size: .9rem; }
.legend .mark { vertical-align: 1px; }
@media screen and (max-width: 48rem) { .panels { grid-template-columns: minmax(0, 1fr); } dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .5rem; } }
@media print { :root { --ground: #ffffff; --raised: #ffffff; --text: #000000; --faint: #444444; --edge: #777777; --grid: #dddddd;
  --link: #000000; --good: #0a6b3d; --bad: #b3261e; --doubt: #7a5200; --side0: #0072b2; --side1: #c04f00; --side2: #00805d;
  --side3: #a8437f; color-scheme: light; }
  :root { font-size: 10pt; } main { max-width: none; padding: 0; } nav, .panel > summary::before { display: none; }
  .panels { display: block; } .panel { margin: 0 0 .75rem; } .folded > summary { color: inherit; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .scroll, .plot { overflow: visible; } .plot svg { max-width: 100%; height: auto; } table { font-size: 8pt; }
  .plot, tr, li, dt, dd, h1, h2, h3 { break-inside: avoid; } h2, h3, caption { break-after: avoid; } }
)";

} // namespace tool::page
