// The whole of the record in a strip, what of it is in sight, and the axis of that.
const overHeight = 66, barsTop = 4, barsHeight = 28, axisY = 56;
let histogram = null;

const wholeX = t => gutter+t/run.whole*(width-gutter-rightEdge);
const wholeT = x => Math.max(0, Math.min(run.until, (x-gutter)/(width-gutter-rightEdge)*run.until));

// census counts what came and what was lost, for each pixel of the whole.
function census() {
	const n = Math.ceil(width-gutter-rightEdge), came = new Float32Array(n), lost = new Float32Array(n), k = n/run.until, f = run.frames;
	for (let i = 0; i < f.n; i++) (f.fate[i] > waiting ? lost : came)[Math.max(0, Math.min(n-1, f.sent[i]*k | 0))]++;
	for (const b of run.left.buckets || []) {
		const from = Math.max(0, b.t*k | 0), to = Math.min(n-1, (b.t+b.width)*k | 0);
		for (let x = from; x <= to; x++) {
			came[x] += (b.delivered || 0)/(to-from+1);
			lost[x] += (b.lost || 0)/(to-from+1);
		}
	}
	return {n, came, lost, most: came.reduce((most, c, i) => Math.max(most, c+lost[i]), 1)};
}

function drawOver() {
	if (histogram?.width !== width-gutter) histogram = {...census(), width: width-gutter};
	prepare(overCanvas, overPen, overHeight);
	const p = overPen, {n, came, lost, most} = histogram, bottom = barsTop+barsHeight, high = c => c ? Math.max(1, Math.round(barsHeight*Math.sqrt(c/most))) : 0;
	rect(p, gutter, barsTop, width-rightEdge-gutter, barsHeight+14, ink.panel);
	for (let x = 0; x < n; x++) {
		const c = high(came[x]+lost[x]), l = Math.min(c, high(lost[x]));
		if (c) rect(p, gutter+x, bottom-c, 1, c, ink.soft);
		if (l) rect(p, gutter+x, bottom-c, 1, l, ink.lost);
	}
	const strip = (t, end, y, color) => rect(p, wholeX(t), y, Math.max(1, wholeX(Math.min(end, run.until))-wholeX(t)), 4, color);
	for (const f of run.faults) if (!f.cut) strip(f.t, f.until, bottom+2, ink.other);
	for (const f of run.faults) if (f.cut) strip(f.t, f.until, bottom+2, ink.cut);
	for (const d of run.differ) strip(d.t, d.end, bottom+8, ink.differ);
	if (run.complete) rect(p, gutter, barsTop, wholeX(run.complete)-gutter, 5, hatches.polled);
	if (inView() && differ.differs) rect(p, Math.round(wholeX(differ.bad))-1, barsTop, 2, barsHeight+14, ink.first);
	if (run.failure) rect(p, Math.round(wholeX(run.failure.t))-1, barsTop, 2, barsHeight+14, ink.bad);
	const label = (words, y) => text(p, "small", words, gutter-6, y, ink.soft, gutter-10, "right");
	label("frames", barsTop+barsHeight/2);
	label("faults, differ", bottom+7);
	let free = gutter-20;
	for (const tick of ticks(view[0], view[1], 1/scale())) {
		const x = xOf(tick.t), w = widthIn("small", tick.text), left = Math.max(gutter-12, Math.min(x-w/2, width-w));
		if (left < free) continue;
		free = left+w+8;
		text(p, "small", tick.text, left, axisY+2, ink.soft);
	}
	const frame = byId("window"), x = wholeX(view[0]);
	frame.style.left = x/width*100+"%";
	frame.style.width = (wholeX(view[1])-x)/width*100+"%";
	frame.classList.toggle("whole", view[0] <= 0 && view[1] >= run.until);
}
