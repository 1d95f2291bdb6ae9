/** The element's looks. Every colour and radius can be set from outside by a custom property; each part by `::part`. */

/** Text on its background has a contrast of at least 4.5 : 1, lines and rings of at least 3 : 1. */
const LIGHT = `
  --bg: var(--fc-bg, #ffffff);
  --surface: var(--fc-surface, #eef3f9);
  --text: var(--fc-text, #0f1f2e);
  --muted: var(--fc-muted, #4d5d6c);
  --line: var(--fc-line, #76879a);
  --accent: var(--fc-accent, #0b5cd6);
  --on-accent: var(--fc-on-accent, #ffffff);
  --good: var(--fc-good, #0c7a4b);
  --warn: var(--fc-warn, #8f5300);
  --bad: var(--fc-bad, #b3261e);
  color-scheme: light;`

const DARK = `
  --bg: var(--fc-bg, #10171f);
  --surface: var(--fc-surface, #1b2632);
  --text: var(--fc-text, #eef3f8);
  --muted: var(--fc-muted, #a9b7c4);
  --line: var(--fc-line, #74869a);
  --accent: var(--fc-accent, #8cbaff);
  --on-accent: var(--fc-on-accent, #06244b);
  --good: var(--fc-good, #58d6a0);
  --warn: var(--fc-warn, #f5bd55);
  --bad: var(--fc-bad, #ff9489);
  color-scheme: dark;`

const COLOURS = `
:host { ${LIGHT} }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
:host {
  --over: var(--fc-over, rgb(12 17 24 / 0.9));
  --on-over: var(--fc-on-over, #ffffff);
  --dim: var(--fc-dim, rgb(8 12 18 / 0.62));
  --guide: var(--fc-guide, #ffffff);
  --ring: var(--fc-ring, #3ddc97);
  --radius: var(--fc-radius, 20px);
}`

const FRAME = `
:host { display: block; box-sizing: border-box; max-inline-size: 36rem; margin-inline: auto; }
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
.root {
  padding: 1rem; border-radius: var(--radius); background: var(--bg); color: var(--text);
  font: 400 1rem/1.45 var(--fc-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  text-align: center; -webkit-text-size-adjust: 100%;
}
.title {
  margin: 0; font-size: 1.3125rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em;
  text-wrap: balance; outline: none;
}
.title:focus-visible { outline: 3px solid var(--accent); outline-offset: 4px; border-radius: 6px; }
.advice { margin: 0.375rem auto 0; max-inline-size: 30rem; color: var(--muted); text-wrap: pretty; }
.spoken {
  position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.icon {
  inline-size: 1.25em; block-size: 1.25em; flex: none;
  fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
}`

