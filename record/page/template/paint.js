// What is needed to paint on a canvas: colors, patterns, texts and frames.
let ink = {};      // the colors of the theme, as strings
let hatches = {};  // and its patterns
const font = `"DejaVu Sans", system-ui, -apple-system, "Segoe UI", sans-serif`;
const fonts = {small: `11px ${font}`, bold: `600 13px ${font}`, tiny: `bold 9px ${font}`, label: `600 11px ${font}`};

const lanesCanvas = byId("lanes"), overCanvas = byId("over");
const pen = lanesCanvas.getContext("2d", {willReadFrequently: true}); // kept in memory: no GPU is needed to read it
const overPen = overCanvas.getContext("2d", {willReadFrequently: true});

const measured = new Map();
// widthIn returns how wide a text is.
function widthIn(style, text) {
	const key = style+text;
	if (!measured.has(key)) {
		pen.font = fonts[style];
		measured.set(key, pen.measureText(text).width);
	}
	return measured.get(key);
}
const measure = () => ({small: t => widthIn("small", t), bold: t => widthIn("bold", t)});

// mix reads the theme's colors.
function mix() {
	const style = getComputedStyle(document.documentElement);
	ink = {};
	for (const name of ["bg", "ink", "soft", "line", "panel", "bad", "up", "self", "unreachable", "unreachable-ink", "unreachable-hatch", "joining", "leaving", "down", "off",
		"off-ink", "came", "lost", "cut", "other", "other-bg", "on-cut", "wait", "operation", "differ", "unknown", "good", "first"]) {
		ink[name] = style.getPropertyValue("--"+name).trim();
	}
	ink.leaders = [0, 1, 2, 3, 4, 5, 6, 7].map(i => style.getPropertyValue("--leader-"+i).trim());
	hatches = {
		unreachable: hatch(ink["unreachable-hatch"], 6, 1), off: hatch(ink["off-ink"], 5, -1), left: hatch(ink.line, 8, 1),
		polled: hatch(ink.soft, 4, 1), ended: hatch(ink.soft, 10, -1),
	};
}

// hatch returns a pattern of slanting lines.
function hatch(color, size, slant) {
	const c = document.createElement("canvas");
	c.width = c.height = size;
	const p = c.getContext("2d");
	p.strokeStyle = color;
	p.lineWidth = 1;
	for (const k of [-size, 0, size]) {
		p.beginPath();
		p.moveTo(k, slant > 0 ? size : 0);
		p.lineTo(k+size, slant > 0 ? 0 : size);
		p.stroke();
	}
	return pen.createPattern(c, "repeat");
}

// prepare gives a canvas its size, and a clean ground.
function prepare(canvas, p, h) {
	const ratio = window.devicePixelRatio || 1, w = Math.round(width*ratio), tall = Math.round(h*ratio);
	if (canvas.width !== w || canvas.height !== tall) {
		canvas.width = w;
		canvas.height = tall;
		canvas.style.aspectRatio = `${width} / ${h}`;
	}
	p.setTransform(ratio, 0, 0, ratio, 0, 0);
	p.fillStyle = ink.bg;
	p.fillRect(0, 0, width, h);
	p.textBaseline = "middle";
}

function rect(p, x, y, w, h, fill) {
	p.fillStyle = fill;
	p.fillRect(x, y, w, h);
}

// pixels is where a span of time is, cut to what is in sight; null if it is not.
function pixels(from, to) {
	if (to < view[0] || from > view[1]) return null;
	const x0 = Math.round(clampX(xOf(from))), x1 = Math.round(to === Infinity ? width-rightEdge : clampX(xOf(to)));
	return {x: x0, w: Math.max(1, x1-x0), opens: from >= view[0], ends: to <= view[1]};
}

// text writes what fits, and ends it in … if that is not all.
function text(p, style, words, x, y, color, room = Infinity, align = "left") {
	const fit = fitting(style, words, room);
	if (!fit) return 0;
	p.font = fonts[style];
	p.fillStyle = color;
	p.textAlign = align;
	p.fillText(fit, x, y);
	return widthIn(style, fit);
}

function fitting(style, words, room) {
	if (room < 6) return "";
	if (widthIn(style, words) <= room) return words;
	let fits = 0, most = words.length;
	while (fits < most) {
		const n = (fits+most+1) >> 1;
		if (widthIn(style, words.slice(0, n)+"…") <= room) fits = n; else most = n-1;
	}
	return fits ? words.slice(0, fits)+"…" : "";
}

// box draws a frame of whole pixels, without the sides at which it goes on beyond what is in sight.
function box(p, s, y, h, color, dashed) {
	p.fillStyle = color;
	const edge = 2;
	if (dashed && s.w > 8) {
		for (let x = s.x; x < s.x+s.w; x += 7) for (const top of [y, y+h-edge+1]) p.fillRect(x, top, Math.min(4, s.x+s.w-x), edge-1);
	} else {
		p.fillRect(s.x, y, s.w, edge);
		p.fillRect(s.x, y+h-edge, s.w, edge);
	}
	if (s.opens) p.fillRect(s.x, y, edge, h);
	if (s.ends) p.fillRect(s.x+s.w-edge, y, edge, h);
}
