// What is over the lanes: what the spec did, how it waited, and where views differed.

function drawAbove() {
	run.boxes = []; // of what is drawn, for what is under the pointer
	let last = "";
	for (const row of above) {
		const title = {verbs: "spec", faults: "faults", wait: "waits", differ: "views differ", left: "not kept", operations: row.name}[row.kind];
		if (title !== last) text(pen, "small", title, gutter-6, row.y+(row.kind === "verbs" ? 8 : Math.min(row.h, 14)/2), ink.soft, gutter-10, "right");
		last = title;
		({verbs: drawVerbs, faults: drawFaultBars, wait: drawWait, differ: drawDiffer, left: drawLeft, operations: drawOperations})[row.kind](row);
	}
}

const boxed = (kind, item, x, y, w, h) => run.boxes.push({kind, item, x, y, w, h});

function drawVerbs(row) {
	for (const flag of flagsIn(flagged().filter(v => v.t >= view[0] && v.t <= view[1]), xOf, row.rows)) {
		const y = row.y+flag.row*14, x = Math.round(flag.x), color = flag.verb.error ? ink.bad : ink.ink;
		for (let d = y+2; d < lower; d += 4) rect(pen, x, d, 1, d < row.y+row.h ? 4 : 1, flag.text ? color : ink.soft);
		if (flag.text) {
			rect(pen, flag.left-2, y, flag.w+4, 14, ink.bg);
			text(pen, "small", flag.text, flag.left, y+8, color);
		}
		boxed("verb", flag.verb, Math.min(x-3, flag.left), y, Math.max(6, flag.w+6), 14);
	}
}

// drawFaultBars draws a bar for each fault: whole for a cut, an outline for another.
function drawFaultBars(row) {
	for (const bar of row.bars) {
		const f = bar.item, s = pixels(f.t, f.until);
		if (!s) continue;
		const y = row.y+bar.row*row.row, h = row.row-2, w = Math.max(s.w, 2), color = f.cut ? ink.cut : ink.other;
		rect(pen, s.x, y, w, h, f.cut ? color : ink["other-bg"]);
		if (!f.cut) box(pen, {...s, w}, y, h, color, true);
		if (h > 9) text(pen, "label", f.verb, s.x+5, y+h/2+1, f.cut ? ink["on-cut"] : ink.ink, w-8);
		for (const l of f.links) {
			if (l.end === undefined || l.end === f.end || l.end < view[0] || l.end > view[1]) continue;
			rect(pen, Math.round(xOf(l.end))-1, y, 2, h, ink.bg);
		}
		boxed("fault", f, s.x, y, w, h);
	}
}

function drawWait(row) {
	const {t, waited} = run.failure, s = pixels(t-waited, t);
	if (!s) return;
	const y = row.y+5;
	rect(pen, s.x, y, s.w, 2, ink.wait);
	if (s.opens) rect(pen, s.x, y-3, 2, 8, ink.wait);
	const words = `waited ${span(waited)} in vain`, w = widthIn("label", words);
	if (s.w > w+24) {
		rect(pen, s.x+s.w/2-w/2-4, y-5, w+8, 12, ink.bg);
		text(pen, "label", words, s.x+s.w/2-w/2, y+2, ink.wait);
	}
	boxed("wait", run.failure, s.x, row.y, s.w, row.h);
}

function drawDiffer(row) {
	for (const d of run.differ) {
		const s = pixels(d.t, d.end);
		if (!s) continue;
		rect(pen, s.x, row.y+2, s.w, 6, ink.differ);
		boxed("differ", d, s.x, row.y, s.w, row.h);
	}
}

// drawLeft says until when frames are known as counts only.
function drawLeft(row) {
	const s = pixels(0, run.complete);
	if (!s) return;
	rect(pen, s.x, row.y+1, s.w, 11, hatches.left);
	const words = `until ${moment(run.complete)}, frames are counts`, w = widthIn("small", words);
	if (s.w > w+12) {
		rect(pen, s.x+s.w-w-10, row.y, w+6, 13, ink.bg);
		text(pen, "small", words, s.x+s.w-w-7, row.y+7, ink.soft);
	}
	if (s.ends) for (let y = row.y; y < lower; y += 6) rect(pen, s.x+s.w, y, 1, 3, ink.soft);
}

// drawOperations draws what clients did. One of unknown outcome is a bracket that does not close, until its client
// did something else, and dots from there on: it may take effect at any time.
function drawOperations(row) {
	for (const bar of row.bars) {
		const o = bar.item, s = pixels(o.t, bar.end), y = row.y+1+bar.row*row.row, h = row.row-1, open = o.end === undefined;
		if (open) for (let x = Math.max(gutter, Math.round(xOf(bar.end))); x < width-rightEdge; x += 5) rect(pen, x, y+h-1, 2, 1, ink.operation);
		if (!s) continue;
		const w = Math.max(2, s.w-(s.w > 4 ? 1 : 0));
		if (open) {
			for (const edge of [y, y+h-1]) rect(pen, s.x, edge, w, 1, ink.operation);
			if (s.opens) rect(pen, s.x, y, 2, h, ink.operation);
			if (s.opens && w > 9) text(pen, "tiny", "?", s.x+4, y+h/2+.5, ink.ink);
		} else rect(pen, s.x, y, w, h, o.error ? ink.bad : ink.operation);
		if (o.error && w > 10) text(pen, "tiny", "✗", s.x+(open ? 12 : 2), y+h/2+.5, open ? ink.bad : ink.bg);
		boxed("operation", o, s.x, y, Math.max(w, 3), h);
	}
}