const STAGE = `
.scene { --aspect: 300 / 400; --stage: min(100%, 56vh * var(--aspect)); position: relative; margin-block: 1rem; }
@supports (block-size: 1svh) { .scene { --stage: min(100%, 56svh * var(--aspect)); } }
[data-photo="id_portrait"] .scene { --aspect: 400 / 272; }
[data-state="failed"] .scene { --aspect: 2 / 1; --stage: min(100%, 22rem); }
.stage {
  position: relative; overflow: hidden; isolation: isolate; inline-size: var(--stage);
  margin-inline: auto; aspect-ratio: var(--aspect);
  border-radius: calc(var(--radius) * 1.2); background: var(--surface);
}
.stage[data-camera] { background: #0c1118; }
.video, .preview, .guide, .overlay { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; }
.video { object-fit: cover; }
:is(.video, .overlay)[data-mirrored] { transform: scaleX(-1); }
.preview { object-fit: contain; }
.emblem {
  position: absolute; inset: 0; margin: auto; inline-size: 6rem; block-size: 6rem; display: grid; place-items: center;
  border-radius: 50%; background: var(--bg); color: var(--accent); border: 1px solid transparent;
}
.emblem[data-tone="bad"] { color: var(--bad); }
.emblem .icon { inline-size: 2.5rem; block-size: 2.5rem; stroke-width: 1.6; }
.emblem[data-busy]::after, .spinner {
  content: ""; position: absolute; inset: -1px; border-radius: 50%; border: 3px solid transparent;
  border-block-start-color: currentColor; animation: turn 1s linear infinite;
}
.spinner {
  position: static; display: block; flex: none; inline-size: 1.25em; block-size: 1.25em;
  border-color: rgb(255 255 255 / 0.35); border-block-start-color: currentColor;
}
.badge {
  position: absolute; inset-block-end: 1rem; inset-inline: 0; margin-inline: auto; inline-size: 3.5rem;
  block-size: 3.5rem;
  display: grid; place-items: center; border-radius: 50%; background: var(--good); color: var(--bg);
  border: 3px solid var(--bg);
}
.badge .icon { inline-size: 1.75rem; block-size: 1.75rem; stroke-width: 2.6; }
.hint {
  position: absolute; inset: auto 0 0.875rem; margin-inline: auto; inline-size: fit-content;
  max-inline-size: calc(var(--stage) - 1.5rem);
  display: flex; align-items: center; gap: 0.5rem; min-block-size: 2.75rem;
  padding: 0.375rem 1rem 0.375rem 0.75rem; border-radius: 1.5rem;
  background: var(--over); color: var(--on-over); border: 1px solid transparent;
  font-weight: 600; line-height: 1.3; text-align: start; text-wrap: balance;
}
/* A card fills its stage, so that nothing may lie over it. */
[data-photo="id_portrait"] .hint { position: static; margin-block-start: 0.75rem; max-inline-size: 100%; }
.hint .icon { color: var(--fc-hint-warn, #ffc857); }
.hint[data-tone="good"] .icon { color: var(--ring); }
@keyframes turn { to { rotate: 1turn; } }`

const GUIDE = `
.guide { fill: none; stroke-linecap: round; stroke-linejoin: round; overflow: visible; }
.guide .dim { fill: var(--dim); }
.guide .shade { stroke: rgb(8 12 18 / 0.55); stroke-width: 7; }
.guide .outline { stroke: var(--guide); stroke-width: 3; stroke-dasharray: 2 9; }
.guide[data-good] .outline { stroke-dasharray: none; }
.guide .ring { stroke: var(--ring); stroke-width: 7; transition: stroke-dashoffset 0.12s linear; }
.guide .ring[stroke-dashoffset="1"] { opacity: 0; transition: none; }
.guide .figure { stroke: var(--guide); stroke-width: 2; opacity: 0.75; }
.guide .figure .lines, .guide .ground { display: none; }
[data-photo="selfie"] .guide[data-live] .figure { display: none; }
[data-photo="id_portrait"] .guide[data-live] .portrait { stroke-dasharray: 3 6; }
.guide:not([data-live]) .dim, .guide:not([data-live]) .shade, .guide:not([data-live]) .ring { display: none; }
.guide:not([data-live]) .ground { display: inline; fill: var(--bg); }
.guide:not([data-live]) .outline { stroke: var(--accent); stroke-width: 3.5; stroke-dasharray: none; }
.guide:not([data-live]) .figure { stroke: var(--accent); stroke-width: 4; opacity: 1; }
.guide:not([data-live]) .figure .dots { stroke-width: 13; }
.guide:not([data-live]) .figure .lines { display: inline; opacity: 0.45; stroke-width: 7; }
[data-photo="selfie"] .guide:not([data-live]) { inset: 1% 0 auto; block-size: 74%; }`

const OVERLAY = `
.overlay { fill: none; stroke: var(--ring); stroke-width: 2px; stroke-linecap: round; stroke-linejoin: round; }
.overlay path { vector-effect: non-scaling-stroke; }
.overlay .shade { stroke: rgb(8 12 18 / 0.7); stroke-width: 4px; }
.overlay .dots { stroke-width: 6px; }
.overlay .shade.dots { stroke-width: 9px; }`

const LISTS = `
.list {
  list-style: none; margin: 0.5rem auto 0; padding: 0; inline-size: fit-content; display: grid;
  gap: 0.375rem; text-align: start;
}
[data-photo="selfie"] .tips { position: absolute; inset: auto 0 1rem; max-inline-size: calc(var(--stage) - 2rem); }
.list li { display: flex; gap: 0.5rem; align-items: flex-start; }
.list .icon { margin-block-start: 0.1em; color: var(--warn); }
.tips .icon { color: var(--good); }`

