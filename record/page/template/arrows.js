// Single frames, as arrows from the line of who sent it to that of who got it.
let arrows = [];

// laneOf returns the lane of a role, if it is shown.
const laneOf = role => lanes.find(l => l.role === role);

// lineY returns the height at which frames leave and reach a line, or what is left of it.
function lineY(lane, of) {
	const line = lane.lines[of];
	return line ? line.y+line.h/2 : lane.hidden.length ? lane.rest+5 : lane.y;
}

function drawArrows() {
	arrows = [];
	const few = m => inSight(m, view[0], view[1], (width-gutter)/5), found = few(run);
	if (!found || inView() && !few(run === pageRun ? good.run : pageRun)) return; // both runs have arrows, or none
	const f = run.frames, labels = [];
	pen.save();
	pen.beginPath();
	pen.rect(gutter, 0, width-rightEdge-gutter, height);
	pen.clip();
	for (const i of found) {
		const from = laneOf(f.link[i]/run.n | 0), to = laneOf(f.link[i]%run.n);
		if (!from || !to) continue;
		const end = f.end[i] === Infinity ? view[1]+(view[1]-view[0])/20 : f.end[i];
		const a = {i, x0: xOf(f.sent[i]), y0: lineY(from, from.role), x1: xOf(end), y1: lineY(to, from.role), lost: f.fate[i] > waiting};
		arrows.push(a);
		drawArrow(a);
		if (a.lost) labels.push(a);
	}
	if (found.length < 40) nameArrows(labels);
	pen.restore();
}

function drawArrow(a) {
	const color = a.lost ? ink.lost : ink.came;
	pen.strokeStyle = pen.fillStyle = color;
	pen.lineWidth = 1;
	pen.setLineDash(a.lost ? [3, 2] : []);
	pen.beginPath();
	pen.moveTo(a.x0, a.y0);
	pen.lineTo(a.x1, a.y1);
	pen.stroke();
	pen.setLineDash([]);
	pen.beginPath();
	pen.arc(a.x0, a.y0, 2, 0, 7);
	pen.fill();
	if (a.lost) {
		pen.lineWidth = 2;
		pen.beginPath();
		for (const k of [-1, 1]) {
			pen.moveTo(a.x1-3, a.y1-3*k);
			pen.lineTo(a.x1+3, a.y1+3*k);
		}
		pen.stroke();
		return;
	}
	const angle = Math.atan2(a.y1-a.y0, a.x1-a.x0);
	pen.beginPath();
	pen.moveTo(a.x1, a.y1);
	for (const k of [-1, 1]) pen.lineTo(a.x1-7*Math.cos(angle+k*.4), a.y1-7*Math.sin(angle+k*.4));
	pen.fill();
}

// nameArrows says why frames were lost, where there is room.
function nameArrows(labels) {
	const taken = [];
	for (const a of labels) {
		const f = run.frames, words = f.fates[f.fate[a.i]], w = widthIn("label", words), x = a.x1+5;
		if (taken.some(o => Math.abs(o.y-a.y1) < 10 && x < o.x+o.w+4 && x+w+4 > o.x)) continue;
		taken.push({x, y: a.y1, w});
		rect(pen, x-1, a.y1-6, w+2, 12, ink.bg);
		text(pen, "label", words, x, a.y1, ink.lost);
	}
}

// arrowAt returns the arrow at a place.
function arrowAt(x, y) {
	return arrows.find(a => {
		const dx = a.x1-a.x0, dy = a.y1-a.y0, k = Math.max(0, Math.min(1, ((x-a.x0)*dx+(y-a.y0)*dy)/(dx*dx+dy*dy || 1)));
		return Math.hypot(x-a.x0-k*dx, y-a.y0-k*dy) < 4;
	});
}