const ACTIONS = `
.actions { display: grid; gap: 0.5rem; max-inline-size: 24rem; margin-inline: auto; }
.actions[data-layout="shutter"] { grid-template-columns: 1fr auto 1fr; align-items: center; gap: 0.75rem; }
button, select {
  font: inherit; color: inherit; min-block-size: 3rem; min-inline-size: 3rem;
  border-radius: calc(var(--radius) * 0.7); cursor: pointer; -webkit-tap-highlight-color: transparent;
}
button:disabled, select:disabled { cursor: default; }
:is(button, select):focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.primary {
  border: 1px solid transparent; padding: 0.75rem 1.25rem; font-weight: 600; background: var(--accent);
  color: var(--on-accent);
}
.secondary {
  border: 1px solid transparent; padding: 0.625rem 1rem; font-weight: 600; background: none;
  color: var(--accent);
}
.actions[data-layout="stack"] .secondary { border-color: var(--line); }
:is(.primary, .secondary):active { filter: brightness(0.92); }
@media (hover: hover) {
  .primary:hover { filter: brightness(1.08); }
  .secondary:hover { background: var(--surface); }
}
.actions[data-layout="shutter"] .secondary { padding-inline: 0.5rem; line-height: 1.2; }
.shutter {
  inline-size: 4.5rem; block-size: 4.5rem; padding: 3px; display: grid; place-items: center; border-radius: 50%;
  border: 4px solid var(--accent); background: var(--accent); background-clip: content-box; color: var(--on-accent);
}
.shutter .icon { inline-size: 1.75rem; block-size: 1.75rem; }
.shutter:active { scale: 0.96; }
.camera {
  display: flex; align-items: center; justify-content: center; gap: 0.625rem;
  margin-block-end: 0.75rem; color: var(--muted);
}
.camera select {
  min-inline-size: 0; max-inline-size: 15rem; flex: 0 1 auto; padding: 0.5rem 0.75rem;
  border: 1px solid var(--line); background: var(--bg); color: var(--text); text-overflow: ellipsis;
}
.privacy { margin: 0.75rem auto 0; max-inline-size: 24rem; font-size: 0.875rem; color: var(--muted); text-wrap: balance; }`

const PREFERENCES = `
/* A phone on its side: nothing may lie over so small a picture. */
@media (max-height: 30rem) {
  .hint { position: static; margin-block-start: 0.75rem; max-inline-size: 100%; }
  [data-photo="selfie"] .tips { position: static; max-inline-size: 100%; }
  [data-photo="selfie"] .guide:not([data-live]) { inset: 0; block-size: 100%; }
}
@media (prefers-reduced-motion: reduce) {
  .emblem[data-busy]::after, .spinner { animation: none; }
  .guide .ring { transition: none; }
  .shutter:active { scale: none; }
}
@media (forced-colors: active) {
  .guide .outline, .guide .figure, .guide:not([data-live]) .outline, .guide:not([data-live]) .figure {
    stroke: CanvasText;
  }
  .guide .ring, .overlay { stroke: Highlight; }
  .guide .shade, .overlay .shade { stroke: Canvas; }
  .hint .icon, .list .icon { color: CanvasText; }
  .guide:not([data-live]) .ground { fill: Canvas; }
  .shutter { border-color: ButtonText; background: ButtonFace; color: ButtonText; }
  .root, .stage { border: 1px solid CanvasText; }
}`

const CSS = [COLOURS, FRAME, STAGE, GUIDE, OVERLAY, LISTS, ACTIONS, PREFERENCES].join('\n')

let sheet: CSSStyleSheet | undefined

/** Dresses a shadow tree. Constructed sheets are no inline styles, so that `style-src 'self'` allows them. */
export function dress(root: ShadowRoot): void {
  if (typeof root.adoptedStyleSheets !== 'undefined') {
    sheet ??= constructed()
    root.adoptedStyleSheets = [sheet]
    return
  }
  // Safari before 16.4: it knows no constructed sheets. A strict CSP has to allow this one.
  const style = document.createElement('style')
  style.textContent = CSS
  root.append(style)
}

function constructed(): CSSStyleSheet {
  const made = new CSSStyleSheet()
  made.replaceSync(CSS)
  return made
}
